"""Grades kept for want of a column go out when somebody's launch has named one."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from lti_tool import worker
from lti_tool.store.tables.grades import Score
from lti_tool.store.tables.platforms import ResourceLink
from lti_tool.usecases.lms.scores.kept import send_kept
from tests.support.builders import FIRST_PAGE, LMS, REFLECTION


@pytest.fixture
def kept(world, canvas):
    """A world with an accepted reflection that the LMS has no column for."""
    world.release(world.finished_writing())
    with world.wired.db.begin() as session:
        session.execute(update(Score).values(state="kept"))
        session.execute(update(ResourceLink).values(line_item_url=None))
    return world


def name_a_column(world, activity=REFLECTION):
    with world.wired.db.begin() as session:
        session.execute(update(ResourceLink).values(activity=activity, line_item_url=f"{LMS}/li/1"))


def states(world):
    return [row.state for row in world.rows(Score)]


def test_while_there_is_no_column_nothing_is_sent(kept):
    assert send_kept(kept.wired.db, now=kept.clock()) == 0
    assert states(kept) == ["kept"]


def test_with_a_column_it_goes_out_and_only_once(kept, canvas, send):
    name_a_column(kept)
    kept.clock.move(timedelta(minutes=1))
    assert send_kept(kept.wired.db, now=kept.clock()) == 1
    assert send_kept(kept.wired.db, now=kept.clock()) == 0
    assert send() == 1
    assert (states(kept), canvas.only().grade) == (["sent"], 1)


def test_the_column_of_another_activity_is_none_for_it(kept):
    name_a_column(kept, FIRST_PAGE)
    assert send_kept(kept.wired.db, now=kept.clock()) == 0


def test_the_worker_looks_for_them(kept):
    name_a_column(kept)
    for chore in worker.CHORES:
        if chore.__name__ == "_send_kept_scores":
            chore(kept.wired)
    assert states(kept) == ["waiting"]
