"""Faults found in a file: where each stands and the sentence that says the mend."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from rubrics.reading.nodes import Node, Place
from rubrics.sentence import Sentence, Words, say

MAX_FAULTS = 200
# Looking for a near word costs time for every known word; a hostile file may define thousands.
_MAX_COMPARED = 500
_MAX_LISTED = 20


class StopReadingError(Exception):
    """Nothing more of this file is worth reading; why is already noted as a fault."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend in a file. Line and column count from 1."""

    path: str
    line: int
    column: int
    sentence: Words

    def __str__(self) -> str:
        """Return `FILE:LINE:COLUMN: sentence`, the form editors can jump to."""
        return f"{self.path}:{self.line}:{self.column}: {self.sentence}"


@dataclass(slots=True)
class Reading:
    """What one reading of one file has found so far: faults, and ids declared and referred to.

    `later` lists the keys that were met, and kept, though nobody reads them yet.
    """

    path: str
    faults: list[Fault] = field(default_factory=list)
    later: list[tuple[str, Place]] = field(default_factory=list)
    declared: dict[str, tuple[str, Node]] = field(default_factory=dict)
    _referred: list[tuple[str, str, Place]] = field(default_factory=list, init=False)

    def fault(self, place: Place, sentence: Words) -> None:
        """Note a fault; reading goes on, so that one run shows everything there is to mend.

        Raises StopReadingError after MAX_FAULTS: more would help nobody.
        """
        self.faults.append(Fault(self.path, place.line, place.column, sentence))
        if len(self.faults) >= MAX_FAULTS:
            raise StopReadingError

    def declare(self, id: str, kind: str, *, node: Node, place: Place) -> None:
        """Note that the file defines `id`. Ids are unique in a file, whatever they name."""
        if id not in self.declared:
            self.declared[id] = (kind, node)
            return
        first = self.declared[id][1].place.line
        self.fault(
            place,
            say(
                "file.id-repeated",
                "The id “%(id)s” is already used in line %(first)s. Choose another id here.",
                id=id,
                first=first,
            ),
        )

    def refer(self, id: str, kind: str, place: Place) -> None:
        """Note that the file names an `id` of this kind; `resolve` finds out whether it exists."""
        self._referred.append((id, kind, place))

    def resolve(self) -> None:
        """Note a fault for every id that was named and is not defined anywhere in the file."""
        for id, kind, place in self._referred:
            if id in self.declared and self.declared[id][0] == kind:
                continue
            known = [name for name, (its_kind, _) in self.declared.items() if its_kind == kind]
            self.fault(
                place,
                say(
                    "file.id-unknown",
                    "No %(kind)s in this file has the id “%(id)s”. %(hint)s",
                    kind=kind,
                    id=id,
                    hint=did_you_mean(id, known),
                ),
            )

    def in_order(self) -> tuple[Fault, ...]:
        """Return the faults from the top of the file to its end."""
        return tuple(sorted(self.faults, key=lambda fault: (fault.line, fault.column)))


def did_you_mean(word: str, known: Iterable[str]) -> Sentence:
    """Return the hint for a word that is not known: the nearest known word, or all of them."""
    words = sorted(known)
    near = get_close_matches(word, words, n=1) if len(words) <= _MAX_COMPARED else ()
    if near:
        return say("file.hint-near", "Did you mean “%(near)s”?", near=near[0])
    if len(words) > _MAX_LISTED:
        words = [*words[:_MAX_LISTED], "…"]
    if words:
        return say("file.hint-all", "Known here: %(known)s.", known=", ".join(words))
    return say("file.hint-none", "None is defined yet.")
