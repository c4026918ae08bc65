"""A world whose LMS offers the list of its course."""

import pytest

from tests.support.rosters import Roster, offered, sub_of
from tests.support.world import World


@pytest.fixture
def roster(world: World) -> Roster:
    """The list of the world's course, with its student and its instructor on it."""
    roster = Roster()
    roster.add(sub_of(world.student), name="Robin Weber")
    roster.add(sub_of(world.instructor), "Instructor")
    offered(world, roster)
    return roster
