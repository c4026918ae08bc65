"""The marker's pages: codes instead of names, nothing typed is lost, nothing is shown too early."""

from collections.abc import Callable
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.marking import MarksheetRow
from lti_tool.store.tables.people import Person
from lti_tool.store.tables.submissions import Reading
from lti_tool.usecases.people import OfficeRole
from tests.support.builders import REFLECTION, AVisit, a_visit
from tests.support.elements import Element, Page
from tests.support.world import COMMENT, World

CRITERIA = ("experience", "self", "feeling", "meaning", "action")
MARKS = {f"level-{criterion}": "established" for criterion in CRITERIA}
ALL_MARKS = {**MARKS, "comment-comment": COMMENT}


@pytest.fixture
def visit(world: World) -> AVisit:
    """The instructor, come from the course."""
    return a_visit(
        world.wired,
        roles=[CourseRole.INSTRUCTOR],
        person_id=world.instructor.person_id,
        activity=REFLECTION,
    )


@pytest.fixture
def submission_id(world: World) -> UUID:
    """Work that was handed in."""
    return world.hand_in(text="I stood at the bed and said nothing. " * 20)


@pytest.fixture
def send(visit: AVisit, submission_id: UUID) -> Callable[..., TestResponse]:
    """Send the marking form, with the version that was read."""

    def send(version: int = 0, do: str = "draft", **fields: str) -> TestResponse:
        typed = {name.replace("_", "-"): text for name, text in fields.items()}
        return visit.post(f"marking/{submission_id}", {"version": version, "do": do, **typed})

    return send


def page_of(answer: TestResponse) -> Element:
    return Page(answer.text).root


def checked(page: Element) -> dict[str | None, str | None]:
    chosen = [box for box in page.all("input", type="radio") if "checked" in box.attributes]
    return {box.attributes["name"]: box.attributes["value"] for box in chosen}


def test_the_queue_shows_codes_and_no_names(world: World, visit: AVisit, submission_id) -> None:
    page = page_of(visit.get("marking"))
    names = [person.name for person in world.rows(Person)]
    (row,) = page.one("tbody").all("tr")
    assert row.one("a").attributes["href"] == visit.path(f"marking/{submission_id}")
    assert "not begun" in row.text
    assert not any(name in page.text for name in names if name)


def test_an_empty_queue_says_what_will_be_here(visit: AVisit) -> None:
    page = page_of(visit.get("marking"))
    assert page.all("table") == []
    assert "Nothing waits for your marks." in page.one(class_="empty").text


def test_the_queue_says_what_is_begun_and_what_is_finished(visit: AVisit, send) -> None:
    send()
    assert "begun" in page_of(visit.get("marking")).one("tbody").text
    send(1, "finish", **ALL_MARKS)
    assert "finished, waits for release" in page_of(visit.get("marking")).one("tbody").text


def test_a_student_does_not_get_to_marking(world: World) -> None:
    student = a_visit(world.wired, person_id=world.student.person_id, activity=REFLECTION)
    answer = student.get("marking")
    assert answer.status_code == 403
    assert "for those who teach, mark or run the programme" in answer.text


def test_text_and_rubric_stand_side_by_side_and_the_reading_is_recorded(
    world: World, visit: AVisit, submission_id: UUID
) -> None:
    page = page_of(visit.get(f"marking/{submission_id}"))
    text = page.one(class_="marking-text")
    assert "I stood at the bed" in text.text
    assert text.attributes["tabindex"] == "0"
    assert page.all("legend")[0].text == "The experience"
    assert "Leave out of account: spelling, what the student feels" in page.text
    (reading,) = world.rows(Reading)
    assert (reading.reader_id, reading.capacity) == (world.instructor.person_id, "marker")


def test_an_instructor_of_another_course_does_not_read_the_text(
    world: World, submission_id: UUID
) -> None:
    other = world.someone(CourseRole.INSTRUCTOR, course="course-2")
    assert other.course_id != world.instructor.course_id
    visit = a_visit(world.wired, person_id=other.person_id, in_course=False)
    answer = visit.get(f"marking/{submission_id}")
    assert answer.status_code == 403
    assert "I stood at the bed" not in answer.text


def test_a_marker_of_the_office_marks_without_a_course(world: World, submission_id: UUID) -> None:
    marker = a_visit(world.wired, office_roles=[OfficeRole.MARKER], in_course=False)
    assert marker.get(f"marking/{submission_id}").status_code == 200


def test_unknown_work_is_not_there(visit: AVisit) -> None:
    answer = visit.get(f"marking/{visit.actor.person_id}")
    assert answer.status_code == 404


def test_a_draft_is_saved_and_shown_again(visit: AVisit, send) -> None:
    answer = send(level_meaning="searching", comment_meaning="Well argued.\r\nGo on.")
    assert answer.status_code == 303
    page = page_of(visit.client.get(answer.headers["Location"]))
    assert "Saved as a draft." in page.one(class_="notice").text
    assert checked(page)["level-meaning"] == "searching"
    assert checked(page)["level-self"] == ""
    assert page.one("textarea", name="comment-meaning").text == "Well argued. Go on."
    assert page.one("input", name="version").attributes["value"] == "1"


