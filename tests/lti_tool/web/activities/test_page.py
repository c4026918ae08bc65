"""A student reads a page, marks it as done, agrees to a statement."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from ruamel.yaml import YAML

from lti_tool.programme.shipped import shipped, shipped_image, shipped_text
from lti_tool.store.tables.grades import Score
from lti_tool.store.tables.platforms import ResourceLink
from lti_tool.store.tables.progress import EvidenceRow
from lti_tool.usecases import programmes
from tests.support.builders import FIRST_PAGE, LMS, STATEMENT, TASTER, AVisit, a_visit
from tests.support.elements import Element, Page
from tests.support.world import World

READING = "programmes/foundations-taster/pages/stress-and-recovery"
AGREEING = "programmes/foundations-taster/pages/conduct-statement"
BADGES = {badge.image: shipped_image(badge.image).decode() for badge in shipped(TASTER).badges}


@pytest.fixture
def visit(world: World) -> AVisit:
    """A student who came by the link of the first page."""
    return a_visit(world.wired, activity=FIRST_PAGE)


def opened(visit: AVisit, path: str) -> Element:
    answer = visit.get(path)
    assert answer.status_code == 200
    return Page(answer.text).root


def test_the_text_is_shown_with_its_headings_below_the_title(visit):
    page = opened(visit, READING)
    assert page.one("h1").text == "Stress, strain and recovery in medical training"
    assert [heading.text for heading in page.all("h2")] == ["What recovery is", "When to ask"]


def test_marking_as_done_is_noted_once_and_leads_on(world, visit):
    answer = visit.post(f"{READING}/done")
    assert (answer.status_code, answer.location) == (303, f"{visit.path(READING)}?notice=done")
    page = Page(visit.client.get(answer.location).text).root
    assert page.one(role="status").text == "Noted: you have done this page."
    assert "You marked this as done on Monday 23 November 2026" in page.text
    assert page.one("a", class_="button").text.startswith("Next: Writing about patients")
    assert [button.text for button in page.all("button")] == ["Open in a new window"]


def test_doing_it_again_changes_nothing(world, visit):
    visit.post(f"{READING}/done")
    world.clock.move(timedelta(hours=1))
    visit.post(f"{READING}/done")
    (evidence,) = world.rows(EvidenceRow)
    assert evidence.at == datetime.fromisoformat("2026-11-23T12:00:00+00:00")
    assert len(world.messages("post_score")) == 1


def test_agreeing_keeps_the_wording_and_shows_when(world, visit):
    assert opened(visit, AGREEING).one("button", type="submit").text == "I agree"
    answer = visit.post(f"{AGREEING}/done")
    page = Page(visit.client.get(answer.location).text).root
    assert page.one(role="status").text == "Noted: you agreed to this."
    assert "You agreed to this on Monday 23 November 2026" in page.text
    (evidence,) = world.rows(EvidenceRow)
    assert len(evidence.facts["wording"]) == 64


def test_after_the_last_activity_comes_the_progress(world):
    world.do(programmes.publish, world.institution_id, taster_with_the_statement_last(), BADGES)
    visit = a_visit(world.wired, activity=STATEMENT)
    visit.post(f"{AGREEING}/done")
    button = opened(visit, AGREEING).one("a", class_="button")
    assert button.text == "See my progress"
    assert button.attributes["href"] == visit.path("programmes/foundations-taster")


def taster_with_the_statement_last() -> str:
    """The taster's second version, with the reflection before the pages."""
    yaml = YAML()
    file = yaml.load(shipped_text(TASTER))
    file["version"] = "2"
    activities = file["modules"][0]["activities"]
    activities.insert(0, activities.pop())
    written = StringIO()
    yaml.dump(file, written)
    return written.getvalue()


def test_a_page_done_on_the_way_is_scored_at_its_own_link_only(world, visit):
    a_visit(world.wired, person_id=visit.actor.person_id, activity=STATEMENT)
    visit.post(f"{AGREEING}/done")
    (score,) = world.rows(Score)
    (link,) = (one for one in world.rows(ResourceLink) if one.id == score.resource_link_id)
    assert link.line_item_url == f"{LMS}/line-items/{STATEMENT}"


def test_a_page_that_has_no_link_in_the_course_scores_nothing(world, visit):
    visit.post(f"{AGREEING}/done")
    assert world.messages("post_score") == []


def test_what_is_no_page_is_not_found(visit):
    path = "programmes/foundations-taster/pages/first-reflection"
    assert visit.get(path).status_code == 404
    assert visit.post(f"{path}/done").status_code == 404


def test_nothing_is_noted_without_the_visits_own_form_key(world, visit):
    answer = visit.client.post(visit.path(f"{READING}/done"))
    assert answer.status_code == 403
    assert world.rows(EvidenceRow) == []


def test_an_unknown_notice_says_nothing(visit):
    assert opened(visit, f"{READING}?notice=you-won").one(role="status").text == ""
