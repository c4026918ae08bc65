"""A registered platform, on SQLite for what only reads a token, on both for what writes."""

from datetime import datetime

import pytest

from lti_tool.store.database import Database
from tests.lti_tool.lti.a_platform import APlatform


@pytest.fixture
def platform(sqlite_db: Database, now: datetime) -> APlatform:
    """A registered platform on SQLite."""
    return APlatform(sqlite_db, now)


@pytest.fixture
def platform_on_both(db: Database, now: datetime) -> APlatform:
    """A registered platform; the test runs once on each kind of database."""
    return APlatform(db, now)
