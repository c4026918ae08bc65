"""One file per requirement node: what the file may say, and how it reads, explains and tells."""

from collections.abc import Mapping
from types import MappingProxyType

from lti_tool.programme.definition import Requirement
from lti_tool.programme.nodes import combining, done, level, met, passed
from lti_tool.programme.nodes.node import NodeKind

# A new leaf is one file and one word here; no other node is touched.
NODES: Mapping[str, NodeKind] = MappingProxyType(
    {kind.word: kind for module in (combining, done, passed, level, met) for kind in module.KINDS}
)
_BY_CLASS: Mapping[type[Requirement], NodeKind] = MappingProxyType(
    {kind.node: kind for kind in NODES.values()}
)


def kind_of(requirement: Requirement) -> NodeKind:
    """Return what this node's word brings."""
    return _BY_CLASS[type(requirement)]
