"""Where the office begins: each sees what is theirs, and nothing else opens."""

import pytest

from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.platforms import Registration
from lti_tool.usecases import people
from lti_tool.usecases.lms import deployments
from lti_tool.usecases.people import OfficeRole
from tests.support.builders import REFLECTION, a_visit
from tests.support.office import Office, an_office, page_of
from tests.support.world import World

PROGRAMME = ["Programmes", "Certificates", "Not delivered"]
ALL = [*PROGRAMME, "People and roles", "Institution", "LMS connections"]
PAGES = ["programmes", "awards", "waiting", "people", "settings", "platforms"]


def parts_of(office: Office) -> list[str]:
    page = office.page("")
    return [term.text for term in page.all("dt") if term.all("a")]


def test_an_administrator_sees_every_part(office: Office) -> None:
    assert parts_of(office) == ALL


@pytest.mark.parametrize("role", [OfficeRole.PROGRAMME_OFFICE, OfficeRole.PROGRAMME_DIRECTOR])
def test_the_programme_office_sees_programmes_certificates_and_deliveries(
    world: World, role: OfficeRole
) -> None:
    assert parts_of(an_office(world, role)) == PROGRAMME


def test_a_marker_sees_marking_and_no_part_of_the_office(world: World) -> None:
    marker = an_office(world, OfficeRole.MARKER)
    world.hand_in()
    assert parts_of(marker) == []
    assert "One text to mark" in marker.page("").text


def test_a_deployment_that_waits_is_told_to_administrators_only(
    world: World, office: Office
) -> None:
    (registration,) = world.rows(Registration)
    assert "asks to be let in" not in office.page("").text
    world.do(deployments.note, world.institution_id, registration.id, "7", state="pending")
    assert "One part of an LMS that asks to be let in" in office.page("").text
    assert "let in" not in an_office(world, OfficeRole.PROGRAMME_OFFICE).page("").text


def test_somebody_with_nothing_to_do_is_told_so(world: World) -> None:
    registrar = an_office(world, OfficeRole.REGISTRAR)
    assert "Your roles have no work here at the moment." in registrar.page("").text


@pytest.mark.parametrize("part", PAGES)
def test_a_marker_gets_into_no_part_by_its_address(world: World, part: str) -> None:
    answer = an_office(world, OfficeRole.MARKER).visit.get(f"office/{part}")
    assert answer.status_code == 403
    assert "Your roles don't include this page." in page_of(answer).text


@pytest.mark.parametrize("part", ["people", "settings", "platforms"])
def test_the_programme_office_gets_into_no_administrators_part(world: World, part: str) -> None:
    office = an_office(world, OfficeRole.PROGRAMME_OFFICE)
    assert office.visit.get(f"office/{part}").status_code == 403


@pytest.mark.parametrize("part", ["", *PAGES])
def test_an_instructor_of_a_course_has_no_office(world: World, part: str) -> None:
    visit = a_visit(world.wired, roles=[CourseRole.INSTRUCTOR], activity=REFLECTION)
    assert visit.get(f"office/{part}".rstrip("/")).status_code == 403


@pytest.mark.parametrize("part", PAGES)
def test_every_part_has_one_heading_and_marks_itself_in_the_menu(office: Office, part: str) -> None:
    page = office.page(part)
    (heading,) = page.all("h1")
    here = page.one(aria_current="true")
    assert here.text == heading.text


def test_a_role_that_is_withdrawn_ends_at_once(world: World, office: Office) -> None:
    other = an_office(world)
    world.do(
        people.withdraw, world.institution_id, other.visit.actor.person_id, OfficeRole.ADMINISTRATOR
    )
    assert other.visit.get("office/people").status_code == 403
