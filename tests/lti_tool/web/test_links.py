"""A link that names no activity: whoever runs the course chooses, students wait kindly."""

from typing import Any

import pytest

from lti_tool.store.tables.audit import AuditEvent
from lti_tool.store.tables.platforms import ResourceLink
from lti_tool.store.tables.programmes import Enrolment
from tests.support.builders import FIRST_PAGE, REFLECTION, TASTER
from tests.support.elements import Element, Page
from tests.support.launching import Lms, code_of, visit_of
from tests.support.practice import INSTRUCTOR, OTHER_STUDENT, READING, REMOVED, STUDENT
from tests.support.practice import REFLECTION as REFLECTION_LINK

NOTHING: dict[str, Any] = {"custom": {}}
UNKNOWN: dict[str, Any] = {"custom": {"activity": "no-such/thing"}}
WHICH = "Which activity does this link open?"
COURSE: dict[str, Any] = {
    "context": {"id": "course-9", "title": "Year 3"},
    "resource_link": {"id": "course-9", "title": "Year 3"},
    **NOTHING,
}
"""Canvas' course navigation: a link with the id of its course."""


def landing(lms: Lms, user_id: str, link_id: str = READING, **claims: Any) -> Element:
    """The page a launch leads to."""
    return Page(lms.landing(lms.launch(user_id, link_id, **claims)).text).root.one("main")


def choose(lms: Lms, name: str, link_id: str = READING, **claims: Any):
    """Open a link as the instructor and choose what it opens."""
    path = f"/v/{visit_of(lms.launch(INSTRUCTOR, link_id, **claims))}/link"
    key = Page(lms.browser.get(path).text).root.all("input", name="visit_key")[0]
    data = {"visit_key": key.attributes["value"], "activity": name}
    return lms.browser.post(path, data=data, follow_redirects=True)


def heading(page: Element) -> str:
    return page.one("h1").text


@pytest.mark.parametrize("claims", [NOTHING, UNKNOWN], ids=["names nothing", "names nothing known"])
def test_an_instructor_is_asked_which_activity_a_link_opens(sqlite_lms, claims):
    page = landing(sqlite_lms, INSTRUCTOR, **claims)

    assert heading(page) == WHICH
    choices = [str(box.attributes["value"]) for box in page.all("input", type="radio")]
    assert choices[0] == FIRST_PAGE
    assert REFLECTION in choices


def test_a_student_reads_that_the_link_is_not_set_up_yet(sqlite_lms):
    page = landing(sqlite_lms, STUDENT, **NOTHING)

    assert heading(page) == "Not set up yet"
    assert sqlite_lms.tool.rows(Enrolment) == []


@pytest.mark.parametrize("claims", [NOTHING, UNKNOWN], ids=["names nothing", "names nothing known"])
def test_what_was_chosen_opens_for_everybody_from_then_on(lms, claims):
    chosen = Page(choose(lms, REFLECTION, **claims).text).root
    assert chosen.one("h1").text == "One moment of strain, and what followed"

    assert "Your text" in landing(lms, STUDENT, **claims).text
    assert "What students see" in landing(lms, INSTRUCTOR, **claims).text
    [link] = lms.tool.rows(ResourceLink)
    assert link.activity == REFLECTION
    assert link.chosen_by is not None
    assert len(lms.tool.rows(Enrolment)) == 1


def test_a_choice_stands_in_the_audit(sqlite_lms):
    choose(sqlite_lms, REFLECTION, **NOTHING)

    [link] = sqlite_lms.tool.rows(ResourceLink)
    events = sqlite_lms.tool.rows(AuditEvent)
    [event] = [one for one in events if one.action == "link.activity-chosen"]
    assert (event.subject, event.details) == (str(link.id), {"activity": REFLECTION})
    assert event.actor_id == link.chosen_by


def test_a_choice_is_for_one_link_only(sqlite_lms):
    choose(sqlite_lms, REFLECTION, **NOTHING)

    assert heading(landing(sqlite_lms, INSTRUCTOR, REFLECTION_LINK, **NOTHING)) == WHICH


def test_a_choice_can_be_changed_from_the_page_of_the_activity(sqlite_lms):
    choose(sqlite_lms, REFLECTION, **NOTHING)
    page = landing(sqlite_lms, INSTRUCTOR, **NOTHING)
    [change] = [one for one in page.all("a") if one.text == "Choose another activity"]
    assert f"activity={REFLECTION}" in page.text
    again = Page(sqlite_lms.browser.get(str(change.attributes["href"])).text).root
    ticked = [box for box in again.all("input", type="radio") if "checked" in box.attributes]
    assert [box.attributes["value"] for box in ticked] == [REFLECTION]

    choose(sqlite_lms, FIRST_PAGE, **NOTHING)

    assert "Strain rarely announces itself." in landing(sqlite_lms, STUDENT, **NOTHING).text


