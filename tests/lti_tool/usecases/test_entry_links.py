"""One-time links: they open one visit for one person, never somebody's writing to another."""

from datetime import timedelta

import pytest

from lti_tool.errors import InvalidInputError, NotAllowedError
from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.people import EntryLink
from lti_tool.usecases import entry_links
from lti_tool.usecases.people import OfficeRole
from tests.support.builders import a_person
from tests.support.world import at_once


def somebody(world):
    with world.wired.db.begin() as session:
        return a_person(session, world.institution_id)


def link(world, person_id):
    return world.do(entry_links.make, world.institution_id, person_id)


def test_a_link_lets_its_person_in_once(world):
    person_id = somebody(world)
    secret = link(world, person_id)
    assert world.do(entry_links.use, secret) == (world.institution_id, person_id)
    with pytest.raises(NotAllowedError) as caught:
        world.do(entry_links.use, secret)
    assert caught.value.code == "people.link-used"
    assert world.actions()["entry-link.made"] == 1
    assert world.actions()["entry-link.used"] == 1


def test_of_two_who_use_a_link_at_once_one_gets_in(world):
    secret = link(world, somebody(world))
    outcomes = at_once(*[lambda: world.do(entry_links.use, secret)] * 2)
    assert sorted(type(one).__name__ for one in outcomes) == ["NotAllowedError", "tuple"]


def test_a_link_is_too_old_after_a_day(world):
    secret = link(world, somebody(world))
    world.clock.move(timedelta(hours=24))
    with pytest.raises(NotAllowedError, match="older than a day"):
        world.do(entry_links.use, secret)


def test_a_secret_that_never_was_opens_nothing(world):
    link(world, somebody(world))
    with pytest.raises(NotAllowedError):
        world.do(entry_links.use, "guessed")


def test_the_database_keeps_no_link_that_could_be_used(world):
    secret = link(world, somebody(world))
    (row,) = world.rows(EntryLink)
    assert secret.encode() not in row.secret_hash


def invite(world, actor, person_id):
    return world.do(entry_links.invite, actor, person_id)


def test_an_administrator_invites_another_of_the_office(world):
    administrator = world.someone(office=[OfficeRole.ADMINISTRATOR])
    marker = world.someone(office=[OfficeRole.MARKER])
    secret = invite(world, administrator, marker.person_id)
    assert world.do(entry_links.use, secret)[1] == marker.person_id


def test_only_administrators_invite(world):
    marker = world.someone(office=[OfficeRole.MARKER])
    with pytest.raises(NotAllowedError):
        invite(world, marker, marker.person_id)


def test_nobody_is_invited_without_an_office(world):
    administrator = world.someone(office=[OfficeRole.ADMINISTRATOR])
    with pytest.raises(InvalidInputError, match="holds no office role"):
        invite(world, administrator, somebody(world))


def test_no_link_opens_the_writing_of_somebody_who_studies_here(world):
    administrator = world.someone(office=[OfficeRole.ADMINISTRATOR])
    student = world.someone(CourseRole.STUDENT, office=[OfficeRole.MARKER])
    with pytest.raises(InvalidInputError, match="also studies here"):
        invite(world, administrator, student.person_id)


def test_an_administrator_who_studies_may_still_make_a_link_for_themselves(world):
    both = world.someone(CourseRole.STUDENT, office=[OfficeRole.ADMINISTRATOR])
    assert invite(world, both, both.person_id)
