"""A world with a gradebook of each kind to post to."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import update

from lti_tool import worker
from lti_tool.store.tables.grades import Score
from lti_tool.store.tables.platforms import Registration
from tests.lti_tool.usecases.lms.scores.a_gradebook import Gradebook
from tests.support.world import World

Connect = Callable[[str | None], Gradebook]


@pytest.fixture
def connect(world: World) -> Connect:
    """Connect the world to a gradebook of this kind of LMS."""

    def to(family: str | None) -> Gradebook:
        book = Gradebook(family, world.clock)
        world.wired = replace(world.wired, connector=book)
        with world.wired.db.begin() as session:
            session.execute(update(Registration).values(product_family=family))
        return book

    return to


@pytest.fixture
def moodle(connect: Connect) -> Gradebook:
    """A Moodle."""
    return connect("moodle")


@pytest.fixture
def canvas(connect: Connect) -> Gradebook:
    """A Canvas."""
    return connect("canvas")


@pytest.fixture
def send(world: World) -> Callable[[], int]:
    """Deliver every score that is due; how many were."""

    def deliver() -> int:
        return sum(worker.deliver(world.wired, one.id) for one in world.messages("post_score"))

    return deliver


@pytest.fixture
def the_score(world: World) -> Callable[[], Score]:
    """The only score there is, as it stands now."""

    def read() -> Score:
        (row,) = world.rows(Score)
        return row

    return read