def test_what_the_lms_names_wins_over_a_choice(sqlite_lms):
    choose(sqlite_lms, REFLECTION, **NOTHING)

    page = landing(sqlite_lms, STUDENT, custom={"activity": FIRST_PAGE})

    assert "Strain rarely announces itself." in page.text
    [link] = sqlite_lms.tool.rows(ResourceLink)
    assert (link.activity, link.chosen_by) == (FIRST_PAGE, None)


def test_a_launch_that_names_nothing_opens_what_an_earlier_one_named(sqlite_lms):
    landing(sqlite_lms, INSTRUCTOR, custom={"activity": REFLECTION})

    assert "What students see" in landing(sqlite_lms, INSTRUCTOR, **NOTHING).text
    assert "Your text" in landing(sqlite_lms, STUDENT, **NOTHING).text


def test_what_the_lms_names_is_changed_in_the_lms(sqlite_lms):
    answer = sqlite_lms.launch(INSTRUCTOR)
    page = Page(sqlite_lms.landing(answer).text).root
    assert "Choose another activity" not in page.text

    asked = sqlite_lms.browser.get(f"/v/{visit_of(answer)}/link")

    assert (asked.status_code, code_of(asked)) == (409, "links.named-by-lms")


@pytest.mark.parametrize("name", ["", "no-such/thing", f"{TASTER}/no-such", TASTER, "a/b/c"])
def test_what_is_no_activity_can_not_be_chosen(sqlite_lms, name):
    answer = choose(sqlite_lms, name, **NOTHING)

    assert answer.status_code == 422
    assert Page(answer.text).root.one(role="alert").text.startswith("Choose what this link opens")
    assert sqlite_lms.tool.rows(ResourceLink)[0].chosen_by is None


@pytest.mark.parametrize("role", ["Learner", "Mentor", "Member"])
def test_only_who_runs_the_course_chooses(sqlite_lms, role):
    roles = [f"http://purl.imsglobal.org/vocab/lis/v2/membership#{role}"]
    path = f"/v/{visit_of(sqlite_lms.launch(STUDENT, roles=roles, **NOTHING))}/link"

    answer = sqlite_lms.browser.get(path)

    assert (answer.status_code, code_of(answer)) == (403, "links.teachers-only")


def test_a_teacher_without_a_link_reads_where_to_come_from(sqlite_lms):
    answer = sqlite_lms.launch(INSTRUCTOR, context=REMOVED, **NOTHING)

    page = Page(sqlite_lms.landing(answer).text).root.one("main")
    asked = sqlite_lms.browser.get(f"/v/{visit_of(answer)}/link")

    assert "You came here by no link of a course" in page.text
    assert (asked.status_code, code_of(asked)) == (404, "links.none")


def test_a_link_of_the_whole_course_asks_for_a_programme(sqlite_lms):
    page = landing(sqlite_lms, INSTRUCTOR, **COURSE)
    assert heading(page) == "Which programme belongs to this course?"

    chosen = Page(choose(sqlite_lms, TASTER, **COURSE).text).root.one("main")

    assert heading(chosen) == "Foundations taster"
    assert "Students hand work in and it is marked." in chosen.text
    assert [one.text for one in chosen.all("a")][:2] == ["Work to mark", "Results to release"]
    assert "Choose another programme for this course" in chosen.text


def test_a_link_of_the_whole_course_takes_no_single_activity(sqlite_lms):
    assert choose(sqlite_lms, REFLECTION, **COURSE).status_code == 422


def test_students_find_their_progress_behind_the_link_of_the_course(sqlite_lms):
    assert heading(landing(sqlite_lms, STUDENT, **COURSE)) == "Not set up yet"
    choose(sqlite_lms, TASTER, **COURSE)

    page = landing(sqlite_lms, STUDENT, **COURSE)

    assert heading(page) == "Foundations taster"
    assert "What is required" in page.text


def test_the_link_of_a_course_knows_the_programme_of_its_other_links(sqlite_lms):
    placed = {**COURSE, "resource_link": {"id": "7"}, "custom": {"activity": FIRST_PAGE}}
    sqlite_lms.launch(STUDENT, **placed)

    assert heading(landing(sqlite_lms, INSTRUCTOR, **COURSE)) == "Foundations taster"
    assert heading(landing(sqlite_lms, OTHER_STUDENT, **COURSE)) == "Foundations taster"


def test_links_of_another_course_say_nothing_about_this_one(sqlite_lms):
    sqlite_lms.launch(STUDENT)

    assert heading(landing(sqlite_lms, OTHER_STUDENT, **COURSE)) == "Not set up yet"


def test_a_link_of_the_course_that_names_an_activity_opens_it(sqlite_lms):
    claims = {**COURSE, "custom": {"activity": FIRST_PAGE}}

    page = landing(sqlite_lms, STUDENT, **claims)

    assert "Strain rarely announces itself." in page.text


def test_an_activity_opened_by_its_address_alone_leads_to_the_course(sqlite_lms):
    answer = sqlite_lms.browser.get(f"/activities/{REFLECTION}")

    assert answer.status_code == 200
    assert Page(answer.text).root.one("h1").text == "Open this in your course"
    assert sqlite_lms.tool.rows(Enrolment) == []
