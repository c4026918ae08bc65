"""From the practice LMS's editor to a placed activity and back, by Moodle's and Canvas's rules."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from lti_tool.practice_lms.course import Link
from lti_tool.practice_lms.growing import copy_course, duplicate_link
from lti_tool.store.database import Database
from lti_tool.store.tables.platforms import Course, ResourceLink
from lti_tool.usecases.lms import platforms
from lti_tool.usecases.lms.platform_fields import NewPlatform
from tests.support.builders import FIRST_PAGE, LONG_AGO, REFLECTION, an_institution
from tests.support.elements import Page
from tests.support.launching import CLIENT_ID, LMS_URL, Lms, Tool, a_tool
from tests.support.placing import send
from tests.support.practice import INSTRUCTOR, STUDENT, PracticePlatform, a_canvas, a_moodle
from tests.support.tool_key import give_tool_key

MAKES = {"moodle": a_moodle, "canvas": a_canvas}
BUTTONS = {"moodle": "", "canvas": "module_menu_modal"}


def connected(tool: Tool, kind: str) -> Lms:
    """A practice LMS of this kind, with an empty course, known to a tool that can sign."""
    wanted: dict[str, Any] = {"base_url": LMS_URL, "client_id": CLIENT_ID, "links": []}
    bare = PracticePlatform(None, MAKES[kind](**wanted))
    known, addresses = bare.configuration, bare.endpoints
    told = NewPlatform(
        platform_issuer=known.issuer,
        client_id=known.client_id,
        auth_url=addresses.auth,
        token_url=addresses.token,
        jwks_url=addresses.jwks,
        deployments=(known.deployment_id,),
    )
    with tool.wired.db.begin() as session:
        institution_id = an_institution(session).id
        registration_id = platforms.register(session, institution_id, told, now=LONG_AGO).id
        give_tool_key(session, institution_id, tool.wired.master)
    ours = f"{tool.wired.settings.base_url}/lti/{registration_id}"
    at = {f"{name}_url": f"{ours}/{name}" for name in ("login", "launch", "jwks")}
    configuration = MAKES[kind](**wanted, tool={"name": "The tool", **at})
    platform = PracticePlatform(tool.app.test_client(), configuration, now=tool.clock)
    keys = urlsplit(addresses.jwks).path
    tool.key_pages[addresses.jwks] = lambda: platform.answer("GET", keys).json
    return Lms(tool, registration_id, platform)


@pytest.fixture
def tool(sqlite_db: Database, tmp_path, now) -> Tool:
    """The application on SQLite."""
    return a_tool(sqlite_db, tmp_path, now)


@pytest.fixture(params=MAKES)
def lms(request: pytest.FixtureRequest, tool: Tool) -> Lms:
    """The same, once with each LMS."""
    return connected(tool, request.param)


def picked(lms: Lms, *activities: str, button: str | None = None, **fields: str) -> TestResponse:
    """Choose these from the course's editor; the tool's last page."""
    kind = lms.platform.configuration.profile.value
    placement = BUTTONS[kind] if button is None else button
    page = lms.platform.pick(INSTRUCTOR, placement=placement)
    assert page.status_code == 200, page.text
    return send(lms, page.request.path, *activities, **fields)


def placed(lms: Lms, *activities: str, **how: str) -> tuple[Link, ...]:
    """The links that the LMS made of these."""
    taken = lms.platform.take(picked(lms, *activities, **how))
    assert taken.status_code == 200, taken.text
    return lms.platform.configuration.course.links


def heading(page: TestResponse) -> str:
    return Page(page.text).root.one("h1").text


def test_what_was_placed_opens_for_a_student(lms):
    for link in placed(lms, FIRST_PAGE, REFLECTION):
        page = lms.platform.launch(STUDENT, link.id)

        assert (page.status_code, heading(page)) == (200, link.title)
    activities = {row.activity for row in lms.tool.rows(ResourceLink)}
    assert activities == {FIRST_PAGE, REFLECTION}


def test_marked_work_gets_a_column_whose_address_launches_tell(lms):
    page, reflection = placed(lms, FIRST_PAGE, REFLECTION)
    for link in (page, reflection):
        lms.platform.launch(STUDENT, link.id)

    assert (page.is_graded, reflection.is_graded) == (False, True)
    assert reflection.score_maximum == 1
    columns = {row.activity: row.line_item_url for row in lms.tool.rows(ResourceLink)}
    assert columns[FIRST_PAGE] is None
    assert columns[REFLECTION] is not None


def test_with_columns_for_all_every_link_has_one(lms):
    assert [one.is_graded for one in placed(lms, FIRST_PAGE, REFLECTION, columns="on")] == [
        True,
        True,
    ]


def test_giving_up_adds_nothing(lms):
    answer = lms.platform.take(picked(lms, do="give-up"))

    assert "Nothing was chosen, so nothing was added." in answer.text
    assert lms.platform.configuration.course.links == ()


def test_a_copied_course_opens_the_same_activities_and_says_where_it_came_from(lms):
    placed(lms, FIRST_PAGE)
    here = lms.platform.practice
    copy = copy_course(here, here.configuration.course)

    page = lms.platform.launch(INSTRUCTOR, copy.links[0].id)

    assert "Strain rarely announces itself." in page.text
    [course] = [one for one in lms.tool.rows(Course) if one.copied_from]
    assert len(course.copied_from) == 1


def test_a_duplicated_link_opens_the_same_activity(lms):
    [link] = placed(lms, REFLECTION)
    here = lms.platform.practice

    again = duplicate_link(here, here.configuration.course, link)

    assert heading(lms.platform.launch(STUDENT, again.id)) == link.title


def test_canvas_takes_one_activity_into_an_assignment(tool):
    canvas = connected(tool, "canvas")
    both = picked(canvas, FIRST_PAGE, REFLECTION, button="assignment_selection")
    assert both.status_code == 422

    answer = canvas.platform.take(picked(canvas, REFLECTION, button="assignment_selection"))

    assert answer.status_code == 200


def test_canvas_takes_no_answer_that_was_signed_more_than_five_minutes_ago(tool):
    canvas = connected(tool, "canvas")
    answer = picked(canvas, REFLECTION)
    tool.clock.move(timedelta(minutes=6))

    refused = canvas.platform.take(answer)

    assert refused.status_code == 400
    assert canvas.platform.configuration.course.links == ()