def test_what_is_missing_is_listed_and_keeps_the_marking_unfinished(
    world: World, visit: AVisit, send
) -> None:
    answer = send(do="finish", **MARKS)
    page = page_of(visit.client.get(answer.headers["Location"]))
    assert "something is still missing" in page.one(class_="notice").text
    assert "Write 20 more words for “Comment to the student”" in page.text
    assert world.rows(MarksheetRow)[0].finished_at is None


def test_finished_marks_wait_for_their_release_and_say_the_result(visit: AVisit, send) -> None:
    answer = send(do="finish", **ALL_MARKS)
    page = page_of(visit.client.get(answer.headers["Location"]))
    assert "Finished." in page.one(class_="notice").text
    assert "By these levels the result is: accepted." in page.text
    assert "until then you may change it" in page.text


def test_complete_marks_in_a_draft_say_that_nothing_is_missing(visit: AVisit, send) -> None:
    low = dict.fromkeys(MARKS, "absent")
    answer = send(**{**ALL_MARKS, **low})
    page = page_of(visit.client.get(answer.headers["Location"]))
    assert "Nothing is missing." in page.text
    assert "not yet. The student can write on." in page.text


def test_marks_changed_in_another_window_are_shown_beside_what_was_typed(send) -> None:
    send(level_meaning="searching")
    answer = send(level_meaning="emerging", comment_meaning="Typed for a long time.")
    assert answer.status_code == 409
    page = page_of(answer)
    assert "changed in another window" in page.one(role="alert").text
    assert checked(page)["level-meaning"] == "emerging"
    assert page.one("textarea", name="comment-meaning").text == "Typed for a long time."
    saved = page.one(class_="level level-chosen")
    assert "Searching" in saved.text or "searching" in saved.text
    assert page.one("input", name="version").attributes["value"] == "1"


def test_after_a_conflict_the_typed_marks_can_be_kept(visit: AVisit, send) -> None:
    send(level_meaning="searching")
    send(level_meaning="emerging")
    answer = send(1, level_meaning="emerging")
    page = page_of(visit.client.get(answer.headers["Location"]))
    assert checked(page)["level-meaning"] == "emerging"


def test_a_form_without_its_version_overwrites_nothing(world: World, visit: AVisit, send) -> None:
    send(level_meaning="searching")
    answer = send("", level_meaning="emerging")
    assert answer.status_code == 409
    assert world.rows(MarksheetRow)[0].levels == {"meaning": "searching"}


def test_a_comment_that_is_far_too_long_stays_on_the_page(world: World, send) -> None:
    answer = send(comment_meaning="x" * 10_001)
    assert answer.status_code == 422
    page = page_of(answer)
    assert "more than 10000 characters" in page.one(role="alert").text
    assert len(page.one("textarea", name="comment-meaning").text) == 10_001
    assert world.rows(MarksheetRow) == []


def test_a_level_the_rubric_does_not_have_is_refused(world: World, send) -> None:
    answer = send(level_meaning="brilliant")
    assert answer.status_code == 422
    assert "don't fit the rubric" in page_of(answer).one(role="alert").text
    assert world.rows(MarksheetRow) == []


def test_released_marks_can_be_read_and_not_changed(
    world: World, visit: AVisit, submission_id: UUID, send
) -> None:
    world.mark(submission_id)
    world.release(submission_id)
    answer = send(1, level_meaning="absent")
    assert answer.status_code == 409
    page = page_of(visit.get(f"marking/{submission_id}"))
    assert page.all("form") == []
    assert "no longer change" in page.text
    assert {one.one(class_="level-mark").text for one in page.all(class_="level level-chosen")} == {
        "chosen"
    }


def test_the_next_unfinished_work_is_one_link_away(
    world: World, visit: AVisit, submission_id: UUID
) -> None:
    others = {world.hand_in(world.someone(CourseRole.STUDENT)) for _ in range(2)}
    seen = set()
    at = submission_id
    for _ in others:
        page = page_of(visit.get(f"marking/{at}"))
        (link,) = [one for one in page.all("a") if one.text.startswith("Next: ")]
        at = UUID(str(link.attributes["href"]).rsplit("/", 1)[1])
        seen.add(at)
    assert seen == others


def test_after_the_last_one_nothing_else_waits(visit: AVisit, submission_id: UUID, send) -> None:
    send(do="finish", **ALL_MARKS)
    assert "Nothing else waits" in visit.get(f"marking/{submission_id}").text


def test_a_form_from_elsewhere_changes_nothing(
    world: World, visit: AVisit, submission_id: UUID
) -> None:
    answer = visit.client.post(visit.path(f"marking/{submission_id}"), data={"version": 0})
    assert answer.status_code == 403
    assert world.rows(MarksheetRow) == []
