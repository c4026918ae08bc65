"""What could not be delivered: shown without names, and sent again by a person."""

from datetime import timedelta
from uuid import uuid4

import pytest

from lti_tool import outbox
from lti_tool.errors import ConflictError
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.usecases import deliveries
from lti_tool.usecases.awards import ISSUE_BADGE
from lti_tool.usecases.grade_passback import POST_SCORE


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


def shown(world):
    return world.do(deliveries.set_aside, world.institution_id)


def test_what_was_set_aside_says_what_it_was_for_and_why(world):
    message_id = put_aside(world, POST_SCORE)
    (line,) = shown(world)
    assert (line.id, line.what.id) == (message_id, "deliveries.score")
    assert (line.code, line.reason) == ("platform.refused", "The LMS said no.")
    assert (line.attempts, line.set_aside_at) == (1, world.clock())
    assert world.do(deliveries.count, world.institution_id) == 1


def test_the_latest_comes_first_and_each_kind_has_its_words(world):
    for kind in (ISSUE_BADGE, "something-new"):
        put_aside(world, kind, error="ValueError")
        world.clock.move(timedelta(minutes=1))
    lines = shown(world)
    assert [line.what.id for line in lines] == ["deliveries.other", "deliveries.badge"]
    assert [(line.code, line.reason) for line in lines] == [("ValueError", "")] * 2


def test_what_is_on_its_way_or_elsewhere_is_not_shown(world):
    world.earned()
    put_aside(world, POST_SCORE)
    assert len(shown(world)) == 1
    assert world.do(deliveries.set_aside, uuid4()) == ()
    assert world.do(deliveries.count, uuid4()) == 0


def test_a_message_is_sent_again_once_and_that_is_recorded(world):
    message_id = put_aside(world, POST_SCORE)
    world.do(deliveries.send_again, world.instructor, message_id)
    assert shown(world) == ()
    assert world.actions()["delivery.sent-again"] == 1
    with pytest.raises(ConflictError, match="no longer set aside"):
        world.do(deliveries.send_again, world.instructor, message_id)
    assert world.actions()["delivery.sent-again"] == 1
