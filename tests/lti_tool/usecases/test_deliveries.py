"""What could not be delivered: shown without names, and sent again by a person."""

from datetime import timedelta
from uuid import uuid4

import pytest

from lti_tool import outbox, worker
from lti_tool.errors import ConflictError
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.usecases import deliveries
from lti_tool.usecases.awards import ISSUE_BADGE
from lti_tool.usecases.lms.grade_passback import POST_SCORE
from lti_tool.usecases.lms.rosters.asking import READ_ROSTER


def put_aside(world, kind, error="platform.refused: The LMS said no."):
    """A message of this kind that nobody tries to deliver any more."""
    message = OutboxMessage(
        institution_id=world.institution_id,
        id=uuid4(),
        kind=kind,
        key=str(uuid4()),
        payload={},
        due_at=world.clock(),
    )
    with world.wired.db.begin() as session:
        outbox.add(session, message)
    claimed = outbox.claim(world.wired.db, message.id, now=world.clock())
    world.do(outbox.set_aside, claimed, error=error)
    return message.id


def fail(world, message_id, times):
    """Try in vain to deliver a message, so many times."""
    for _ in range(times):
        world.clock.move(timedelta(days=1))
        message = outbox.claim(world.wired.db, message_id, now=world.clock())
        world.do(outbox.retry_later, message, error="SigningKeyError: There is no signing key.")


def shown(world):
    return world.do(deliveries.undelivered, world.institution_id)


def test_what_was_set_aside_says_what_it_was_for_and_why(world):
    message_id = put_aside(world, POST_SCORE)
    (line,) = shown(world)
    assert (line.id, line.what.id) == (message_id, "deliveries.score")
    assert (line.code, line.reason) == ("platform.refused", "The LMS said no.")
    assert (line.attempts, line.set_aside_at) == (1, world.clock())
    assert world.do(deliveries.count, world.institution_id) == 1


def test_the_latest_comes_first_and_each_kind_has_its_words(world):
    for kind in (ISSUE_BADGE, READ_ROSTER, "something-new"):
        put_aside(world, kind, error="ValueError")
        world.clock.move(timedelta(minutes=1))
    lines = shown(world)
    said = [line.what.id for line in lines]
    assert said == ["deliveries.other", "deliveries.roster", "deliveries.badge"]
    assert [(line.code, line.reason) for line in lines] == [("ValueError", "")] * 3


def test_what_is_on_its_way_or_elsewhere_is_not_shown(world):
    world.earned()
    put_aside(world, POST_SCORE)
    assert len(shown(world)) == 1
    assert world.do(deliveries.undelivered, uuid4()) == ()
    assert world.do(deliveries.count, uuid4()) == 0


def test_what_fails_again_and_again_is_shown_long_before_it_is_given_up(world):
    world.earned()
    (badge,) = world.messages(ISSUE_BADGE)
    fail(world, badge.id, times=2)
    assert shown(world) == ()
    fail(world, badge.id, times=1)
    (line,) = shown(world)
    assert (line.id, line.reason, line.attempts) == (badge.id, "There is no signing key.", 3)
    assert line.set_aside_at is None
    assert line.next_try > world.clock()
    assert world.do(deliveries.count, world.institution_id) == 1


def test_what_was_given_up_comes_before_what_is_still_tried(world):
    world.earned()
    fail(world, world.messages(ISSUE_BADGE)[0].id, times=3)
    given_up = put_aside(world, POST_SCORE)
    assert next(line.id for line in shown(world)) == given_up
    assert len(shown(world)) == 2


def test_what_is_still_tried_is_sent_again_at_once(world):
    world.earned()
    (badge,) = world.messages(ISSUE_BADGE)
    fail(world, badge.id, times=3)
    world.queue.woken.clear()
    world.do(deliveries.send_again, world.instructor, badge.id)
    assert shown(world) == ()
    assert world.queue.woken == [badge.id]
    assert worker.deliver(world.wired, badge.id)


def test_what_is_being_delivered_just_now_is_not_sent_again(world):
    world.earned()
    (badge,) = world.messages(ISSUE_BADGE)
    fail(world, badge.id, times=3)
    world.clock.move(timedelta(days=1))
    outbox.claim(world.wired.db, badge.id, now=world.clock())
    with pytest.raises(ConflictError, match="being delivered just now"):
        world.do(deliveries.send_again, world.instructor, badge.id)


def test_badges_that_could_not_be_made_are_all_tried_again_at_once(world):
    given_up = put_aside(world, ISSUE_BADGE)
    world.earned()
    (badge,) = (row for row in world.messages(ISSUE_BADGE) if row.id != given_up)
    fail(world, badge.id, times=1)
    put_aside(world, POST_SCORE)
    world.earned(world.another_student())
    world.queue.woken.clear()
    assert world.do(deliveries.make_badges_now, world.institution_id) == 2
    assert set(world.queue.woken) == {given_up, badge.id}
    assert worker.deliver(world.wired, badge.id)
    assert world.do(deliveries.make_badges_now, uuid4()) == 0


def test_a_message_is_sent_again_once_and_that_is_recorded(world):
    message_id = put_aside(world, POST_SCORE)
    world.do(deliveries.send_again, world.instructor, message_id)
    assert shown(world) == ()
    assert world.actions()["delivery.sent-again"] == 1
    with pytest.raises(ConflictError, match="no longer stuck"):
        world.do(deliveries.send_again, world.instructor, message_id)
    assert world.actions()["delivery.sent-again"] == 1
