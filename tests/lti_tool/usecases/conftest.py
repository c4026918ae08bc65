"""The world use cases are tried in, once on each kind of database."""

import pytest

from tests.support.world import a_world


@pytest.fixture
def world(db, tmp_path, now):
    """One institution with the taster, a student and an instructor; see tests/support/world.py."""
    return a_world(db, tmp_path, now)
