"""What has ended is forgotten, in batches, and nothing else."""

from datetime import timedelta
from uuid import UUID

import pytest

from lti_tool.lti import login
from lti_tool.store.tables.people import Visit
from lti_tool.store.tables.platforms import Login, Registration
from lti_tool.usecases import visits
from lti_tool.usecases.tidying import forget_ended
from lti_tool.usecases.visits import VisitDetails

HOUR = timedelta(hours=1)


def add_logins(world, number, *, ended):
    (registration,) = world.rows(Registration)
    with world.wired.db.begin() as session:
        session.add_all(
            Login(
                institution_id=world.institution_id,
                id=UUID(int=place),
                registration_id=registration.id,
                state_hash=place.to_bytes(32),
                nonce="n",
                browser_hash=b"b",
                target="https://tool.example.org/",
                expires_at=world.clock() - ended,
            )
            for place in range(number)
        )


def open_visit(world, *, lasts):
    world.do(visits.open_visit, world.student, VisitDetails(), registration_id=None, lasts=lasts)


def tidy(world):
    forget_ended(world.wired.db, now=world.clock())


@pytest.fixture
def small_batches(monkeypatch):
    for room in (login, visits):
        monkeypatch.setattr(room, "FORGOTTEN_AT_ONCE", 3)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("number", [1, 3, 7])
def test_logins_that_ended_over_an_hour_ago_are_forgotten_all_of_them(world, number):
    add_logins(world, number, ended=HOUR * 2)
    tidy(world)
    assert world.rows(Login) == []


def test_a_login_that_ended_a_moment_ago_is_kept_to_explain_itself(world):
    add_logins(world, 1, ended=HOUR / 2)
    tidy(world)
    assert len(world.rows(Login)) == 1


@pytest.mark.usefixtures("small_batches")
def test_visits_that_ended_over_a_day_ago_are_forgotten_all_of_them(world):
    for _ in range(7):
        open_visit(world, lasts=HOUR)
    world.clock.move(HOUR * 26)
    tidy(world)
    assert world.rows(Visit) == []


def test_a_visit_that_ended_today_is_kept(world):
    open_visit(world, lasts=HOUR)
    world.clock.move(HOUR * 24)
    tidy(world)
    assert len(world.rows(Visit)) == 1
