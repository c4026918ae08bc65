"""A wiring for tests: real keys and database, a queue that only remembers, no network."""

import base64
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

from credentials.keys import SigningKeyFile
from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import PlatformHttp
from lti_tool.lti.connector import Connector
from lti_tool.lti.platform_keys import PlatformKeyStore
from lti_tool.queue import Queue
from lti_tool.sentence import say
from lti_tool.settings import Settings
from lti_tool.store.database import Database
from lti_tool.store.encryption import SealingKey
from lti_tool.usecases.badges.achievements import Addresses
from lti_tool.wiring import Wiring, build_verification

BASE_URL = "http://localhost:9000"
THIS_MACHINE = ("localhost", "127.0.0.1")
"""Where tests' LMSs are."""
INSTITUTION = "Example University"
SLUG = "example-university"
TEST_ONLY_MASTER_KEY = sha256(b"a master key for tests only").digest()


class Clock:
    """Stands still until it is told to move."""

    def __init__(self, now: datetime) -> None:
        self.moment = now

    def __call__(self) -> datetime:
        return self.moment

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self.moment += by


class RememberingQueue(Queue):
    """Remembers which messages workers were woken for; wakes nobody."""

    def __init__(self) -> None:
        self.woken: list[UUID] = []

    def wake(self, message_ids: Sequence[UUID], *, after_seconds: float = 0) -> None:
        """Remember the wake-up."""
        self.woken.extend(message_ids)


def make_wiring(db: Database, tmp_path: Path, *, clock: Callable[[], datetime]) -> Wiring:
    """Everything the application is built with; the institution of builders.py can sign."""
    master = SealingKey(TEST_ONLY_MASTER_KEY)
    settings = Settings(
        base_url=BASE_URL,
        database_url=db.url,
        master_key_file=tmp_path / "master.key",
        signing_keys_file=tmp_path / "signing.keys",
    )
    settings.master_key_file.write_bytes(base64.b64encode(TEST_ONLY_MASTER_KEY))
    signing_keys = SigningKeyFile(settings.signing_keys_file, TEST_ONLY_MASTER_KEY)
    signing_keys.new(Addresses(BASE_URL, SLUG).did, now=clock())
    queue = RememberingQueue()
    db.wake = queue.wake
    http = PlatformHttp(private_hosts=THIS_MACHINE)
    return Wiring(
        settings=settings,
        db=db,
        queue=queue,
        master=master,
        signing_keys=signing_keys,
        platform_http=http,
        platform_keys=PlatformKeyStore(db, _no_platform),
        connector=Connector(db, master, http, now=clock, new_id=uuid4),
        verification=build_verification(),
        now=clock,
        new_secret=_counted_secrets(),
    )


def _no_platform(_url: str) -> object:
    raise PlatformError("test.no-platform", say("test.no-platform", "No LMS."), retryable=True)


def _counted_secrets() -> Callable[[], str]:
    """Secrets that differ from each other and are the same in every run."""
    numbers = count(1)
    return lambda: sha256(f"secret {next(numbers)}".encode()).hexdigest()
