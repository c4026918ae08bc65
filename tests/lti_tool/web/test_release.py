"""Releasing results: the ticked ones, or all that were listed; all of them or none."""

from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.marking import OutcomeRow
from lti_tool.usecases.people import OfficeRole
from tests.support.builders import REFLECTION, AVisit, a_visit
from tests.support.elements import Element, Page
from tests.support.world import World


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
def two(world: World) -> list[UUID]:
    """Two students' marked work."""
    return [world.finished(), world.finished(world.someone(CourseRole.STUDENT), level="absent")]


def page_of(answer: TestResponse) -> Element:
    return Page(answer.text).root


def released(world: World) -> set[UUID]:
    return {row.submission_id for row in world.rows(OutcomeRow)}


def test_finished_marking_is_listed_with_its_result(visit: AVisit, two) -> None:
    page = page_of(visit.get("release"))
    boxes = page.all("input", type="checkbox")
    assert {box.attributes["value"] for box in boxes} == {str(one) for one in two}
    assert not any("checked" in box.attributes for box in boxes)
    text = page.one("tbody").text
    assert "accepted" in text
    assert "not yet" in text


def test_nothing_to_release_says_what_will_be_here(visit: AVisit) -> None:
    assert "No result waits for its release." in page_of(visit.get("release")).text


def test_only_the_ticked_results_are_released(world: World, visit: AVisit, two) -> None:
    fields = {"which": "chosen", "submission": str(two[0]), "listed": [str(one) for one in two]}
    answer = visit.post("release", fields)
    assert answer.status_code == 303
    page = page_of(visit.client.get(answer.headers["Location"]))
    assert "Released." in page.one(class_="notice").text
    assert released(world) == {two[0]}
    assert len(page.one("tbody").all("tr")) == 1


def test_all_means_all_that_were_listed(world: World, visit: AVisit, two) -> None:
    later = world.finished(world.someone(CourseRole.STUDENT))
    visit.post("release", {"which": "all", "listed": [str(one) for one in two]})
    assert released(world) == set(two)
    assert later not in released(world)


def test_nothing_ticked_releases_nothing(world: World, visit: AVisit, two) -> None:
    answer = visit.post("release", {"which": "chosen", "listed": [str(one) for one in two]})
    assert answer.status_code == 422
    assert "Tick at least one" in page_of(answer).one(role="alert").text
    assert released(world) == set()


def test_a_second_release_releases_none_of_them_again(world: World, visit: AVisit, two) -> None:
    world.release(two[0])
    answer = visit.post("release", {"which": "all", "listed": [str(one) for one in two]})
    assert answer.status_code == 409
    assert "released already" in page_of(answer).one(role="alert").text
    assert released(world) == {two[0]}


def test_a_marker_who_may_not_release_sees_none_and_releases_none(world: World, two) -> None:
    marker = a_visit(world.wired, office_roles=[OfficeRole.MARKER], in_course=False)
    assert page_of(marker.get("release")).all("table") == []
    answer = marker.post("release", {"which": "chosen", "submission": str(two[0])})
    assert answer.status_code == 403
    assert released(world) == set()


def test_work_that_two_have_marked_is_listed_once(world: World, visit: AVisit) -> None:
    submission_id = world.finished()
    world.mark(submission_id, marker=world.someone(office=[OfficeRole.MARKER]))
    page = page_of(visit.get("release"))
    assert len(page.all("input", type="checkbox")) == 1


def test_students_do_not_get_to_release(world: World) -> None:
    student = a_visit(world.wired, person_id=world.student.person_id, activity=REFLECTION)
    assert student.get("release").status_code == 403
