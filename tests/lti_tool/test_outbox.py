"""The outbox on both databases: nothing lost, nothing claimed twice, waits that grow."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from lti_tool import outbox
from lti_tool.store.database import Database
from lti_tool.store.tables.outbox import OutboxMessage
from tests.support.builders import an_institution


class Wakes:
    """Remembers who would have been woken."""

    def __init__(self):
        self.ids: list[UUID] = []

    def __call__(self, message_ids):
        self.ids.extend(message_ids)


@pytest.fixture
def wakes(db):
    db.wake = Wakes()
    return db.wake


@pytest.fixture
def institution_id(db):
    with db.begin() as session:
        return an_institution(session).id


@pytest.fixture
def new_message(institution_id, now):
    def make(key="one", kind="test", **changes):
        given = {"payload": {"a": 1}, "due_at": now, **changes}
        return OutboxMessage(institution_id=institution_id, id=uuid4(), kind=kind, key=key, **given)

    return make


@pytest.fixture
def message_id(db, new_message):
    message = new_message()
    with db.begin() as session:
        outbox.add(session, message)
    return message.id


def stored(db, message_id):
    with db.begin() as session:
        return session.query(OutboxMessage).filter_by(id=message_id).one()


def test_adding_the_same_thing_twice_is_one_message(db, wakes, new_message):
    first = new_message()
    with db.begin() as session:
        assert outbox.add(session, first)
        assert not outbox.add(session, new_message())
    with db.begin() as session:
        assert not outbox.add(session, new_message())
        assert outbox.add(session, new_message(kind="other"))
        assert session.query(OutboxMessage).count() == 2
    assert wakes.ids[0] == first.id
    assert len(wakes.ids) == 2


def test_what_is_done_over_and_over_is_one_message(db, wakes, new_message, message_id, now):
    message = outbox.claim(db, message_id, now=now)
    assert message is not None
    with db.begin() as session:
        outbox.done(session, message, now=now)

    with db.begin() as session:
        assert outbox.add_again(session, new_message(due_at=now + timedelta(hours=1)))

    again = stored(db, message_id)
    assert (again.done_at, again.attempts) == (None, 0)
    assert again.due_at == now + timedelta(hours=1)
    assert wakes.ids[-1] == message_id


def test_what_was_set_aside_may_begin_again(db, new_message, message_id, now):
    message = outbox.claim(db, message_id, now=now)
    assert message is not None
    with db.begin() as session:
        outbox.set_aside(session, message, now=now, error="test.no: No.")

    with db.begin() as session:
        assert outbox.add_again(session, new_message())

    assert outbox.claim(db, message_id, now=now) is not None


def test_what_waits_for_later_comes_forward_and_nothing_is_put_off(db, new_message, now):
    later = new_message(due_at=now + timedelta(hours=8))
    with db.begin() as session:
        assert outbox.add_again(session, later)
        assert outbox.add_again(session, new_message())
        assert not outbox.add_again(session, new_message(due_at=now + timedelta(hours=1)))

    assert stored(db, later.id).due_at == now


def test_what_is_being_delivered_is_not_begun_again(db, new_message, message_id, now):
    outbox.claim(db, message_id, now=now)

    with db.begin() as session:
        assert not outbox.add_again(session, new_message())

    assert stored(db, message_id).attempts == 1


def test_an_add_that_is_rolled_back_leaves_nothing_and_wakes_nobody(db, wakes, new_message):
    with pytest.raises(ZeroDivisionError), db.begin() as session:
        outbox.add(session, new_message())
        _ = 1 / 0
    assert wakes.ids == []
    with db.begin() as session:
        assert session.query(OutboxMessage).count() == 0


def test_a_claimed_message_carries_everything_and_counts_the_attempt(db, message_id, now):
    message = outbox.claim(db, message_id, now=now)
    assert message is not None
    assert (message.kind, message.key, message.payload) == ("test", "one", {"a": 1})
    assert message.attempts == 1


def test_a_leased_message_is_nobody_elses(db, message_id, now):
    outbox.claim(db, message_id, now=now)
    assert outbox.claim(db, message_id, now=now + timedelta(seconds=59)) is None
    with db.begin() as session:
        assert outbox.due(session, now=now) == []


def test_a_lease_that_ran_out_is_free_again(db, message_id, now):
    outbox.claim(db, message_id, now=now)
    again = outbox.claim(db, message_id, now=now + outbox.LEASE)
    assert again is not None
    assert again.attempts == 2


def test_who_lost_the_lease_can_no_longer_put_the_message_back(db, message_id, now):
    late = outbox.claim(db, message_id, now=now)
    later = now + outbox.LEASE
    outbox.claim(db, message_id, now=later)
    with db.begin() as session:
        outbox.retry_later(session, late, now=later, error="too slow")
        outbox.set_aside(session, late, now=later, error="too slow")
    row = stored(db, message_id)
    assert row.leased_until == later + outbox.LEASE
    assert row.last_error is None
    assert row.set_aside_at is None


def test_who_lost_the_lease_may_still_say_that_it_is_done(db, message_id, now):
    late = outbox.claim(db, message_id, now=now)
    later = now + outbox.LEASE
    outbox.claim(db, message_id, now=later)
    with db.begin() as session:
        outbox.done(session, late, now=later)
    assert stored(db, message_id).done_at == later


def test_a_message_that_is_not_due_yet_is_not_claimed(db, new_message, now):
    message = new_message(due_at=now + timedelta(seconds=1))
    with db.begin() as session:
        outbox.add(session, message)
    assert outbox.claim(db, message.id, now=now) is None
    assert outbox.claim(db, message.id, now=now + timedelta(seconds=1)) is not None


def test_the_longest_waiting_is_due_first(db, new_message, now):
    with db.begin() as session:
        for minutes in (5, 20, 10):
            outbox.add(session, new_message(str(minutes), due_at=now - timedelta(minutes=minutes)))
        due = outbox.due(session, now=now, limit=2)
        keys = [session.query(OutboxMessage).filter_by(id=one).one().key for one in due]
    assert keys == ["20", "10"]


def test_what_failed_before_comes_after_what_was_never_tried(db, new_message, now):
    tried = new_message("tried", due_at=now - timedelta(minutes=9), attempts=3)
    fresh = new_message("fresh", due_at=now)
    with db.begin() as session:
        outbox.add(session, tried)
        outbox.add(session, fresh)
        assert outbox.due(session, now=now) == [fresh.id, tried.id]


def test_messages_of_one_kind_are_found_alone(db, new_message, now):
    one, other = new_message(kind="one"), new_message(kind="other")
    with db.begin() as session:
        outbox.add(session, one)
        outbox.add(session, other)
        assert outbox.due(session, now=now, kind="other") == [other.id]
        assert outbox.kind_of(session, one.id) == "one"
        assert outbox.kind_of(session, uuid4()) is None


def test_only_those_alike_that_are_due_are_put_off(db, new_message, now):
    later = now + timedelta(hours=1)
    alike = {"to": "a"}
    messages = {
        "same": new_message("same", payload=alike),
        "leased": new_message("leased", payload=alike),
        "waits": new_message("waits", payload=alike, due_at=later),
        "elsewhere": new_message("elsewhere", payload={"to": "b"}),
        "another kind": new_message("another kind", payload=alike, kind="other"),
    }
    first = new_message("first", payload=alike)
    with db.begin() as session:
        for message in (first, *messages.values()):
            outbox.add(session, message)
    outbox.claim(db, messages["leased"].id, now=now)
    claimed = outbox.claim(db, first.id, now=now)
    until = now + timedelta(minutes=1)
    with db.begin() as session:
        outbox.put_off_like(session, claimed, "to", until=until, now=now)
    due = {name: stored(db, message.id).due_at for name, message in messages.items()}
    assert due == {
        "same": until,
        "leased": now,
        "waits": later,
        "elsewhere": now,
        "another kind": now,
    }


def test_all_alike_that_wait_are_set_aside_together(db, new_message, now):
    alike = {"course": "a"}
    messages = {
        "same": new_message("same", payload=alike),
        "waits": new_message("waits", payload=alike, due_at=now + timedelta(hours=1)),
        "leased": new_message("leased", payload=alike),
        "elsewhere": new_message("elsewhere", payload={"course": "b"}),
        "another kind": new_message("another kind", payload=alike, kind="other"),
    }
    first = new_message("first", payload=alike)
    with db.begin() as session:
        for message in (first, *messages.values()):
            outbox.add(session, message)
    outbox.claim(db, messages["leased"].id, now=now)
    claimed = outbox.claim(db, first.id, now=now)
    with db.begin() as session:
        outbox.set_aside_like(session, claimed, "course", now=now, error="ended: It is over.")
    aside = {name for name, one in messages.items() if stored(db, one.id).set_aside_at == now}
    assert aside == {"same", "waits"}
    assert stored(db, messages["same"].id).last_error == "ended: It is over."
    assert stored(db, first.id).set_aside_at is None


def test_what_has_something_newer_to_deliver_is_due_again_at_once(db, wakes, message_id, now):
    message = outbox.claim(db, message_id, now=now)
    later = now + timedelta(seconds=5)
    wakes.ids.clear()
    with db.begin() as session:
        outbox.done_so_far(session, message, now=later)
    assert wakes.ids == [message_id]
    again = outbox.claim(db, message_id, now=later)
    assert again is not None
    assert again.attempts == 1


def test_done_holds_exactly_when_its_transaction_does(db, message_id, now):
    message = outbox.claim(db, message_id, now=now)
    with pytest.raises(ZeroDivisionError), db.begin() as session:
        outbox.done(session, message, now=now)
        _ = 1 / 0
    assert stored(db, message_id).done_at is None
    with db.begin() as session:
        outbox.done(session, message, now=now)
    row = stored(db, message_id)
    assert row.done_at == now
    assert row.leased_until is None
    assert outbox.claim(db, message_id, now=now + timedelta(days=9)) is None


def test_waits_grow_and_last_for_about_two_days_in_all(db, message_id, now):
    waits = []
    for _ in range(outbox.MOST_ATTEMPTS - 1):
        message = outbox.claim(db, message_id, now=now)
        with db.begin() as session:
            wait = outbox.retry_later(session, message, now=now, error="busy")
        waits.append(wait)
        assert outbox.claim(db, message_id, now=now + wait - timedelta(seconds=1)) is None
        now += wait
    assert waits[:3] == [timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=4)]
    assert waits == sorted(waits)
    assert timedelta(days=1.5) < sum(waits, timedelta()) < timedelta(days=2.5)
    assert stored(db, message_id).last_error == "busy"


@pytest.mark.parametrize(("asked", "waited"), [(90, 90), (0.1, 1), (0, 15)])
def test_a_wait_the_other_side_names_is_kept(db, message_id, now, asked, waited):
    message = outbox.claim(db, message_id, now=now)
    with db.begin() as session:
        wait = outbox.retry_later(
            session, message, now=now, error="busy", after=timedelta(seconds=asked)
        )
    assert wait == timedelta(seconds=waited)


def test_jitter_stretches_a_wait_by_at_most_a_quarter(db, message_id, now):
    message = outbox.claim(db, message_id, now=now)
    with db.begin() as session:
        wait = outbox.retry_later(session, message, now=now, error="busy", jitter=1.0)
    assert wait == timedelta(seconds=15 * 1.25)


def test_what_is_set_aside_keeps_its_reason_and_is_never_due(db, message_id, now):
    message = outbox.claim(db, message_id, now=now)
    with db.begin() as session:
        outbox.set_aside(session, message, now=now, error="refused: for good")
    row = stored(db, message_id)
    assert (row.set_aside_at, row.last_error, row.done_at) == (now, "refused: for good", None)
    assert outbox.claim(db, message_id, now=now + timedelta(days=9)) is None


def test_what_is_sent_again_has_all_its_tries_and_wakes_a_worker(
    db, wakes, message_id, institution_id, now
):
    message = outbox.claim(db, message_id, now=now)
    with db.begin() as session:
        outbox.set_aside(session, message, now=now, error="refused")
    wakes.ids.clear()
    with db.begin() as session:
        assert outbox.send_again(session, institution_id, message_id, now=now)
        assert not outbox.send_again(session, institution_id, message_id, now=now)
        assert not outbox.send_again(session, institution_id, uuid4(), now=now)
    assert wakes.ids == [message_id]
    again = outbox.claim(db, message_id, now=now)
    assert again is not None
    assert again.attempts == 1


def test_six_threads_claim_two_hundred_messages_and_none_of_them_twice(
    database_url, db, new_message, now
):
    messages = [new_message(str(number)) for number in range(200)]
    with db.begin() as session:
        for message in messages:
            outbox.add(session, message)

    def claim_all(_):
        with closing(Database(database_url)) as own:
            claimed = (outbox.claim(own, message.id, now=now) for message in messages)
            return [message.id for message in claimed if message is not None]

    with ThreadPoolExecutor(6) as pool:
        claimed = Counter(one for ids in pool.map(claim_all, range(6)) for one in ids)
    assert claimed == {message.id: 1 for message in messages}
