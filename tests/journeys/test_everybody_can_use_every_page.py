"""Every page, at 320 and 1280 px: nothing grave by axe-core, nothing wider than the window."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from lti_tool.cli.trying.coursework import TEXT
from lti_tool.practice_lms.claims import LTI
from tests.journeys.acting import save_line, text_box, title_of
from tests.journeys.conftest import NewWindow
from tests.journeys.earning import Earned, finish_marking, hand_in
from tests.journeys.looking import Eye
from tests.journeys.school import CONDUCT, INSTRUCTOR_ID, READING, REFLECTION, School
from tests.support.browser import REFUSED, Window

DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
UNKNOWN_VISIT = "/v/nobody-was-here/"


@pytest.fixture
def window(new_window: NewWindow) -> Window:
    """A window in which pages of refusal are to be expected."""
    window = new_window()
    window.complaints.expect(REFUSED)
    return window


@pytest.fixture
def eye(window: Window) -> Iterator[Eye]:
    """An eye on one tab; when the test ends no page may have been wrong."""
    eye = Eye(window.new_tab().page)
    yield eye
    eye.assert_nothing_wrong()


def visit_of(page: Page) -> str:
    """What every address of the visit begins with."""
    found = re.match(r".*/v/[^/]+", page.url)
    assert found, page.url
    return found.group()


def open_with_claims(school: School, page: Page, person_id: str, **claims: object) -> None:
    """Launch with other claims than the practice LMS would send."""
    school.change_next_claims({LTI + name: value for name, value in claims.items()})
    page.goto(school.launch_url(person_id, READING))


def test_pages_of_a_student_who_begins(school: School, eye: Eye) -> None:
    student, page = school.new_student(), eye.page
    page.goto(school.launch_url(student.id, READING))
    visit = visit_of(page)
    eye.look("student reading")
    page.get_by_role("button", name="Mark as done").click()
    expect(page.locator(".notice")).to_contain_text("Noted")
    eye.look("student reading done")
    page.get_by_text("Help", exact=True).click()
    eye.look("student help")
    page.goto(school.launch_url(student.id, CONDUCT))
    eye.look("student conduct")
    page.goto(f"{visit}/programmes/foundations-taster")
    eye.look("student progress")
    page.goto(f"{visit}/badges")
    eye.look("student no badges")


def test_pages_of_a_student_who_writes(school: School, window: Window, eye: Eye) -> None:
    student, page = school.new_student(), eye.page
    page.goto(school.launch_url(student.id, REFLECTION))
    eye.look("student empty box")
    other = window.new_tab().page
    other.goto(page.url)
    text_box(page).fill("Too short.")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    eye.look("student too short")
    text_box(page).fill(TEXT)
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".notice")).to_contain_text("saved")
    eye.look("student draft")
    text_box(other).fill("From another window.")
    text_box(other).blur()
    expect(save_line(other)).to_contain_text("another window")
    other_eye = Eye(other)
    other_eye.look("student cannot save")
    other.get_by_role("button", name="Save draft").click()
    expect(title_of(other)).to_have_text("Two versions of your text")
    other_eye.look("student two versions")
    page.get_by_role("button", name="Hand in").click()
    expect(title_of(page)).to_have_text("Handed in")
    eye.look("student receipt")
    other.get_by_role("button", name="Keep this one").click()
    expect(title_of(other)).to_have_text("Handed in already")
    other_eye.look("student handed in already")
    page.get_by_role("link", name="Read what you handed in").click()
    eye.look("student waiting")
    other_eye.assert_nothing_wrong()


def test_pages_of_a_student_who_has_earned_it(school: School, eye: Eye, earned: Earned) -> None:
    page = eye.page
    page.goto(school.launch_url(earned.holder.id, REFLECTION))
    visit = visit_of(page)
    eye.look("holder feedback")
    for name, path in (
        ("holder progress", "/programmes/foundations-taster"),
        ("holder badges", "/badges"),
        ("holder badge", earned.page),
    ):
        page.goto(visit + path)
        eye.look(name)


def test_pages_of_an_instructor(school: School, eye: Eye) -> None:
    page, fresh, marked = eye.page, hand_in(school), finish_marking(school)
    page.goto(school.launch_url(INSTRUCTOR_ID, READING))
    eye.look("instructor reading")
    page.goto(school.launch_url(INSTRUCTOR_ID, REFLECTION))
    eye.look("instructor reflection")
    page.get_by_role("link", name="Work to mark").click()
    expect(title_of(page)).to_have_text("To mark")
    eye.look("instructor queue")
    page.get_by_role("link", name=fresh, exact=True).click()
    expect(page.locator("fieldset")).to_have_count(5)
    eye.look("instructor marking")
    page.get_by_role("radio", name="established").first.check()
    page.get_by_role("button", name="Save and finish").click()
    expect(page.locator(".notice")).to_contain_text("something is still missing")
    eye.look("instructor marks missing")
    page.get_by_role("link", name="To mark").click()
    page.get_by_role("link", name=marked, exact=True).click()
    expect(page.get_by_text("You have finished this one.")).to_be_visible()
    eye.look("instructor finished")
    page.get_by_role("link", name="Results to release").click()
    expect(title_of(page)).to_have_text("Results to release")
    eye.look("instructor release")
    page.get_by_role("button", name="Release the ticked results").click()
    expect(page.get_by_role("alert")).to_be_visible()
    eye.look("instructor none ticked")


def test_pages_about_a_course(school: School, eye: Eye) -> None:
    page = eye.page
    page.goto(school.launch_url(INSTRUCTOR_ID, REFLECTION))
    page.get_by_role("link", name="People in this course").click()
    expect(title_of(page)).to_have_text("People in this course")
    eye.look("instructor people")
    page.get_by_role("button", name="Read the list of people now").click()
    expect(page.locator(".notice")).to_contain_text("being read")
    eye.look("instructor people asked")
    never_came = {"user_id": school.new_student().id}
    open_with_claims(
        school, page, INSTRUCTOR_ID, message_type="LtiSubmissionReviewRequest", for_user=never_came
    )
    expect(title_of(page)).to_have_text("Nothing to read")
    eye.look("instructor no work")
    custom = {"activity": "foundations-taster/first-reflection", "context_id_history": "2"}
    copy = {"id": "copied", "title": "A copy of the course"}
    open_with_claims(school, page, INSTRUCTOR_ID, context=copy, custom=custom)
    expect(page.get_by_role("heading", name="This course was copied from")).to_be_visible()
    eye.look("instructor copied course")
    page.get_by_role("button", name="I have read this").click()
    expect(page.get_by_text("You start fresh")).to_have_count(0)


def test_pages_about_the_grades_of_a_course(school: School, eye: Eye) -> None:
    student, page = school.new_student(), eye.page
    school.fail_next("score", 422)
    page.goto(school.launch_url(student.id, READING))
    page.get_by_role("button", name="Mark as done").click()
    expect(page.locator(".notice")).to_contain_text("Noted")
    page.goto(school.launch_url(INSTRUCTOR_ID, READING))
    page.get_by_role("link", name="Grades sent to the LMS").click()
    expect(title_of(page)).to_have_text("Grades sent to the LMS")
    again = page.get_by_role("button", name="Send again")

    def is_refused() -> bool:
        page.reload()
        return again.count() > 0

    school.wait_for(is_refused, "The refused grade is shown.")
    eye.look("instructor grades")
    again.first.click()
    expect(page.locator(".notice")).to_contain_text("on its way again")
    eye.look("instructor grade sent again")


def test_pages_of_the_office(school: School, eye: Eye, earned: Earned) -> None:
    page = eye.page
    page.goto(school.entry_link("office@school.example", "administrator"))
    eye.look("office enter")
    page.get_by_role("button", name="Enter now").click()
    expect(title_of(page)).to_contain_text("Office of")
    eye.look("office start")
    for part in (
        "Programmes",
        "Certificates",
        "Not delivered",
        "People and roles",
        "Institution",
        "LMS connections",
    ):
        page.get_by_role("link", name=part, exact=True).click()
        expect(title_of(page)).to_have_text(part)
        eye.look(f"office {part}")
    page.get_by_role("link", name="Programmes").click()
    page.get_by_role("link", name="Foundations taster").first.click()
    eye.look("office programme")
    page.get_by_role("link", name="People and roles").click()
    page.get_by_role("button", name="Make a link").first.click()
    expect(title_of(page)).to_have_text("A link to enter once")
    eye.look("office entry link")
    page.get_by_role("link", name="Certificates").click()
    page.get_by_label("Find one by its id").fill(earned.document["id"])
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("button", name="Revoke for good")).to_be_visible()
    eye.look("office certificate")


def test_pages_of_an_employer(school: School, eye: Eye, earned: Earned) -> None:
    page, name = eye.page, earned.document["credentialSubject"]["achievement"]["name"]
    page.goto(school.site.verify_url)
    eye.look("employer ask")
    text = earned.data.decode()
    for kind, pasted in (
        ("genuine", text),
        ("forged", text.replace(name, "Something else")),
        ("unreadable", "{"),
    ):
        page.goto(school.site.verify_url)
        page.get_by_text("Paste its text instead").click()
        page.get_by_label("The text of the certificate").fill(pasted)
        page.get_by_role("button", name="Check it").click()
        expect(page.locator(".verdict-line, [role=alert]").first).to_be_visible()
        eye.look(f"employer {kind}")
    page.goto(earned.document["credentialSubject"]["achievement"]["id"])
    eye.look("employer achievement")
    page.get_by_role("link", name="Example School of Medicine").click()
    eye.look("employer issuer")


def test_pages_of_who_sets_links_up(school: School, eye: Eye) -> None:
    page, link = eye.page, {"id": "set-up-by-hand", "title": "A link"}
    open_with_claims(school, page, INSTRUCTOR_ID, resource_link=link, custom={})
    expect(title_of(page)).to_have_text("Which activity does this link open?")
    eye.look("links choose")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    eye.look("links nothing chosen")
    page.get_by_role("radio", name=REFLECTION).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Choose another activity")).to_be_visible()
    eye.look("links chosen")
    page.get_by_role("link", name="Choose another activity").click()
    eye.look("links choose again")
    course = {"id": "a-course", "title": "A course"}
    open_with_claims(school, page, INSTRUCTOR_ID, context=course, resource_link=course, custom={})
    expect(title_of(page)).to_have_text("Which programme belongs to this course?")
    eye.look("links choose programme")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Save").click()
    expect(title_of(page)).to_have_text("Foundations taster")
    eye.look("links programme")


def test_pages_of_who_places_activities(school: School, eye: Eye) -> None:
    page = eye.page
    # Then the way back to the LMS waits for a button, so that it can be looked at.
    page.route("**/hand_back.js", lambda route: route.abort())
    for name, takes in {
        "several": {"accept_types": ["ltiResourceLink"], "accept_multiple": True},
        "one": {"accept_types": ["ltiResourceLink"], "accept_lineitem": False},
        "files": {"accept_types": ["file"]},
    }.items():
        ask_to_place(school, page, **takes)
        eye.look(f"placing {name}")
    page.get_by_role("button", name="Go back without adding anything").click()
    expect(page.get_by_role("button", name="Go on to your course")).to_be_visible()
    eye.look("placing given up")
    ask_to_place(school, page, accept_types=["ltiResourceLink"], accept_multiple=True)
    page.get_by_role("button", name="Add the ticked ones").click()
    expect(page.get_by_role("alert")).to_be_visible()
    eye.look("placing nothing chosen")
    for box in (READING, REFLECTION):
        page.get_by_role("checkbox", name=box).check()
    page.get_by_role("button", name="Add the ticked ones").click()
    expect(title_of(page)).to_have_text("Back to your course")
    eye.look("placing hand back")


def ask_to_place(school: School, page: Page, **takes: object) -> None:
    """Open the tool as a course's editor does."""
    settings = {"deep_link_return_url": f"{school.site.lms_url}/back", **takes}
    school.change_next_claims(
        {
            LTI + "message_type": "LtiDeepLinkingRequest",
            LTI + "resource_link": None,
            DEEP_LINKING: settings,
        }
    )
    page.goto(school.launch_url(INSTRUCTOR_ID, READING))
    expect(title_of(page)).to_contain_text("activit")


