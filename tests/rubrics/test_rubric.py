"""Rubric, Criterion, Level, Gate, and the content hash."""

import pytest

from rubrics.errors import UnknownCriterionError, UnknownLevelError
from rubrics.rubric import Decision, Enough
from rubrics.shipped import reflective_depth
from tests.rubrics.a_rubric import a_criterion, a_rubric


def test_levels_rank_from_the_lowest():
    assert [a_rubric().rank(level) for level in ("below", "meets", "exceeds")] == [0, 1, 2]


def test_an_unknown_level_is_refused_by_name():
    with pytest.raises(UnknownLevelError, match="has no level “good”"):
        a_rubric().rank("good")


def test_an_unknown_criterion_is_refused_by_name():
    with pytest.raises(UnknownCriterionError, match="has no criterion “style”"):
        a_rubric().criterion("style")


def test_a_criterion_is_found_by_its_id():
    assert a_rubric().criterion("role").title == "Role"


def test_feedback_only_criteria_take_no_level():
    assert [one.id for one in a_rubric().marked_criteria] == ["safety", "plan", "role"]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Caring"},
        {"version": 2},
        {"levels": ("meets", "below", "exceeds")},
        {"criteria": (a_criterion("plan"),)},
        {"criteria": (a_criterion("plan", gate=True),)},
        {"decision": Decision(every_criterion="meets")},
        {"decision": Decision(every_gate="meets")},
        {"decision": Decision(enough=Enough("meets", 2, without_gates=True))},
        {"informed_by": ("A study",)},
        {"never_marked": ("spelling",)},
    ],
)
def test_any_change_makes_another_version(changes):
    assert a_rubric(**changes).content_hash != a_rubric().content_hash


def test_equal_rubrics_have_the_same_hash():
    assert a_rubric().content_hash == a_rubric().content_hash


def test_the_shipped_rubric_is_the_version_it_always_was():
    rubric = reflective_depth()
    assert (rubric.id, len(rubric.marked_criteria), len(rubric.levels)) == (
        "reflective-depth",
        5,
        4,
    )
    expected = "f67bdee32e35b945dc3253a47d5bd5fe79be85df55553f3213bbd491fd38a408"
    assert rubric.content_hash == expected
