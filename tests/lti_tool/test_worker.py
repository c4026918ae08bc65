"""The worker: delivers, tries again, gives up, and outlives whatever a delivery throws at it."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import OperationalError

from credentials.errors import SigningKeyError
from credentials.sentence import say as say_of_credentials
from lti_tool import outbox, worker
from lti_tool.errors import PlatformError
from lti_tool.sentence import say
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.store.tables.platforms import ToolKey
from lti_tool.usecases.lms import tool_keys
from lti_tool.usecases.lms.tool_keys import KeyMaking
from tests.support.world import a_world


@pytest.fixture
def world(db, tmp_path, now):
    return a_world(db, tmp_path, now)


@pytest.fixture
def message_id(world):
    """A message of a kind that only tests know."""
    message = OutboxMessage(
        institution_id=world.institution_id,
        id=uuid4(),
        kind="test",
        key="one",
        payload={},
        due_at=world.clock(),
    )
    with world.wired.db.begin() as session:
        outbox.add(session, message)
    return message.id


@pytest.fixture
def handle(monkeypatch):
    """Let messages of the test's kind be handled by this function."""

    def handle_by(handler):
        handlers = {**worker.HANDLERS, "test": handler}
        monkeypatch.setattr(worker, "HANDLERS", handlers)

    return handle_by


@pytest.fixture
def handle_all(monkeypatch):
    """Let every kind be handled by this function; the kinds in the order they were handled."""

    def handle_by(handler):
        handled = []

        def remembering(wiring, message):
            handled.append(message.kind)
            handler(wiring, message)

        monkeypatch.setattr(worker, "HANDLERS", dict.fromkeys([*worker.HANDLERS], remembering))
        return handled

    return handle_by


def the_message(world):
    (message,) = world.messages("test")
    return message


def raising(error):
    def handler(_wiring, _message):
        raise error

    return handler


def platform_error(*, retryable, status=None, retry_after=None):
    sentence = say("test.refused", "The LMS said no.")
    return PlatformError(
        "test.refused", sentence, retryable=retryable, status=status, retry_after=retry_after
    )


def test_what_is_delivered_is_done_once(world, message_id, handle):
    seen = []

    def handler(wiring, message):
        seen.append(message.id)
        with wiring.db.begin() as session:
            outbox.done(session, message, now=wiring.now())

    handle(handler)
    assert worker.deliver(world.wired, message_id)
    assert not worker.deliver(world.wired, message_id)
    assert seen == [message_id]


def test_an_unknown_failure_is_tried_again_and_only_its_kind_is_kept(world, message_id, handle):
    handle(raising(ValueError("Robin wrote: I was afraid")))
    assert not worker.deliver(world.wired, message_id)
    row = the_message(world)
    assert row.last_error == "ValueError"
    assert row.set_aside_at is None
    assert row.due_at > world.clock()
    assert world.queue.woken[-1] == message_id


def test_a_message_of_an_unknown_kind_waits_for_a_version_that_knows_it(world, message_id):
    assert not worker.deliver(world.wired, message_id)
    assert the_message(world).due_at > world.clock()


def test_a_refusal_for_good_is_set_aside_with_its_code_and_sentence(world, message_id, handle):
    handle(raising(platform_error(retryable=False)))
    world.queue.woken.clear()
    assert not worker.deliver(world.wired, message_id)
    row = the_message(world)
    assert row.set_aside_at == world.clock()
    assert row.last_error == "test.refused: The LMS said no."
    assert world.queue.woken == []


@pytest.mark.parametrize(("asked", "least", "most"), [(100, 100, 125), (10**6, 21600, 27000)])
def test_the_wait_an_lms_asks_for_is_kept_up_to_six_hours(
    world, message_id, handle, asked, least, most
):
    handle(raising(platform_error(retryable=True, retry_after=asked)))
    worker.deliver(world.wired, message_id)
    waited = the_message(world).due_at - world.clock()
    assert timedelta(seconds=least) <= waited <= timedelta(seconds=most)


def test_an_lms_that_names_no_wait_gets_ours(world, message_id, handle):
    handle(raising(platform_error(retryable=True)))
    worker.deliver(world.wired, message_id)
    assert the_message(world).due_at - world.clock() < timedelta(seconds=20)


def test_after_most_attempts_a_person_has_to_look(world, message_id, handle):
    handle(raising(ValueError()))
    for _ in range(outbox.MOST_ATTEMPTS):
        assert the_message(world).set_aside_at is None
        world.clock.move(timedelta(days=1))
        worker.deliver(world.wired, message_id)
    row = the_message(world)
    assert row.set_aside_at == world.clock()
    assert row.attempts == outbox.MOST_ATTEMPTS


def test_a_badge_that_cannot_be_signed_says_why(world, message_id, handle):
    sentence = say_of_credentials("test.no-key", "There is no signing key.")
    handle(raising(SigningKeyError(sentence)))
    worker.deliver(world.wired, message_id)
    assert the_message(world).last_error == "SigningKeyError: There is no signing key."


def test_one_bad_message_does_not_stop_the_others(world, message_id):
    world.earned()
    delivered = worker.sweep(world.wired)
    assert delivered == 1
    assert [message.done_at for message in world.messages("issue_badge")] == [world.clock()]
    assert the_message(world).done_at is None


def test_badges_are_made_before_scores_are_posted(world, handle_all):
    world.earned()
    world.clock.move(timedelta(minutes=1))
    handled = handle_all(lambda _wiring, _message: None)
    worker.sweep(world.wired)
    assert handled == ["issue_badge", "post_score"]


