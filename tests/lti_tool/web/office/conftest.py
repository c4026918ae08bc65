"""A world, and an administrator in it."""

from datetime import datetime
from pathlib import Path

import pytest

from lti_tool.store.database import Database
from tests.support.office import Office, an_office
from tests.support.world import World, a_world


@pytest.fixture
def world(db: Database, tmp_path: Path, now: datetime) -> World:
    """One institution, the taster, a student and an instructor."""
    return a_world(db, tmp_path, now)


@pytest.fixture
def office(world: World) -> Office:
    """An administrator, come by an entry link."""
    return an_office(world)
