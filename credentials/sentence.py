"""A sentence for people: id, text, values; this library never translates it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


def _no_values() -> Mapping[str, object]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Sentence:
    """One whole English sentence with named places, and what belongs in them.

    `id` is stable and has the form "room.noun-what"; whoever shows the sentence may look up a
    translation by it. `plural` is used when `values["count"]` is not 1. A value may itself be a
    sentence.
    """

    id: str
    text: str
    values: Mapping[str, object] = field(default_factory=_no_values, hash=False)
    plural: str | None = None

    def __str__(self) -> str:
        """The sentence in English."""
        text = self.text
        if self.plural is not None and self.values.get("count") != 1:
            text = self.plural
        # As in gettext: a sentence without values stands as it is, and its % is only a %.
        return text % self.values if self.values else text


def say(id: str, text: str, /, **values: object) -> Sentence:
    """Make a sentence; `text` must be a literal so that translators find it."""
    return Sentence(id, text, MappingProxyType(values))


def say_many(id: str, one: str, many: str, /, *, count: int, **values: object) -> Sentence:
    """Make a sentence about `count` things; both texts must be literals."""
    return Sentence(id, one, MappingProxyType({"count": count, **values}), plural=many)
