"""What every requirement node brings: its word in the file, and how to read, explain, tell it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from lti_tool.programme.definition import Programme, Requirement
from lti_tool.programme.errors import Fault
from lti_tool.programme.evidence import Evidence
from lti_tool.programme.explanation import Explained
from lti_tool.sentence import Sentence
from rubrics.reading.fields import Fields
from rubrics.reading.nodes import Node

ReadChildren = Callable[[Iterable[Node]], tuple[Requirement, ...]]


class Named(TypedDict):
    """What every requirement says of itself, ready to be handed on to the node's own class."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class View:
    """What a node may look at while it explains itself. `explain` answers for another node."""

    programme: Programme
    evidence: Evidence
    now: datetime
    explain: Callable[[Requirement], Explained]


def _nothing_to_check(_node: Any, _programme: Programme) -> Iterable[Fault]:
    return ()


@dataclass(frozen=True, slots=True)
class NodeKind:
    """One word a requirement may be written with.

    `read` gets the requirement's keys; `tell` says in one sentence what was required, for the
    criteria of a badge, or None when a node it names tells everything; `check` finds what reading
    alone cannot see.
    """

    word: str
    node: type[Requirement]
    read: Callable[[Fields, Named, ReadChildren], Requirement]
    explain: Callable[[Any, View], Explained]
    tell: Callable[[Any, Programme], Sentence | None]
    check: Callable[[Any, Programme], Iterable[Fault]] = _nothing_to_check
