"""Invitations: for seven days, for one registration, kept as a hash."""

from datetime import timedelta

import pytest

from lti_tool.errors import LaunchRejectedError, NotAllowedError, NotFoundError
from lti_tool.store.tables.platforms import Invitation, Registration
from lti_tool.usecases.lms import invitations
from tests.support.builders import an_institution
from tests.support.world import at_once


def invite(world, **options):
    return world.do(invitations.invite, world.institution_id, **options)


def claim(world, secret):
    with invitations.claimed(world.wired.db, secret, now=world.clock()) as invitation:
        return invitation


def is_open(world, secret):
    try:
        world.do(invitations.find, secret)
    except NotAllowedError:
        return False
    return True


def test_an_invitation_is_found_by_its_secret_and_kept_as_a_hash(world):
    invited = invite(world)

    found = world.do(invitations.find, invited.secret)

    assert found.registration_id == invited.registration_id
    assert not found.renews
    (row,) = world.rows(Invitation)
    assert invited.secret.encode() not in row.secret_hash
    assert invited.secret not in repr(invited)
    assert world.actions()["platform.invited"] == 1


def test_an_invitation_ends_after_seven_days(world):
    invited = invite(world)
    world.clock.move(timedelta(days=7) - timedelta(seconds=1))
    assert is_open(world, invited.secret)

    world.clock.move(timedelta(seconds=1))

    assert not is_open(world, invited.secret)
    with pytest.raises(NotAllowedError):
        claim(world, invited.secret)


def test_an_unknown_secret_opens_nothing(world):
    invite(world)

    for secret in ("", "guessed", "\udcff"):
        assert not is_open(world, secret)


def test_an_invitation_is_used_once(world):
    secret = invite(world).secret

    claim(world, secret)

    assert not is_open(world, secret)
    with pytest.raises(NotAllowedError, match="used up"):
        claim(world, secret)


def test_of_two_at_once_one_gets_it(world):
    secret = invite(world).secret

    results = at_once(*[lambda: claim(world, secret)] * 2)

    assert sorted(isinstance(one, NotAllowedError) for one in results) == [False, True]


def test_what_fails_gives_the_invitation_back(world):
    secret = invite(world).secret

    with (
        pytest.raises(RuntimeError),
        invitations.claimed(world.wired.db, secret, now=world.clock()),
    ):
        assert not is_open(world, secret)
        raise RuntimeError

    assert is_open(world, secret)


def test_an_invitation_for_a_known_lms_renews_it(world):
    (registration,) = world.rows(Registration)

    invited = invite(world, for_registration=registration.id)

    assert invited.registration_id == registration.id
    assert world.do(invitations.find, invited.secret).renews


def test_open_invitations_are_listed_and_withdrawn(world):
    first, second = invite(world), invite(world)
    claim(world, second.secret)
    listed = world.do(invitations.open_ones, world.institution_id)
    assert [one.registration_id for one in listed] == [first.registration_id]

    world.do(invitations.withdraw, world.institution_id, first.registration_id)

    assert not world.do(invitations.open_ones, world.institution_id)
    assert not is_open(world, first.secret)
    assert world.actions()["platform.invitation-withdrawn"] == 1
    with pytest.raises(NotFoundError):
        world.do(invitations.withdraw, world.institution_id, first.registration_id)


def test_nobody_withdraws_another_institutions_invitation(world):
    with world.wired.db.begin() as session:
        other = an_institution(session, "School of Law")
    invited = world.do(invitations.invite, other.id)

    with pytest.raises(NotFoundError):
        world.do(invitations.withdraw, world.institution_id, invited.registration_id)

    assert is_open(world, invited.secret)


def test_an_invitations_registration_belongs_to_somebody_before_it_exists(world):
    invited = invite(world)
    (registration,) = world.rows(Registration)

    for known in (invited.registration_id, registration.id):
        assert world.do(invitations.institution_of, known) == world.institution_id
    claim(world, invited.secret)
    with pytest.raises(LaunchRejectedError):
        world.do(invitations.institution_of, invited.registration_id)
