"""Rubric, Criterion, Level, Gate; the content hash that is its version."""

from collections.abc import Mapping
from dataclasses import dataclass

from rubrics.errors import UnknownCriterionError, UnknownLevelError
from rubrics.reading.canonical import digest
from rubrics.sentence import say


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a criterion. `descriptor` says what work at this level looks like."""

    id: str
    name: str
    descriptor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing a marker looks at.

    `levels` run from the lowest to the highest and are empty when the criterion is
    `feedback_only`: it then takes a comment of at least `min_words` words and no level. A `gate`
    is a criterion the decision may require on its own.
    """

    id: str
    title: str
    levels: tuple[Level, ...] = ()
    gate: bool = False
    feedback_only: bool = False
    min_words: int = 0
    note_to_markers: str = ""


@dataclass(frozen=True, slots=True)
class Enough:
    """At least `in_at_least` criteria reach `level`; gates count unless `without_gates`."""

    level: str
    in_at_least: int
    without_gates: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """When work is accepted: every part that is stated must hold. Otherwise it is not yet."""

    every_criterion: str | None = None
    every_gate: str | None = None
    enough: Enough | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """An analytic rubric. `levels` are level ids from the lowest to the highest.

    `informed_by` cites the published work whose structure was considered; `never_marked` names
    what a marker must leave out of account.
    """

    id: str
    version: int
    title: str
    levels: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    decision: Decision
    informed_by: tuple[str, ...] = ()
    never_marked: tuple[str, ...] = ()

    @property
    def marked_criteria(self) -> tuple[Criterion, ...]:
        """The criteria that take a level."""
        return tuple(one for one in self.criteria if not one.feedback_only)

    def criterion(self, id: str) -> Criterion:
        """Return a criterion by its id.

        Raises UnknownCriterionError.
        """
        for one in self.criteria:
            if one.id == id:
                return one
        raise UnknownCriterionError(
            say(
                "rubrics.criterion-unknown",
                "The rubric “%(rubric)s” has no criterion “%(criterion)s”.",
                rubric=self.title,
                criterion=id,
            )
        )

    def rank(self, level: str) -> int:
        """Return the place of a level, 0 for the lowest.

        Raises UnknownLevelError.
        """
        if level in self.levels:
            return self.levels.index(level)
        raise UnknownLevelError(
            say(
                "rubrics.level-unknown",
                "The rubric “%(rubric)s” has no level “%(level)s”.",
                rubric=self.title,
                level=level,
            )
        )

    @property
    def content_hash(self) -> str:
        """SHA-256 of the rubric's canonical JSON: any change of wording makes another version.

        What a rubric doesn't say is left out, so that a feature added to this library later
        leaves the hash of every older rubric as it is.
        """
        return digest(_said(_as_mapping(self)))


def _as_mapping(rubric: Rubric) -> Mapping[str, object]:
    return {
        "id": rubric.id,
        "version": rubric.version,
        "title": rubric.title,
        "type": "analytic",
        "levels": list(rubric.levels),
        "criteria": [_said(_criterion_as_mapping(one)) for one in rubric.criteria],
        "decision": _decision_as_mapping(rubric.decision),
        "informed_by": list(rubric.informed_by),
        "never_marked": list(rubric.never_marked),
    }


def _criterion_as_mapping(criterion: Criterion) -> Mapping[str, object]:
    return {
        "id": criterion.id,
        "title": criterion.title,
        "levels": {level.id: level.descriptor for level in criterion.levels},
        "gate": criterion.gate,
        "feedback_only": criterion.feedback_only,
        "min_words": criterion.min_words,
        "note_to_markers": criterion.note_to_markers,
    }


def _decision_as_mapping(decision: Decision) -> Mapping[str, object]:
    enough = decision.enough
    return _said(
        {
            "every_criterion": decision.every_criterion,
            "every_gate": decision.every_gate,
            "and": enough
            and {
                "level": enough.level,
                "in_at_least": enough.in_at_least,
                "of": "not-gates" if enough.without_gates else "all",
            },
        }
    )


def _said(values: Mapping[str, object]) -> Mapping[str, object]:
    """Leave out what is empty, false or zero."""
    return {key: value for key, value in values.items() if value}
