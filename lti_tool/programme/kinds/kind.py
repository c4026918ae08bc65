"""What every activity kind brings: its name, its keys and how to read it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict

from lti_tool.programme.definition import Activity
from rubrics.reading.fields import Fields, Keys

# The keys any activity may carry, whatever its kind.
COMMON = Keys(required=("id", "kind", "title"), optional=("privacy", "minutes", "outcomes"))


class Common(TypedDict):
    """What was read of COMMON, ready to be handed on to the kind's own class."""

    id: str
    kind: str
    title: str
    privacy: str
    minutes: int | None
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One activity kind. `keys` come on top of COMMON."""

    name: str
    keys: Keys
    read: Callable[[Fields, Common], Activity]
