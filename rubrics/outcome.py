"""From a marksheet to accepted or not yet, by the rubric's own decision rule."""

from collections.abc import Iterable
from enum import StrEnum

from rubrics.errors import IncompleteMarksError
from rubrics.marksheet import Marksheet
from rubrics.rubric import Criterion, Enough, Rubric


class Outcome(StrEnum):
    """What a student is told. A "not yet" is never a "fail"."""

    ACCEPTED = "accepted"
    NOT_YET = "not-yet"


def outcome(rubric: Rubric, marksheet: Marksheet) -> Outcome:
    """Decide by levels alone; comments are for the student and never change a decision.

    Raises IncompleteMarksError, WrongVersionError, UnknownCriterionError, UnknownLevelError.
    """
    missing = marksheet.missing_levels(rubric)
    if missing:
        raise IncompleteMarksError(missing)
    decision = rubric.decision
    marked = rubric.marked_criteria
    holds = (
        _all_reach(decision.every_criterion, marked, rubric, marksheet),
        _all_reach(decision.every_gate, _gates(marked), rubric, marksheet),
        _enough_reach(decision.enough, marked, rubric, marksheet),
    )
    return Outcome.ACCEPTED if all(holds) else Outcome.NOT_YET


def _gates(criteria: Iterable[Criterion]) -> tuple[Criterion, ...]:
    return tuple(one for one in criteria if one.gate)


def _all_reach(
    level: str | None, criteria: tuple[Criterion, ...], rubric: Rubric, marksheet: Marksheet
) -> bool:
    return level is None or _how_many(level, criteria, rubric, marksheet) == len(criteria)


def _enough_reach(
    enough: Enough | None, criteria: tuple[Criterion, ...], rubric: Rubric, marksheet: Marksheet
) -> bool:
    if enough is None:
        return True
    counted = tuple(one for one in criteria if not (enough.without_gates and one.gate))
    return _how_many(enough.level, counted, rubric, marksheet) >= enough.in_at_least


def _how_many(
    level: str, criteria: tuple[Criterion, ...], rubric: Rubric, marksheet: Marksheet
) -> int:
    least = rubric.rank(level)
    return sum(rubric.rank(marksheet.levels[one.id]) >= least for one in criteria)
