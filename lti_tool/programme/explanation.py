"""The answer to "how far is this student?": a tree that says state, counts, why and what next."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lti_tool.programme.errors import UnknownIdError
from lti_tool.sentence import Sentence, say


class State(StrEnum):
    """How a requirement stands. Met is never unmet by more evidence."""

    MET = "met"
    PENDING = "pending"
    NOT_YET = "not-yet"
    IMPOSSIBLE = "impossible"
    WAIVED = "waived"

    @property
    def is_satisfied(self) -> bool:
        """Whether nothing more is needed."""
        return self in (State.MET, State.WAIVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One requirement with its state and the reason.

    `done` of `needed` counts what the sentence speaks of; `evidence_ids` name the records it
    rests on, oldest first; `next_step` is the id of the activity to open next, if one helps.
    """

    requirement_id: str
    label: str
    state: State
    done: int
    needed: int
    sentence: Sentence
    evidence_ids: tuple[str, ...] = ()
    children: tuple["Explained", ...] = ()
    next_step: str | None = None

    def walk(self) -> Iterator["Explained"]:
        """Yield this and everything inside it, from the top down."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Explanation:
    """One student's whole programme: a tree for each top-level requirement."""

    programme_id: str
    version: str
    trees: tuple[Explained, ...]

    def of(self, requirement_id: str) -> Explained:
        """Return how one requirement stands, wherever it is in a tree. Raises UnknownIdError."""
        for tree in self.trees:
            for one in tree.walk():
                if one.requirement_id == requirement_id:
                    return one
        raise UnknownIdError(
            say(
                "programme.requirement-unknown",
                "This version of the programme has no requirement “%(id)s”.",
                id=requirement_id,
            )
        )

    def state_of(self, requirement_id: str) -> State:
        """Return the state of one requirement. Raises UnknownIdError."""
        return self.of(requirement_id).state
