"""One group of keys read one by one: wrong shapes become faults, and reading goes on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rubrics.reading.faults import Reading, did_you_mean
from rubrics.reading.nodes import Entries, Items, Node, Place, Scalar
from rubrics.sentence import Sentence, Words, say

_IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_MAX_IDENTIFIER = 64


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys a group may carry. `later` are kept in the file's digest and not read yet."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    later: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """Every key that is no fault."""
        return self.required + self.optional + self.later

    def __add__(self, other: "Keys") -> "Keys":
        """Return the keys of both."""
        return Keys(
            self.required + other.required,
            self.optional + other.optional,
            self.later + other.later,
        )


class Fields:
    """Reads the values of one group. What is wrong is noted and answered with an empty value.

    So the caller builds its value without asking at each step, and throws it away at the end
    when `reading.faults` is not empty.
    """

    def __init__(self, node: Node, keys: Keys, reading: Reading) -> None:
        """Check the group's keys against what it may carry."""
        self.node = node
        self.reading = reading
        self._values = dict(node.entries) if isinstance(node, Entries) else {}
        if isinstance(node, Entries):
            self._check_keys(node, keys)
        else:
            self._fault_shape(
                node, say("file.shape-group", "a group of lines of the form “key: value”")
            )

    def _check_keys(self, node: Entries, keys: Keys) -> None:
        for key, place in node.key_places.items():
            if key in keys.later:
                self.reading.later.append((key, place))
            elif key not in keys.known:
                self._fault_unknown(key, place, keys)
        for key in keys.required:
            if key not in node.entries:
                self.reading.fault(
                    node.place,
                    say(
                        "file.key-missing",
                        "“%(key)s” is missing in the group that begins here. Add it.",
                        key=key,
                    ),
                )

    def _fault_unknown(self, key: str, place: Place, keys: Keys) -> None:
        self.reading.fault(
            place,
            say(
                "file.key-unknown",
                "“%(key)s” is not known here. %(hint)s",
                key=key,
                hint=did_you_mean(key, keys.known),
            ),
        )

    def _fault_shape(self, node: Node, wanted: Sentence) -> None:
        self.reading.fault(node.place, say("file.shape", "This must be %(wanted)s.", wanted=wanted))

    def has(self, key: str) -> bool:
        """Return whether the group carries the key."""
        return key in self._values

    def place(self, key: str) -> Place:
        """Return where the key's value stands, or the group when it is missing."""
        return self._values[key].place if key in self._values else self.node.place

    def fault(self, key: str, sentence: Words) -> None:
        """Note a fault at the key's value."""
        self.reading.fault(self.place(key), sentence)

    def text(self, key: str, default: str = "") -> str:
        """Return a text that is not empty."""
        node = self._values.get(key)
        return default if node is None else self._text_of(node)

    def _text_of(self, node: Node) -> str:
        if isinstance(node, Scalar) and isinstance(node.value, str) and node.value.strip():
            return node.value.strip()
        if isinstance(node, Scalar) and node.value is not None and node.value != "":
            self.reading.fault(
                node.place,
                say("file.shape-quotes", "This must be text. Put quotes around it."),
            )
        else:
            self._fault_shape(node, say("file.shape-text", "text, and not empty"))
        return ""

    def identifier(self, key: str) -> str:
        """Return an id: lower-case words joined by dashes, at most 64 characters."""
        node = self._values.get(key)
        return "" if node is None else self._identifier_of(node)

    def _identifier_of(self, node: Node) -> str:
        text = self._text_of(node)
        if text and not (_IDENTIFIER.fullmatch(text) and len(text) <= _MAX_IDENTIFIER):
            self._fault_shape(
                node,
                say(
                    "file.shape-id",
                    "an id: lower-case letters, digits and single dashes, at most 64 characters",
                ),
            )
        return text

    def declared(self, kind: str, key: str = "id") -> str:
        """Return an id and note that the file defines it here."""
        id = self.identifier(key)
        if id:
            self.reading.declare(id, kind, node=self.node, place=self.place(key))
        return id

    def reference(self, kind: str, key: str) -> str:
        """Return an id and note that the file must define it somewhere."""
        id = self.identifier(key)
        if id:
            self.reading.refer(id, kind, self.place(key))
        return id

    def references(self, kind: str, key: str) -> tuple[str, ...]:
        """Return a list of ids and note that the file must define each."""
        ids = []
        for node in self.items(key):
            id = self._identifier_of(node)
            if id:
                self.reading.refer(id, kind, node.place)
                ids.append(id)
        return tuple(ids)

    def whole(self, key: str, default: int = 0, *, least: int = 0) -> int:
        """Return a whole number that is at least `least`."""
        node = self._values.get(key)
        if node is None:
            return default
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self._fault_shape(
            node,
            say("file.shape-whole", "a whole number, %(least)s or more", least=least),
        )
        return default

    def flag(self, key: str) -> bool:
        """Return true or false; false when the key is missing."""
        node = self._values.get(key)
        if node is None:
            return False
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        self._fault_shape(node, say("file.shape-flag", "true or false"))
        return False

    def choice(self, key: str, options: Sequence[str], default: str = "") -> str:
        """Return one of the options."""
        node = self._values.get(key)
        return default if node is None else self._choice_of(node, options, default)

    def choices(self, key: str, options: Sequence[str]) -> tuple[str, ...]:
        """Return a list of words, each one of the options."""
        found = (self._choice_of(node, options, "") for node in self.items(key))
        return tuple(word for word in found if word)

    def _choice_of(self, node: Node, options: Sequence[str], default: str) -> str:
        text = self._text_of(node)
        if not text or text in options:
            return text or default
        self.reading.fault(
            node.place,
            say(
                "file.choice-unknown",
                "“%(text)s” is not known here. %(hint)s",
                text=text,
                hint=did_you_mean(text, options),
            ),
        )
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(self._text_of(node) for node in self.items(key))

    def identifiers(self, key: str) -> tuple[str, ...]:
        """Return a list of ids that are unique within it."""
        ids: list[str] = []
        for node in self.items(key):
            id = self._identifier_of(node)
            if id in ids:
                self.reading.fault(
                    node.place,
                    say("file.item-repeated", "“%(id)s” stands in this list twice.", id=id),
                )
            ids.append(id)
        return tuple(ids)

    def items(self, key: str) -> tuple[Node, ...]:
        """Return the nodes of a list that is not empty; none when the key is missing."""
        node = self._values.get(key)
        if node is None:
            return ()
        if isinstance(node, Items) and node.items:
            return node.items
        self._fault_shape(node, say("file.shape-list", "a list with at least one item"))
        return ()

    def group(self, key: str, keys: Keys) -> "Fields":
        """Return the fields of a group inside this one; when it is missing, an empty group."""
        node = self._values.get(key)
        if node is None:
            return Fields(Entries({}, {}, self.node.place), Keys(), self.reading)
        return Fields(node, keys, self.reading)

    def texts_by_key(self, key: str, known: Sequence[str]) -> dict[str, str]:
        """Return a group of texts whose keys must all be among `known`, none required."""
        fields = self.group(key, Keys(optional=tuple(known)))
        return {name: fields.text(name) for name in known if fields.has(name)}
