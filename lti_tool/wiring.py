"""Build database, signer, verifier and platform client from settings; tests pass fakes here."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from credentials.fetching import Fetcher
from credentials.keys import SigningKeyFile
from credentials.resolving import DidResolver, JsonDoor, Resolver
from lti_tool.lti.calling.calls import PlatformHttp
from lti_tool.lti.connector import Connector
from lti_tool.lti.platform_keys import PlatformKeyStore
from lti_tool.queue import Queue, queue_beside
from lti_tool.settings import Settings, read_master_key
from lti_tool.store.database import Database
from lti_tool.store.encryption import SealingKey
from lti_tool.usecases.lms.doctor.instruments import Instruments

_DOCTORS_SECONDS = 60.0
"""For one list, as for one page of it: an administrator waits for the examination."""


@dataclass(frozen=True)
class Verification:
    """What verifying a badge needs: no settings, no database, no key."""

    resolver: Resolver
    fetcher: JsonDoor


@dataclass(frozen=True)
class Wiring:
    """Everything a page, command or worker takes its collaborators from."""

    settings: Settings
    db: Database
    queue: Queue
    master: SealingKey = field(repr=False)
    signing_keys: SigningKeyFile
    platform_http: PlatformHttp
    platform_keys: PlatformKeyStore
    connector: Connector
    verification: Verification
    now: Callable[[], datetime]
    new_secret: Callable[[], str]

    @property
    def visit_lasts(self) -> timedelta:
        """How long a visit lasts."""
        return timedelta(hours=self.settings.visit_hours)


def utc_now() -> datetime:
    """The clock. Only wiring, commands and the worker call it; all else is told the time."""
    return datetime.now(UTC)


def new_secret() -> str:
    """256 random bits, safe in addresses and cookies."""
    return secrets.token_urlsafe(32)


@contextmanager
def doctors_instruments(wired: Wiring) -> Iterator[Instruments]:
    """What a registration is examined with; our own address may lie in a private network."""
    own_http = _platform_http(wired.settings, wired.settings.host)
    with closing(own_http):
        yield Instruments(
            db=wired.db,
            http=wired.platform_http,
            own_http=own_http,
            connector=wired.connector.within(_DOCTORS_SECONDS),
            base_url=wired.settings.base_url,
            now=wired.now,
        )


def build_verification(*, plain_http_hosts: tuple[str, ...] = ()) -> Verification:
    """What `verify` needs, for the public page and the command."""
    fetcher = Fetcher(plain_http_hosts=plain_http_hosts)
    return Verification(resolver=DidResolver(fetcher), fetcher=fetcher)


def build(settings: Settings) -> Wiring:
    """Wire everything; raises SettingsError when a key file or the database address is wrong."""
    material = read_master_key(settings.master_key_file)
    master = SealingKey(material)
    db = Database(settings.database_url)
    # Before the queue, which lies in or beside it: only the database says in words what is wrong.
    db.ping()
    queue = queue_beside(settings.database_url, queue_file=settings.queue_file)
    db.wake = queue.wake
    http = _platform_http(settings, *settings.private_lms_hosts)
    return Wiring(
        settings=settings,
        db=db,
        queue=queue,
        master=master,
        signing_keys=SigningKeyFile(settings.signing_keys_file, material),
        platform_http=http,
        platform_keys=PlatformKeyStore(db, http.get_json),
        connector=Connector(db, master, http, now=utc_now, new_id=uuid4),
        verification=build_verification(plain_http_hosts=settings.plain_http_hosts),
        now=utc_now,
        new_secret=new_secret,
    )


def _platform_http(settings: Settings, *private_hosts: str) -> PlatformHttp:
    return PlatformHttp(private_hosts=private_hosts, ca_file=settings.lms_ca_file)
