"""One person with two ids, after their LMS merged two accounts: rosters and launches agree."""

import pytest

from lti_tool.store.tables.people import Account, Member
from lti_tool.usecases.lms.rosters import course_list
from lti_tool.usecases.lms.rosters.course_list import Presence
from tests.support.arriving import a_launch, arrive
from tests.support.rosters import Roster, read_now
from tests.support.world import World

LEGACY = "63703b9e63c2b25d2fc5678a7c30c0afd81460a7"


def launch(world: World, sub: str, legacy: str | None = LEGACY) -> None:
    """Somebody opens an activity of the world's course."""
    arrive(world, a_launch(world, sub=sub, legacy_user_id=legacy, context_id="course-1", name=None))


def read(world: World) -> None:
    world.do(course_list.ask, world.instructor)
    assert read_now(world)


def owners(world: World) -> dict[str, object]:
    return {row.sub: row.person_id for row in world.rows(Account)}


def test_who_launches_by_a_new_id_and_is_listed_by_the_old_one_has_not_left(world, roster: Roster):
    launch(world, "new-id")
    roster.add("old-id", lti11_legacy_user_id=LEGACY, name="Jonas Lindqvist")

    read(world)

    assert owners(world)["old-id"] == owners(world)["new-id"]
    people = {
        one.name: one.presence for one in world.do(course_list.of_course, world.instructor).students
    }
    assert people["Jonas Lindqvist"] is Presence.HERE


def test_who_was_listed_by_the_old_id_launches_by_a_new_one(world, roster: Roster):
    roster.add("old-id", lti11_legacy_user_id=LEGACY)
    read(world)
    members = len(world.rows(Member))

    launch(world, "new-id")

    assert owners(world)["old-id"] == owners(world)["new-id"]
    assert len(world.rows(Member)) == members


def test_an_account_we_know_already_learns_its_older_id(world, roster: Roster):
    launch(world, "new-id", None)
    launch(world, "new-id")

    (account,) = (row for row in world.rows(Account) if row.sub == "new-id")
    assert account.legacy_id == LEGACY


@pytest.mark.parametrize("legacy", [None, "another"])
def test_a_stranger_stays_a_stranger(world, roster: Roster, legacy):
    roster.add("old-id", lti11_legacy_user_id=LEGACY)
    read(world)

    launch(world, "new-id", legacy)

    assert owners(world)["old-id"] != owners(world)["new-id"]


def test_an_older_id_of_two_people_stands_for_neither(world, roster: Roster):
    for sub in ("one", "two"):
        roster.add(sub, lti11_legacy_user_id=LEGACY)
    read(world)

    launch(world, "new-id")

    assert len({owners(world)[sub] for sub in ("one", "two", "new-id")}) == 3
