"""A registered platform, on SQLite for what only reads a token, on both for what writes."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import pytest

from lti_tool.lti.calling.calls import PlatformHttp
from lti_tool.store.database import Database
from tests.lti_tool.lti.a_platform import APlatform
from tests.lti_tool.lti.a_server import AServer, a_server
from tests.support.wired import THIS_MACHINE


@pytest.fixture
def platform(sqlite_db: Database, now: datetime) -> APlatform:
    """A registered platform on SQLite."""
    return APlatform(sqlite_db, now)


@pytest.fixture
def platform_on_both(db: Database, now: datetime) -> APlatform:
    """A registered platform; the test runs once on each kind of database."""
    return APlatform(db, now)


@pytest.fixture
def server() -> Iterator[AServer]:
    """A platform's HTTP server on loopback."""
    with a_server() as running:
        yield running


@pytest.fixture
def http() -> Iterator[PlatformHttp]:
    """Our way out, closed afterwards."""
    with closing(PlatformHttp(private_hosts=THIS_MACHINE)) as opened:
        yield opened