def test_pages_that_refuse(school: School, eye: Eye) -> None:
    page, student = eye.page, school.new_student()
    for name, path in (("no such page", "/nowhere"), ("visit ended", UNKNOWN_VISIT)):
        page.goto(school.site.tool_url + path)
        expect(page.get_by_text("If you ask for help, quote this")).to_be_visible()
        eye.look(f"refused {name}")
    page.goto(f"{school.site.tool_url}/activities/foundations-taster/first-reflection")
    expect(title_of(page)).to_have_text("Open this in your course")
    eye.look("refused outside a course")
    page.goto(f"{school.site.tool_url}/enter/used-up")
    page.get_by_role("button", name="Enter now").click()
    expect(page.get_by_text("If you ask for help, quote this")).to_be_visible()
    eye.look("refused entry link")
    open_with_claims(school, page, student.id, version="1.1")
    expect(page.get_by_text("If you ask for help, quote this")).to_be_visible()
    eye.look("refused launch")
    open_with_claims(school, page, student.id, deployment_id="99")
    expect(title_of(page)).to_have_text("Almost there")
    eye.look("refused deployment")
    open_with_claims(school, page, student.id, custom={"activity": "no/such"})
    expect(title_of(page)).to_have_text("Not set up yet")
    eye.look("not set up student")
    page.goto(f"{visit_of(page)}/office")
    eye.look("refused office")


