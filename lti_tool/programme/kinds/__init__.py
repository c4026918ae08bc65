"""One file per activity kind: what the file may say, what evidence it yields."""

from collections.abc import Mapping
from types import MappingProxyType

from lti_tool.programme.kinds import page, reflection
from lti_tool.programme.kinds.kind import Kind

# A new kind is one file and one word here; no other kind is touched.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {module.KIND.name: module.KIND for module in (page, reflection)}
)
