"""Accepted or not yet, by the rubric's own rule."""

import pytest

from rubrics.errors import IncompleteMarksError
from rubrics.marksheet import Marksheet
from rubrics.outcome import Outcome, outcome
from rubrics.rubric import Decision, Enough
from rubrics.shipped import reflective_depth
from tests.rubrics.a_rubric import a_marksheet, a_rubric

EVERY = Decision(every_criterion="meets")
GATE = Decision(every_gate="meets")
TWO = Decision(enough=Enough("meets", 2))
TWO_WITHOUT_GATES = Decision(enough=Enough("meets", 2, without_gates=True))
BOTH = Decision(every_gate="meets", enough=Enough("exceeds", 1))


@pytest.mark.parametrize(
    ("decision", "levels", "expected"),
    [
        (EVERY, ("meets", "meets", "exceeds"), Outcome.ACCEPTED),
        (EVERY, ("meets", "below", "exceeds"), Outcome.NOT_YET),
        (GATE, ("meets", "below", "below"), Outcome.ACCEPTED),
        (GATE, ("below", "exceeds", "exceeds"), Outcome.NOT_YET),
        (TWO, ("meets", "meets", "below"), Outcome.ACCEPTED),
        (TWO, ("meets", "below", "below"), Outcome.NOT_YET),
        (TWO_WITHOUT_GATES, ("below", "meets", "meets"), Outcome.ACCEPTED),
        (TWO_WITHOUT_GATES, ("meets", "meets", "below"), Outcome.NOT_YET),
        (BOTH, ("meets", "exceeds", "below"), Outcome.ACCEPTED),
        (BOTH, ("meets", "meets", "meets"), Outcome.NOT_YET),
        (BOTH, ("below", "exceeds", "exceeds"), Outcome.NOT_YET),
    ],
)
def test_the_decision_rule_decides(decision, levels, expected):
    assert outcome(a_rubric(decision=decision), a_marksheet(*levels)) is expected


def test_a_missing_level_is_not_the_lowest_level():
    with pytest.raises(IncompleteMarksError) as caught:
        outcome(a_rubric(), Marksheet({"safety": "meets", "plan": "meets"}))
    assert [str(one) for one in caught.value.missing] == ["Choose a level for “Role”."]


def test_a_missing_comment_does_not_change_the_decision():
    assert outcome(a_rubric(), a_marksheet(comment="")) is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ("established established established emerging emerging", Outcome.ACCEPTED),
        ("established established emerging emerging emerging", Outcome.NOT_YET),
        ("searching searching searching searching absent", Outcome.NOT_YET),
    ],
)
def test_depth_of_reflection_asks_for_three_established_and_none_absent(levels, expected):
    criteria = [one.id for one in reflective_depth().marked_criteria]
    marksheet = Marksheet(dict(zip(criteria, levels.split(), strict=True)))
    assert outcome(reflective_depth(), marksheet) is expected