def test_pages_between_login_and_launch(school: School, eye: Eye) -> None:
    settings = json.loads(school.site.practice_settings.read_text("utf-8"))
    eye.page.goto(f"{settings['tool']['login_url']}?iss=an-lms&cookies_asked=1")
    expect(title_of(eye.page)).to_have_text("One click more")
    eye.look("launch in a new window")


def test_pages_of_the_launch_inspector(school: School, eye: Eye) -> None:
    page, student = eye.page, school.new_student()
    open_with_claims(school, page, student.id, version="1.1")
    expect(page.get_by_role("link", name="Back to your course")).to_be_visible()
    eye.look("launch refused with a way back")
    page.goto(school.launch_url(student.id, READING))
    expect(title_of(page)).to_have_text(READING)
    page.goto(school.entry_link("inspector@school.example", "administrator"))
    page.get_by_role("button", name="Enter now").click()
    page.get_by_role("link", name="LMS connections", exact=True).click()
    page.get_by_role("link", name="Launches:").first.click()
    expect(title_of(page)).to_have_text("Launches")
    eye.look("office launches")
    for row, title in (("Let in", "let in"), ("launch.version-unknown", "refused")):
        page.get_by_role("row", name=row).get_by_role("link").first.click()
        expect(title_of(page)).to_have_text(f"A launch that was {title}")
        eye.look(f"office launch {title}")
        page.get_by_role("link", name="All launches of this LMS").click()


def test_pages_of_the_doctor(school: School, eye: Eye) -> None:
    page = eye.page
    page.goto(school.entry_link("doctor@school.example", "administrator"))
    page.get_by_role("button", name="Enter now").click()
    page.get_by_role("link", name="LMS connections", exact=True).click()
    page.get_by_role("link", name="Examine the connection:").first.click()
    expect(title_of(page)).to_have_text("Examine the connection")
    eye.look("office before an examination")
    page.get_by_role("button", name="Examine now").click()
    expect(page.get_by_role("button", name="Examine again")).to_be_visible(timeout=60_000)
    eye.look("office after an examination")


def test_pages_of_the_practice_lms(school: School, eye: Eye) -> None:
    student = school.new_student()
    for name, path in (
        ("front", "/"),
        ("course", f"/as/{student.id}/course"),
        ("frame", f"/as/{student.id}/links/1"),
        ("gradebook", f"/as/{INSTRUCTOR_ID}/gradebook"),
        ("people", f"/as/{INSTRUCTOR_ID}/people"),
        ("nobody", "/as/nobody/course"),
    ):
        eye.page.goto(school.site.lms_url + path)
        eye.look(f"lms {name}")
