"""A sentence for people: id, text, values; whoever shows it translates it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol


class Words(Protocol):
    """What a fault needs of a sentence, so that other packages may hand in their own kind."""

    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def values(self) -> Mapping[str, object]: ...
    @property
    def plural(self) -> str | None: ...


def _no_values() -> Mapping[str, object]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Sentence:
    """One whole sentence that somebody will read.

    `id` is stable ("room.noun-what") and may be matched on; `text` is the English source with
    `%(name)s` places and is what translators see; `plural` replaces it when `values["count"]` is
    not 1. A value may itself be a Sentence.
    """

    id: str
    text: str
    values: Mapping[str, object] = field(default_factory=_no_values, hash=False)
    plural: str | None = None

    def __str__(self) -> str:
        """Return the English rendering, for logs, tests and errors; pages translate instead."""
        text = self.text
        if self.plural is not None and self.values["count"] != 1:
            text = self.plural
        # Like gettext: a sentence without values is printed as it stands, a % in it is only a %.
        return text % self.values if self.values else text


def say(id: str, text: str, /, **values: object) -> Sentence:
    """Make a sentence. `text` must be a literal at the call, or translators never see it."""
    return Sentence(id, text, MappingProxyType(values))


def say_many(id: str, one: str, many: str, /, *, count: int, **values: object) -> Sentence:
    """Make a sentence whose wording depends on `count`; both texts must be literals."""
    return Sentence(id, one, MappingProxyType({"count": count, **values}), plural=many)
