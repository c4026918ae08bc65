"""Published programmes, and what to enter in the LMS to place their activities."""

from sqlalchemy import delete

from lti_tool.store.tables.programmes import BadgeImage, Enrolment, ProgrammeVersion
from tests.support.office import Office
from tests.support.world import World


def test_published_versions_are_listed(office: Office) -> None:
    row = office.page("programmes").one("tbody").one("tr")
    assert row.one("a").text == "Foundations taster"
    assert "1" in row.text


def test_a_version_names_each_activity_as_the_lms_has_to(office: Office) -> None:
    page = office.page("programmes/foundations-taster/1")
    assert page.one("h1").text == "Foundations taster"
    assert "activity=foundations-taster/first-reflection" in [one.text for one in page.all("code")]
    assert "Foundations of Strain, Recovery and Safe Writing, when this is met: The taster" in (
        page.text
    )


def test_a_version_that_was_never_published_is_not_there(office: Office) -> None:
    assert office.visit.get("office/programmes/foundations-taster/9").status_code == 404


def test_without_programmes_the_page_says_how_one_is_published(
    world: World, office: Office
) -> None:
    with world.wired.db.begin() as session:
        for table in (Enrolment, BadgeImage, ProgrammeVersion):
            session.execute(delete(table))
    assert "testamur programmes publish FILE" in office.page("programmes").text
