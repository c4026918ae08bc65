"""A holder finds their badges, takes them along and reads how others check them."""

import json
from uuid import uuid4

import pytest

from credentials.baking import unbake
from lti_tool.usecases import awards
from tests.support.builders import REFLECTION, AVisit, a_visit
from tests.support.elements import Element, Page
from tests.support.world import World

NAME = "Foundations of Strain, Recovery and Safe Writing"


@pytest.fixture
def visit(world: World) -> AVisit:
    """The student of the world."""
    return a_visit(world.wired, person_id=world.student.person_id, activity=REFLECTION)


def opened(visit: AVisit, path: str) -> Element:
    answer = visit.get(path)
    assert answer.status_code == 200
    return Page(answer.text).root.one("main")


def test_who_has_earned_nothing_reads_what_will_be_here(visit):
    page = opened(visit, "badges")
    assert "Your certificates and badges will be here." in page.one(class_="empty").text


def test_a_badge_that_is_being_made_says_so_and_can_be_looked_at_again(world, visit):
    award_id = world.earned()
    assert "is being made" in opened(visit, "badges").text
    page = opened(visit, f"badges/{award_id}")
    assert page.one("h1").text == NAME
    assert page.one("a", class_="button").attributes["href"] == visit.path(f"badges/{award_id}")
    assert visit.get(f"badges/{award_id}/badge.png").status_code == 404


def test_a_badge_says_what_its_credential_says(world, visit):
    page = opened(visit, f"badges/{world.issued()}")
    facts = {fact.one("dt").text: fact.one("dd").text for fact in page.one("dl").all("div")}
    assert facts["Issued by"] == "Example University"
    assert facts["Good from"] == "Monday 23 November 2026, 12:00 UTC"
    assert facts["Good until"] == "no end date"
    rows = [row.text for row in page.one("tbody").all("tr")]
    assert any("Making sense" in row and "Established" in row for row in rows)


def test_a_badge_tells_where_an_employer_checks_it(world, visit):
    page = opened(visit, f"badges/{world.issued()}")
    assert page.one("a", href="http://localhost:9000/verify").text.endswith("/verify")


def test_both_downloads_hold_the_same_signed_credential(world, visit):
    award_id = world.issued()
    data = visit.get(f"badges/{award_id}/credential.json")
    picture = visit.get(f"badges/{award_id}/badge.png")
    assert data.mimetype == "application/json"
    assert picture.mimetype == "image/png"
    assert json.loads(data.data)["proof"]
    assert unbake(picture.data) == data.text
    name = "foundations-of-strain-recovery-and-safe-writing"
    assert data.headers["Content-Disposition"] == f'attachment; filename="{name}.json"'
    assert picture.headers["Content-Disposition"] == f'attachment; filename="{name}.png"'


def test_a_withdrawn_badge_says_so_and_is_not_handed_out(world, visit):
    award_id = world.issued()
    world.do(awards.revoke, world.institution_id, award_id, reason="Given by mistake")
    assert "withdrawn" in opened(visit, "badges").text
    page = opened(visit, f"badges/{award_id}")
    assert "This certificate was withdrawn on Monday 23 November 2026" in page.text
    assert visit.get(f"badges/{award_id}/credential.json").status_code == 404


def test_somebody_elses_badge_is_not_found(world):
    award_id = world.issued()
    other = a_visit(world.wired, activity=REFLECTION)
    for rest in ("", "/credential.json", "/badge.png"):
        assert other.get(f"badges/{award_id}{rest}").status_code == 404


def test_a_badge_that_was_never_given_is_not_found(visit):
    assert visit.get(f"badges/{uuid4()}").status_code == 404