def test_the_minutes_sweep_delivers_nothing_itself(world, message_id, handle_all):
    """A slow LMS would hold up whatever comes after it."""
    world.earned()
    world.queue.woken.clear()
    handled = handle_all(lambda _wiring, _message: None)
    worker.wake_due(world.wired)
    assert handled == []
    assert {message.id for message in world.rows(OutboxMessage)} == set(world.queue.woken)
    assert world.queue.woken[0] == world.messages("issue_badge")[0].id


def test_while_one_score_is_posted_badges_are_made_and_other_scores_left_alone(world, handle_all):
    world.earned()
    world.earned(world.another_student())
    first, second = world.messages("post_score")
    badge = world.messages("issue_badge")[0]
    lanes = worker.Lanes(world.wired)

    def slow(wiring, message):
        if message.id == first.id:
            lanes.deliver(second.id)
            lanes.deliver(badge.id)
            world.queue.woken.clear()
        with wiring.db.begin() as session:
            outbox.done(session, message, now=wiring.now())

    handled = handle_all(slow)
    lanes.deliver(first.id)
    assert handled == ["post_score", "issue_badge"]
    assert world.queue.woken == [second.id]
    lanes.deliver(second.id)
    assert handled == ["post_score", "issue_badge", "post_score"]
    assert world.queue.woken == [second.id]


def test_the_way_for_scores_is_free_again_after_a_failure(world, handle_all):
    world.earned()
    (score,) = world.messages("post_score")
    handled = handle_all(raising(ValueError()))
    lanes = worker.Lanes(world.wired)
    for _ in range(2):
        lanes.deliver(score.id)
        world.clock.move(timedelta(hours=1))
    assert handled == ["post_score", "post_score"]


def test_an_lms_that_does_not_answer_is_left_alone_for_a_while_and_others_are_not(
    world, handle_all
):
    for student in (None, world.another_student(), world.another_student()):
        world.earned(student)
    first, second, elsewhere = world.messages("post_score")
    with world.wired.db.begin() as session:
        row = session.get_one(OutboxMessage, (world.institution_id, elsewhere.id))
        row.payload = {**row.payload, "registration_id": str(uuid4())}
    handle_all(raising(platform_error(retryable=True)))
    worker.deliver(world.wired, first.id)
    waits = {row.id: row.due_at - world.clock() for row in world.messages("post_score")}
    assert waits[second.id] == waits[first.id] > timedelta(seconds=14)
    assert waits[elsewhere.id] <= timedelta()
    assert sum(row.attempts for row in world.messages("post_score")) == 1


def test_one_that_waits_for_hours_does_not_keep_others_waiting_as_long(world, handle_all):
    for student in (None, world.another_student()):
        world.earned(student)
    first, second = world.messages("post_score")
    with world.wired.db.begin() as session:
        session.get_one(OutboxMessage, (world.institution_id, first.id)).attempts = 8
    handle_all(raising(platform_error(retryable=True)))
    worker.deliver(world.wired, first.id)
    waits = {row.id: row.due_at - world.clock() for row in world.messages("post_score")}
    assert waits[first.id] > timedelta(hours=7)
    assert waits[second.id] == worker.LONGEST_SHARED_WAIT


@pytest.mark.parametrize("status", [429, 403])
def test_an_lms_that_asks_to_slow_down_is_obeyed_by_all_scores(world, handle_all, status):
    for student in (None, world.another_student()):
        world.earned(student)
    first, second = world.messages("post_score")
    handle_all(raising(platform_error(retryable=True, status=status, retry_after=60)))
    worker.deliver(world.wired, first.id)
    waits = {row.id: row.due_at - world.clock() for row in world.messages("post_score")}
    assert waits[second.id] == waits[first.id] >= timedelta(seconds=60)


def test_an_lms_that_answers_keeps_no_other_score_waiting(world, handle_all):
    for student in (None, world.another_student()):
        world.earned(student)
    first, second = world.messages("post_score")
    handle_all(raising(platform_error(retryable=True, status=503)))
    worker.deliver(world.wired, first.id)
    due = {row.id: row.due_at for row in world.messages("post_score")}
    assert due[second.id] == second.due_at


def test_a_database_that_goes_away_does_not_end_the_worker(world, message_id, monkeypatch):
    failures = []

    class Consumer:
        """Hands over one message and one sweep while the database is away."""

        def __call__(self, *, deliver, sweep):
            deliver(message_id)
            sweep()
            failures.append("outlived")

    def away(*_args, **_options):
        raise OperationalError("SELECT", {}, Exception("the server closed the connection"))

    monkeypatch.setattr(world.wired.queue, "consume", Consumer(), raising=False)
    monkeypatch.setattr(outbox, "claim", away)
    monkeypatch.setattr(outbox, "due", away)
    worker.run(world.wired)
    assert failures == ["outlived"]


def tool_keys_after(world, *, days, settings_days):
    """How many tool keys there are when the worker has looked after one of this age."""
    settings = world.wired.settings.model_copy(update={"tool_key_days": settings_days})
    wiring = replace(world.wired, settings=settings)
    with wiring.db.begin() as session:
        making = KeyMaking(wiring.master, wiring.now(), uuid4)
        tool_keys.rotate(session, world.institution_id, making)
    world.clock.move(timedelta(days=days))
    (chore,) = (one for one in worker.CHORES if "tool_keys" in one.__name__)
    chore(wiring)
    return len(world.rows(ToolKey))


@pytest.mark.parametrize(
    ("days", "settings_days", "count"), [(29, 30, 1), (30, 30, 2), (3_000, 0, 1)]
)
def test_an_old_tool_key_is_replaced_unless_that_is_switched_off(world, days, settings_days, count):
    assert tool_keys_after(world, days=days, settings_days=settings_days) == count
