"""A world, and an administrator in it."""

import pytest

from tests.support.office import Office, an_office
from tests.support.world import World


@pytest.fixture
def office(world: World) -> Office:
    """An administrator, come by an entry link."""
    return an_office(world)
