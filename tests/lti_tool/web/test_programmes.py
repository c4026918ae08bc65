"""A student sees how far they are and what comes next."""

import pytest

from tests.support.builders import REFLECTION, AVisit, a_visit
from tests.support.elements import Element, Page
from tests.support.world import World

PROGRESS = "programmes/foundations-taster"


@pytest.fixture
def visit(world: World) -> AVisit:
    """The student of the world."""
    return a_visit(world.wired, person_id=world.student.person_id, activity=REFLECTION)


def opened(visit: AVisit) -> Element:
    answer = visit.get(PROGRESS)
    assert answer.status_code == 200
    return Page(answer.text).root


def states(page: Element) -> dict[str, str]:
    """Each activity with its state word and sentence."""
    lines = page.all("ul", class_="tree")[0].all("li")
    return {line.one("a").text: line.text.removeprefix(line.one("a").text) for line in lines}


WRITING = "One moment of strain, and what followed"


def test_at_first_nothing_is_done_and_every_activity_is_a_link(visit):
    page = opened(visit)
    assert set(states(page).values()) == {" not yet Not done yet."}
    first = page.all("ul", class_="tree")[0].all("a")[0]
    assert first.attributes["href"] == visit.path(f"{PROGRESS}/pages/stress-and-recovery")


def test_a_page_that_is_done_says_so(world, visit):
    world.read_pages()
    shown = states(opened(visit))
    assert shown.pop(WRITING) == " not yet Not done yet."
    assert set(shown.values()) == {" met You have done this."}


def test_work_handed_in_is_pending(world, visit):
    world.hand_in()
    assert "pending You have handed this in" in states(opened(visit))[WRITING]


def test_work_that_came_back_is_not_yet_and_never_a_failure(world, visit):
    world.release(world.finished_writing(level="absent"))
    page = opened(visit)
    assert "not yet Your work came back with comments" in states(page)[WRITING]
    assert "fail" not in page.text.lower()


def test_accepted_work_is_met(world, visit):
    world.release(world.finished_writing())
    assert "met Your work was accepted." in states(opened(visit))[WRITING]


def test_requirements_show_counts_and_lead_to_the_next_step(world, visit):
    page = opened(visit)
    assert "0 of 2 done, 2 to go." in page.text
    step = next(link for link in page.all("a") if link.text == "Continue with “Read both pages”")
    assert step.attributes["href"] == visit.path(f"{PROGRESS}/pages/stress-and-recovery")


def test_a_badge_is_shown_while_it_is_made_and_once_it_is_ready(world, visit):
    assert "Earned" not in [heading.text for heading in opened(visit).all("h2")]
    world.issued()
    page = opened(visit)
    assert "Earned" in [heading.text for heading in page.all("h2")]
    badge = page.all("ul", class_="tree")[0].one("li")
    assert badge.text == "Foundations of Strain, Recovery and Safe Writing ready"


def test_who_is_not_enrolled_finds_nothing(world):
    stranger = a_visit(world.wired, activity=None)
    assert stranger.get(PROGRESS).status_code == 404
