"""Visits: each proves itself with its own secret or form key, and ends."""

from datetime import timedelta
from uuid import UUID

import pytest

from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.people import Visit
from lti_tool.usecases import people, visits
from lti_tool.usecases.people import OfficeRole
from lti_tool.usecases.visits import VisitDetails, form_key_of

DETAILS = VisitDetails(
    activity="foundations-taster/first-reflection",
    frame_origins=("https://lms.example.edu",),
    locale="de",
    wanted="LtiResourceLinkRequest",
    for_user="4",
    review=UUID(int=5),
)


def open_visit(world, actor=None, details=DETAILS):
    return world.do(
        visits.open_visit,
        actor or world.student,
        details,
        registration_id=None,
        lasts=timedelta(hours=8),
    )


def find(world, opened, *, secret=None, form_key=None):
    return world.do(visits.find_visit, opened.number, secret=secret, form_key=form_key)


@pytest.fixture
def opened(world):
    return open_visit(world)


def test_a_visit_knows_who_it_is_and_what_its_launch_said(world, opened):
    signed_in = find(world, opened, secret=opened.secret)
    assert signed_in.actor == world.student
    assert signed_in.details == DETAILS
    assert signed_in.number == opened.number


def test_a_secret_and_its_form_key_prove_the_same_visit(world, opened):
    key = form_key_of(opened.secret)
    by_secret = find(world, opened, secret=opened.secret)
    by_form_key = find(world, opened, form_key=key)
    assert by_secret == by_form_key
    assert by_secret.form_key == key
    assert visits.is_form_key(by_secret, key)


def test_the_secret_of_another_visit_opens_nothing(world, opened):
    other = open_visit(world)
    assert find(world, opened, secret=other.secret) is None
    assert find(world, opened, form_key=form_key_of(other.secret)) is None
    assert find(world, opened) is None


def test_a_form_key_of_another_visit_is_none_here(world, opened):
    other = open_visit(world)
    signed_in = find(world, opened, secret=opened.secret)
    assert not visits.is_form_key(signed_in, form_key_of(other.secret))
    assert not visits.is_form_key(signed_in, None)


def test_a_wrong_form_key_does_not_hide_a_right_secret(world, opened):
    assert find(world, opened, secret=opened.secret, form_key="wrong") is not None


def test_a_number_that_is_none_opens_nothing(world, opened):
    found = world.do(visits.find_visit, "0" * 15, secret=opened.secret, form_key=None)
    assert found is None


def test_a_visit_runs_out(world, opened):
    world.clock.move(timedelta(hours=8))
    assert find(world, opened, secret=opened.secret) is None


def test_a_visit_that_was_ended_opens_nothing_any_more(world, opened):
    other = open_visit(world)
    world.do(visits.end_visit, find(world, opened, secret=opened.secret))
    assert find(world, opened, secret=opened.secret) is None
    assert find(world, opened, form_key=form_key_of(opened.secret)) is None
    assert find(world, other, secret=other.secret) is not None


def test_office_roles_are_those_held_now_not_those_at_the_launch(world):
    actor = world.someone(CourseRole.INSTRUCTOR, office=[OfficeRole.MARKER])
    opened = open_visit(world, actor)
    world.do(people.withdraw, actor.institution_id, actor.person_id, OfficeRole.MARKER)
    assert find(world, opened, secret=opened.secret).actor.office_roles == frozenset()


def test_numbers_are_public_and_tell_nothing(world):
    numbers = {open_visit(world).number for _ in range(20)}
    assert len(numbers) == 20
    assert all(len(number) == 15 and number.isdigit() for number in numbers)


def test_the_database_keeps_nothing_a_browser_could_use(world, opened):
    (row,) = world.rows(Visit)
    kept = repr(vars(row))
    assert opened.secret not in kept
    assert form_key_of(opened.secret) not in kept
    assert opened.secret not in repr(opened)


def test_a_window_of_its_own_is_the_same_person_until_the_same_moment(world, opened):
    world.clock.move(timedelta(hours=5))
    signed_in = find(world, opened, secret=opened.secret)
    other = world.do(visits.continue_elsewhere, signed_in)
    elsewhere = find(world, other, secret=other.secret)
    assert (elsewhere.actor, elsewhere.details) == (signed_in.actor, signed_in.details)
    assert elsewhere.expires_at == signed_in.expires_at
    assert other.secret != opened.secret
    world.do(visits.end_visit, elsewhere)
    assert find(world, opened, secret=opened.secret) is not None
