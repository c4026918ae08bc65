"""What is still missing on a marksheet, and what doesn't belong on it."""

from dataclasses import replace

import pytest

from rubrics.errors import UnknownCriterionError, UnknownLevelError, WrongVersionError
from rubrics.marksheet import Marksheet
from tests.rubrics.a_rubric import a_marksheet, a_rubric


def _said(marksheet):
    return [str(sentence) for sentence in marksheet.missing(a_rubric())]


def test_a_complete_marksheet_misses_nothing():
    assert _said(a_marksheet()) == []


def test_an_empty_marksheet_misses_every_level_and_the_comment():
    assert _said(Marksheet()) == [
        "Choose a level for “Safety”.",
        "Choose a level for “Plan”.",
        "Choose a level for “Role”.",
        "Write 3 more words for “Comment”: at least 3 are asked for.",
    ]


def test_one_missing_word_is_said_in_the_singular():
    assert _said(a_marksheet(comment="Well thought")) == [
        "Write one more word for “Comment”: at least 3 are asked for."
    ]


def test_a_level_the_rubric_does_not_have_is_refused():
    with pytest.raises(UnknownLevelError):
        a_marksheet(plan="good").missing(a_rubric())


def test_a_level_on_a_feedback_criterion_is_refused():
    marksheet = replace(a_marksheet(), levels={"comment": "meets"})
    with pytest.raises(UnknownLevelError, match="takes a comment only"):
        marksheet.missing(a_rubric())


def test_a_level_on_an_unknown_criterion_is_refused():
    with pytest.raises(UnknownCriterionError):
        replace(a_marksheet(), levels={"style": "meets"}).missing(a_rubric())


def test_a_comment_on_an_unknown_criterion_is_refused():
    with pytest.raises(UnknownCriterionError):
        replace(a_marksheet(), comments={"style": "Fine."}).missing(a_rubric())


def test_marks_made_on_this_version_fit():
    replace(a_marksheet(), rubric_hash=a_rubric().content_hash).check_fits(a_rubric())


def test_marks_made_on_another_version_are_refused():
    older = replace(a_marksheet(), rubric_hash=a_rubric(version=2).content_hash)
    with pytest.raises(WrongVersionError, match="another version of the rubric “Care”"):
        older.missing(a_rubric())
