"""Huey over SQLite or PostgreSQL: wakes workers, runs periodic jobs. A hint, never the truth.

Huey hands a task to a worker by deleting it, so a killed worker loses it; and it may be full,
slow or gone. None of that matters: the outbox table is the guarantee, and a sweep each minute
finds what no wake-up reached.
"""

import json
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.registry import Message as HueyMessage
from huey.serializer import Serializer

from lti_tool.errors import SettingsError
from lti_tool.sentence import say

log = logging.getLogger(__name__)

OPEN_SECONDS = 10
"""How long processes that start together make way for each other."""


class JsonSerializer(Serializer):  # type: ignore[misc]
    """JSON instead of Huey's default pickle: what lies in the queue can't run code."""

    def _serialize(self, data: HueyMessage) -> bytes:
        return json.dumps(list(data), default=datetime.isoformat).encode()

    def _deserialize(self, data: bytes) -> HueyMessage:
        message = HueyMessage(*json.loads(data))
        eta = message.eta and datetime.fromisoformat(message.eta)
        return message._replace(eta=eta)


class Queue:
    """Wakes workers. One task only: deliver the outbox message of this id."""

    def __init__(self, huey: Huey) -> None:
        self._huey = huey
        self._deliver: Callable[[UUID], None] | None = None
        self._sweep: Callable[[], None] | None = None
        self._task = huey.task(name="deliver")(self._run)
        self._every_minute = huey.periodic_task(crontab(), name="sweep")(self._run_sweep)

    def wake(self, message_ids: Sequence[UUID], *, after_seconds: float = 0) -> None:
        """Ask a worker to look at these messages. Never raises: it is only a hint."""
        try:
            for message_id in message_ids:
                if after_seconds:
                    self._task.schedule((str(message_id),), delay=after_seconds)
                else:
                    self._task(str(message_id))
        except Exception:
            log.warning("queue.wake-failed", exc_info=True)

    def consume(
        self, *, deliver: Callable[[UUID], None], sweep: Callable[[], None], workers: int = 2
    ) -> None:
        """Work until told to stop (SIGTERM finishes what is being delivered)."""
        self._deliver, self._sweep = deliver, sweep
        sweep()
        consumer = self._huey.create_consumer(
            workers=workers, max_delay=1.0, graceful_signal="TERM", check_worker_health=True
        )
        consumer.run()

    def close(self) -> None:
        """Give the connection back."""
        self._huey.storage.close()

    def _run(self, message_id: str) -> None:
        if self._deliver is not None:
            self._deliver(UUID(message_id))

    def _run_sweep(self) -> None:
        if self._sweep is not None:
            self._sweep()


def queue_beside(database_url: str, *, queue_file: Path | None) -> Queue:
    """The queue that goes with the database: in it (PostgreSQL), or a file beside it (SQLite).

    Raises SettingsError when the file can't be opened.
    """
    common: dict[str, Any] = {"serializer": JsonSerializer(), "results": False}
    if database_url.startswith("postgres"):
        dsn = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
        return Queue(_opened(lambda: PostgresHuey("testamur", dsn=dsn, **common)))
    if queue_file is None:
        queue_file = Path(database_url.removeprefix("sqlite:///") + "-queue")
    return Queue(_opened(lambda: SqliteHuey("testamur", filename=str(queue_file), **common)))


def _opened(make: Callable[[], Huey]) -> Huey:
    """Open a queue, which makes its tables.

    Of processes that start together on a new database only one makes them. The others are told so
    by an error, as “if not exists” doesn't wait for a transaction that is not committed yet.
    """
    deadline = time.monotonic() + OPEN_SECONDS
    while True:
        try:
            return make()
        except psycopg.errors.UniqueViolation:
            if time.monotonic() > deadline:
                raise
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise _cannot_open() from error
        time.sleep(0.02)


def _cannot_open() -> SettingsError:
    return SettingsError(
        "settings.queue-file",
        say(
            "settings.queue-file",
            "The file that wakes workers can't be opened. Check that its folder exists and may be "
            "written to, or point TESTAMUR_QUEUE_FILE at another place.",
        ),
    )
