"""Pages: done once, in whichever course; what was agreed to is recorded by its wording."""

from dataclasses import replace

import pytest

from lti_tool.errors import NotFoundError
from lti_tool.store.tables.grades import Score
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.store.tables.platforms import ResourceLink
from lti_tool.store.tables.progress import EvidenceRow
from lti_tool.usecases.activities import page
from tests.support import builders
from tests.support.builders import FIRST_PAGE, TASTER
from tests.support.world import PAGES, WRITING

READING, _, STATEMENT = PAGES


@pytest.fixture
def reader(world):
    """The student, come from the link of the first page."""
    return world.opened_from(FIRST_PAGE)


def mark(world, activity_id, student=None):
    return world.do(page.mark_done, student or world.student, TASTER, activity_id)


def test_a_page_is_done_once(world, reader):
    assert world.do(page.read, reader, TASTER, READING).done_at is None
    assert mark(world, READING, reader)
    assert not mark(world, READING, reader)
    assert len(world.rows(EvidenceRow)) == 1
    assert len(world.rows(OutboxMessage)) == 1
    assert world.do(page.read, world.student, TASTER, READING).done_at == world.clock()


def test_the_same_page_in_another_course_of_the_institution_counts_once(world):
    with world.wired.db.begin() as session:
        course = builders.a_course(session, world.institution_id, "course-2")
    elsewhere = replace(world.student, course_id=course.id, resource_link_id=None)
    assert mark(world, READING)
    assert not mark(world, READING, elsewhere)
    assert world.do(page.read, elsewhere, TASTER, READING).done_at == world.clock()


def test_agreeing_records_the_wording_agreed_to(world):
    mark(world, STATEMENT)
    (evidence,) = world.rows(EvidenceRow)
    wording = world.do(page.read, world.student, TASTER, STATEMENT).activity.wording
    assert evidence.facts == {"wording": wording}


def test_reading_records_no_wording(world):
    mark(world, READING)
    assert [row.facts for row in world.rows(EvidenceRow)] == [{}]


@pytest.mark.parametrize("activity_id", [WRITING, "no-such-page"])
def test_what_is_no_page_cannot_be_marked_as_done(world, activity_id):
    with pytest.raises(NotFoundError):
        mark(world, activity_id)


def test_a_score_says_when_it_was_done_and_for_whom(world, reader):
    mark(world, READING, reader)
    (row,) = world.rows(Score)
    assert row.person_id == world.student.person_id
    assert (row.submitted_at, row.timestamp) == (world.clock(), world.clock())
    assert row.resource_link_id == reader.resource_link_id


def test_a_page_reached_from_elsewhere_posts_nothing_to_the_grade_of_another_activity(world):
    assert mark(world, READING)
    assert mark(world, STATEMENT, replace(world.student, resource_link_id=None))
    assert world.rows(OutboxMessage) == []


def test_a_link_the_lms_has_no_grade_for_gets_none(world, reader):
    with world.wired.db.begin() as session:
        for link in session.query(ResourceLink):
            link.line_item_url = None
    assert mark(world, READING, reader)
    assert world.rows(OutboxMessage) == []


def test_who_has_no_account_in_the_lms_of_the_link_gets_no_score_there(world, reader):
    with world.wired.db.begin() as session:
        for account in session.query(builders.Account):
            session.delete(account)
    assert mark(world, READING, reader)
    assert world.rows(OutboxMessage) == []
