"""Values read from a file that know where they stood."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column in a file, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text, number, truth value or nothing."""

    value: str | int | float | bool | None
    place: Place


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple["Node", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Entries:
    """Keys with their values, in the order of the file; each key knows its place too."""

    entries: Mapping[str, "Node"]
    key_places: Mapping[str, Place]
    place: Place


Node = Scalar | Items | Entries


def plain(node: Node) -> object:
    """Return the node as JSON would hold it: dict, list, str, int, float, bool or None."""
    if isinstance(node, Entries):
        return {key: plain(value) for key, value in node.entries.items()}
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return node.value


def step_down(node: Node, step: str | int) -> Node | None:
    """Return what stands under a key or at an index (from 0), or None when nothing does."""
    if isinstance(node, Entries) and isinstance(step, str):
        return node.entries.get(step)
    if isinstance(node, Items) and isinstance(step, int):
        return node.items[step]
    return None
