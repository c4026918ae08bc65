"""Strict YAML (and so JSON) text to nodes: no anchors, aliases, tags, merge keys, repeated keys."""

from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from rubrics.reading.faults import Reading, StopReadingError
from rubrics.reading.nodes import Entries, Items, Node, Place, Scalar
from rubrics.reading.scalars import CONTROL_CHARACTER, quoted_text, unquoted
from rubrics.reading.syntax import explain_syntax
from rubrics.sentence import say

MAX_BYTES = 256 * 1024
MAX_DEPTH = 24
MAX_VALUES = 20_000
_TOP = Place(1, 1)


def decode(data: bytes, reading: Reading) -> str | None:
    """Return the text of a file's bytes, or None with the fault noted."""
    if len(data) > MAX_BYTES:
        reading.fault(
            _TOP,
            say(
                "file.too-large",
                "The file is larger than %(most)s KiB, the most that is read. Shorten it.",
                most=MAX_BYTES // 1024,
            ),
        )
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        reading.fault(
            Place(before.count(b"\n") + 1, column),
            say("file.not-utf8", "The file is not UTF-8 text from here on. Save it as UTF-8."),
        )
        return None


def read_nodes(text: str, reading: Reading) -> Node | None:
    """Return the file's one document as nodes.

    None when it is empty or cannot be read to its end; then `reading` has a fault that says why.
    Raises StopReadingError when it is nested too deep, or has too many values or faults.

    The events are composed here, not by the YAML library, because its composer follows aliases
    and forgets where keys stand.
    """
    builder = _Builder(reading)
    try:
        return builder.document(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        place, sentence = explain_syntax(error)
        reading.fault(place, sentence)
    except ReaderError as error:
        before = text[: error.position]
        reading.fault(
            Place(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1),
            CONTROL_CHARACTER,
        )
    return None


def _place_of(event: Event) -> Place:
    """Return where an event begins, counted from 1."""
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)


class _Builder:
    """Composes nodes from parser events, refusing on the way what the format does not allow."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._values = 0

    def document(self, events: Iterator[Any]) -> Node | None:
        node: Node | None = None
        for event in events:
            if isinstance(event, DocumentStartEvent):
                if node is not None:
                    self._fault_second_document(_place_of(event))
                    break
                node = self._node(next(events), events, 1)
        if node is None:
            self._reading.fault(
                _TOP, say("file.empty", "The file is empty. Begin with its first key.")
            )
        return node

    def _fault_second_document(self, place: Place) -> None:
        self._reading.fault(
            place,
            say(
                "file.second-document",
                "A second document begins here. Put it into a file of its own.",
            ),
        )

    def _node(self, event: NodeEvent, events: Iterator[Any], depth: int) -> Node:
        place = _place_of(event)
        self._refuse_extras(event, place)
        self._bound(place, depth)
        if isinstance(event, MappingStartEvent):
            return self._mapping(place, events, depth)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(place, events, depth)
        if isinstance(event, ScalarEvent):
            is_plain = event.style is None and event.tag is None
            read = unquoted if is_plain else quoted_text
            return read(event.value, place, self._reading)
        return Scalar(None, place)

    def _bound(self, place: Place, depth: int) -> None:
        """Stop at what no person writes by hand, before it costs time and memory."""
        self._values += 1
        if depth > MAX_DEPTH:
            self._reading.fault(
                place,
                say(
                    "file.too-deep",
                    "This is nested more than %(most)s levels deep. Write it flatter.",
                    most=MAX_DEPTH,
                ),
            )
            raise StopReadingError
        if self._values > MAX_VALUES:
            self._reading.fault(
                place,
                say(
                    "file.too-many-values",
                    "The file has more than %(most)s values, the most that is read. Shorten it.",
                    most=MAX_VALUES,
                ),
            )
            raise StopReadingError

    def _sequence(self, place: Place, events: Iterator[Any], depth: int) -> Items:
        items: list[Node] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            items.append(self._node(event, events, depth + 1))
        return Items(tuple(items), place)

    def _mapping(self, place: Place, events: Iterator[Any], depth: int) -> Entries:
        entries: dict[str, Node] = {}
        key_places: dict[str, Place] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            key_place = _place_of(event)
            key = self._key(event, events, depth)
            value = self._node(next(events), events, depth + 1)
            if key in entries:
                self._fault_repeated(key, key_places[key], key_place)
            elif key is not None:
                entries[key] = value
                key_places[key] = key_place
        return Entries(entries, key_places, place)

    def _key(self, event: NodeEvent, events: Iterator[Any], depth: int) -> str | None:
        place = _place_of(event)
        if isinstance(event, ScalarEvent) and event.value not in ("", "<<"):
            self._refuse_extras(event, place)
            return str(quoted_text(event.value, place, self._reading).value)
        self._node(event, events, depth + 1)
        self._reading.fault(
            place,
            say(
                "file.key-strange",
                "A key must be one plain word. Merge keys (<<), empty keys, lists and groups "
                "are not read as keys: write the values out.",
            ),
        )
        return None

    def _fault_repeated(self, key: str, first: Place, place: Place) -> None:
        self._reading.fault(
            place,
            say(
                "file.key-repeated",
                "“%(key)s” stands here a second time; the first is in line %(first)s. "
                "Keep one of them.",
                key=key,
                first=first.line,
            ),
        )

    def _refuse_extras(self, event: NodeEvent, place: Place) -> None:
        if isinstance(event, AliasEvent) or event.anchor is not None:
            self._reading.fault(
                place,
                say(
                    "file.anchor",
                    "Anchors (&name) and aliases (*name) are not read. Write the value out.",
                ),
            )
        elif getattr(event, "tag", None) is not None:
            self._reading.fault(
                place,
                say("file.tag", "Tags (!name) are not read. Take the tag away."),
            )
