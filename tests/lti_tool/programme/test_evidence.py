"""Facts about one student, looked up by activity."""

from lti_tool.programme.evidence import Evidence
from tests.lti_tool.programme.a_short_course import done, evidence, marked, submitted


def test_without_facts_nothing_is_found():
    nothing = Evidence()
    assert nothing.done("essay") is None
    assert nothing.accepted("essay") == ()
    assert nothing.waiting("essay") is None


def test_what_was_done_twice_was_done_the_first_time():
    found = evidence(done("page", "late", days=2), done("page", "early")).done("page")
    assert found == done("page", "early")


def test_accepted_marks_come_oldest_first_and_without_those_not_yet():
    marks = evidence(
        marked(evidence_id="second", days=5),
        marked(evidence_id="first", days=3),
        marked("not-yet", evidence_id="before"),
    ).accepted("essay")
    assert [mark.evidence_id for mark in marks] == ["first", "second"]


def test_work_waits_until_a_mark_on_it_is_released():
    assert evidence(submitted()).waiting("essay") == submitted()
    assert evidence(submitted(), marked("not-yet")).waiting("essay") is None


def test_work_handed_in_again_waits_again():
    again = submitted(evidence_id="again", days=2)
    assert evidence(submitted(), marked("not-yet"), again).waiting("essay") == again
