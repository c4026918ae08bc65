"""The queue: it only carries ids, never raises, and real workers hear it on both databases."""

import json
import signal
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from threading import Barrier
from uuid import UUID, uuid4

import psycopg
import pytest
from huey import MemoryHuey

from lti_tool.errors import SettingsError
from lti_tool.queue import JsonSerializer, Queue, queue_beside
from lti_tool.store.tables.outbox import OutboxMessage
from tests.support.killed import Job, start
from tests.support.world import a_world


@pytest.fixture
def memory():
    return MemoryHuey(serializer=JsonSerializer(), results=False)


def carried(database_url):
    """What lies in the queue, as bytes."""
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///") + "-queue")) as file:
            rows = file.execute("SELECT data FROM task UNION ALL SELECT data FROM schedule")
            return [bytes(data) for (data,) in rows]
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "SELECT data FROM huey_task UNION ALL SELECT data FROM huey_schedule"
        )
        return [bytes(data) for (data,) in rows]


@pytest.mark.parametrize("after_seconds", [0, 30])
def test_only_json_with_the_id_lies_in_the_queue(database_url, after_seconds):
    message_id = uuid4()
    with closing(queue_beside(database_url, queue_file=None)) as queue:
        queue.wake([message_id], after_seconds=after_seconds)
    (about_it,) = (data for data in carried(database_url) if str(message_id).encode() in data)
    assert [str(message_id)] in json.loads(about_it)


def test_a_scheduled_wake_up_survives_being_written_and_read(memory):
    queue = Queue(memory)
    queue.wake([uuid4()], after_seconds=3600)
    task = memory.dequeue()
    wait = (task.eta.replace(tzinfo=UTC) - datetime.now(UTC)).total_seconds()
    assert 3500 < wait < 3700


def test_a_wake_up_that_fails_never_raises(tmp_path, caplog):
    queue = queue_beside(f"sqlite:///{tmp_path}/data.db", queue_file=None)
    with closing(sqlite3.connect(f"{tmp_path}/data.db-queue")) as file:
        file.execute("DROP TABLE task")
    with closing(queue):
        queue.wake([uuid4()])
    assert "queue.wake-failed" in caplog.text


def test_a_task_without_a_worker_does_nothing(memory):
    queue = Queue(memory)
    queue.wake([uuid4()])
    memory.execute(memory.dequeue())
    for task in memory._registry.periodic_tasks:
        memory.execute(task)


def test_a_task_delivers_the_message_it_names_and_each_minute_all_is_swept(memory):
    delivered: list[UUID] = []
    swept: list[bool] = []
    queue = Queue(memory)
    memory.create_consumer = lambda **_: NoConsumer()
    queue.consume(deliver=delivered.append, sweep=lambda: swept.append(True))
    assert swept == [True]
    message_id = uuid4()
    queue.wake([message_id])
    memory.execute(memory.dequeue())
    assert delivered == [message_id]
    (each_minute,) = memory._registry.periodic_tasks
    memory.execute(each_minute)
    assert swept == [True, True]


class NoConsumer:
    """A consumer told to stop before it began."""

    def run(self):
        """Return at once."""


def test_a_queue_file_of_its_own_is_used(tmp_path):
    file = tmp_path / "wakes"
    queue_beside(f"sqlite:///{tmp_path}/data.db", queue_file=file).close()
    assert file.exists()


def test_a_queue_file_that_cannot_be_opened_is_said_in_words(tmp_path):
    with pytest.raises(SettingsError, match="Check that its folder exists") as caught:
        queue_beside("sqlite:///data.db", queue_file=tmp_path / "nowhere" / "wakes")
    assert caught.value.code == "settings.queue-file"


def test_processes_that_start_together_on_a_new_database_all_get_their_queue(unmigrated_url):
    together = Barrier(6)

    def begin(_):
        together.wait()
        queue_beside(unmigrated_url, queue_file=None).close()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(begin, range(6))) == [None] * 6


def test_a_queue_that_stays_locked_is_said_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr("lti_tool.queue.OPEN_SECONDS", 0)

    def locked(*_args, **_options):
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise error

    monkeypatch.setattr("lti_tool.queue.SqliteHuey", locked)
    with pytest.raises(SettingsError, match="can't be opened"):
        queue_beside("sqlite:///data.db", queue_file=tmp_path / "wakes")


def test_tables_that_can_never_be_made_are_an_error_in_the_end(monkeypatch):
    monkeypatch.setattr("lti_tool.queue.OPEN_SECONDS", 0)

    def taken(*_args, **_options):
        raise psycopg.errors.UniqueViolation

    monkeypatch.setattr("lti_tool.queue.PostgresHuey", taken)
    with pytest.raises(psycopg.errors.UniqueViolation):
        queue_beside("postgresql:///nowhere", queue_file=None)


def test_a_worker_finds_what_was_forgotten_hears_what_is_new_and_stops_when_told(
    db, database_url, tmp_path
):
    world = a_world(db, tmp_path, datetime.now(UTC))
    world.earned()
    settings = world.wired.settings
    job = Job(
        work="work",
        settings={
            "TESTAMUR_BASE_URL": settings.base_url,
            "TESTAMUR_DATABASE_URL": database_url,
            "TESTAMUR_MASTER_KEY_FILE": str(settings.master_key_file),
            "TESTAMUR_SIGNING_KEYS_FILE": str(settings.signing_keys_file),
        },
    )
    process = start(job)
    try:
        wait_until(lambda: issued(world) == 1)  # nobody woke the worker: its first sweep found it
        with closing(queue_beside(database_url, queue_file=None)) as queue:
            db.wake = queue.wake
            world.earned(world.another_student())
            wait_until(lambda: issued(world) == 2)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert time.monotonic() - begun < 5
    finally:
        process.kill()
        process.wait()


def issued(world):
    with world.wired.db.begin() as session:
        return (
            session.query(OutboxMessage)
            .filter(OutboxMessage.kind == "issue_badge", OutboxMessage.done_at.is_not(None))
            .count()
        )


def wait_until(is_so, seconds=30):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
