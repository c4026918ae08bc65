"""The programmes that come with the tool hold together."""

import pytest

from lti_tool.programme.evidence import Done, Evidence, Marked
from lti_tool.programme.requirements import State, evaluate
from lti_tool.programme.shipped import shipped, shipped_ids, shipped_image, shipped_text
from rubrics.shipped import reflective_depth
from tests.lti_tool.programme.a_short_course import NOW

TASTER = "foundations-taster"


def test_the_taster_is_shipped():
    assert TASTER in shipped_ids()


@pytest.mark.parametrize("id", shipped_ids())
def test_every_shipped_programme_loads_under_its_own_name(id):
    programme = shipped(id)
    assert (programme.id, programme.carried) == (id, ())
    assert shipped_text(id).startswith("# ")


@pytest.mark.parametrize("id", shipped_ids())
def test_every_badge_of_a_shipped_programme_has_its_image(id):
    for badge in shipped(id).badges:
        assert b"<svg" in shipped_image(badge.image)


def test_the_taster_is_marked_on_the_shipped_rubric():
    rubric = shipped(TASTER).rubric_of("first-reflection")
    assert rubric.content_hash == reflective_depth().content_hash


def _taster_with(levels):
    mark = Marked("first-reflection", "m", NOW, "accepted", levels, "reflective-depth", "h")
    pages = ("stress-and-recovery", "writing-safely", "conduct-statement")
    facts = (*(Done(page, page, NOW) for page in pages), mark)
    return evaluate(shipped(TASTER), Evidence(facts), now=NOW)


def test_the_taster_is_complete_with_pages_statement_and_a_deep_reflection():
    complete = _taster_with({"meaning": "established", "action": "emerging"})
    assert complete.state_of("taster-complete") is State.MET


def test_the_taster_is_not_complete_without_the_depth_it_asks_for():
    shallow = _taster_with({"meaning": "emerging", "action": "emerging"})
    assert shallow.state_of("taster-complete") is State.NOT_YET
