"""Facts about one student that rules may look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened in one activity. `evidence_id` names the record that shows it."""

    activity_id: str
    evidence_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Done(Fact):
    """The student marked the activity done, or agreed; then `wording` is what they agreed to."""

    wording: str | None = None


@dataclass(frozen=True, slots=True)
class Submitted(Fact):
    """The student handed work in."""


@dataclass(frozen=True, slots=True)
class Marked(Fact):
    """A released mark. What is not released never becomes evidence.

    `levels` are level ids by criterion id, on the rubric version `rubric_hash`.
    """

    outcome: Literal["accepted", "not-yet"]
    levels: Mapping[str, str] = field(hash=False)
    rubric_id: str
    rubric_hash: str


_SomeFact = TypeVar("_SomeFact", bound=Fact)


class Evidence:
    """All facts about one student in one programme. Their order never matters."""

    def __init__(self, facts: tuple[Fact, ...] = ()) -> None:
        """Sort the facts by time, then by evidence id, and index them by activity."""
        self.facts = tuple(sorted(facts, key=lambda fact: (fact.at, fact.evidence_id)))
        self._by_activity: dict[str, list[Fact]] = {}
        for fact in self.facts:
            self._by_activity.setdefault(fact.activity_id, []).append(fact)

    def done(self, activity_id: str) -> Done | None:
        """Return when the activity was first done, if it was."""
        return next(iter(self._of(Done, activity_id)), None)

    def accepted(self, activity_id: str) -> tuple[Marked, ...]:
        """Return the marks that accepted work in the activity, oldest first."""
        marks = self._of(Marked, activity_id)
        return tuple(mark for mark in marks if mark.outcome == "accepted")

    def waiting(self, activity_id: str) -> Submitted | None:
        """Return the newest work handed in since the last released mark, if there is any."""
        handed_in = self._of(Submitted, activity_id)
        marks = self._of(Marked, activity_id)
        if handed_in and (not marks or marks[-1].at < handed_in[-1].at):
            return handed_in[-1]
        return None

    def _of(self, kind: type[_SomeFact], activity_id: str) -> list[_SomeFact]:
        facts = self._by_activity.get(activity_id, [])
        return [fact for fact in facts if isinstance(fact, kind)]
