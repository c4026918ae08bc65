"""What a link opens, asked below the pages: choices, whole courses, links that are gone."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, update

from lti_tool.errors import ConflictError, NotFoundError
from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.audit import AuditEvent
from lti_tool.store.tables.platforms import Course, ResourceLink
from lti_tool.usecases.lms import links
from tests.support.builders import FIRST_PAGE, REFLECTION, TASTER
from tests.support.world import World


def name_links(world: World, **values: object) -> None:
    with world.wired.db.begin() as session:
        session.execute(update(ResourceLink).values(**values))


def opens(world: World, at_launch: str | None = None) -> str | None:
    """What the instructor's link opens."""
    link = world.do(links.of_visit, world.instructor)
    return world.do(links.opens_now, world.instructor, link, at_launch=at_launch)


def test_a_choice_of_a_moment_ago_counts_in_a_visit_that_began_before(world):
    world.do(links.choose, world.instructor, REFLECTION)

    assert opens(world, at_launch=FIRST_PAGE) == REFLECTION


def test_without_a_choice_the_launch_says_what_the_link_opens(world):
    assert opens(world, at_launch=FIRST_PAGE) == FIRST_PAGE
    assert opens(world) is None


def test_a_name_we_have_replaces_a_choice_and_one_we_have_not_does_not(world):
    world.do(links.choose, world.instructor, REFLECTION)

    for named, expected in (("no-such/thing", REFLECTION), (FIRST_PAGE, FIRST_PAGE)):
        with world.wired.db.begin() as session:
            key = (world.institution_id, world.instructor.resource_link_id)
            link = session.get_one(ResourceLink, key)
            links.note_named(session, link, named)
            assert link.activity == expected


def test_a_name_is_kept_though_nothing_of_that_name_is_published(world):
    with world.wired.db.begin() as session:
        key = (world.institution_id, world.instructor.resource_link_id)
        link = session.get_one(ResourceLink, key)
        links.note_named(session, link, "next-year/first")
        assert (link.activity, link.chosen_by) == ("next-year/first", None)


def test_a_link_named_by_the_lms_is_not_set_up_here(world):
    name_links(world, activity=FIRST_PAGE)

    with pytest.raises(ConflictError) as refused:
        world.do(links.choose, world.instructor, REFLECTION)

    assert refused.value.code == "links.named-by-lms"


def test_a_link_that_is_gone_opens_nothing(world):
    with world.wired.db.begin() as session:
        session.execute(delete(ResourceLink))

    assert opens(world, at_launch=FIRST_PAGE) == FIRST_PAGE
    with pytest.raises(NotFoundError):
        world.do(links.offer, world.instructor)


def test_whoever_came_by_no_link_has_none(world):
    visitor = replace(world.instructor, resource_link_id=None)

    assert world.do(links.of_visit, visitor) is None


def make_course_link(world: World) -> None:
    """Let the instructor's link be the one of the whole course."""
    with world.wired.db.begin() as session:
        (course,) = session.query(Course)
        session.execute(
            update(ResourceLink)
            .where(ResourceLink.id == world.instructor.resource_link_id)
            .values(link_id=course.context_id)
        )


def test_the_link_of_a_course_takes_the_programme_all_its_links_agree_on(world):
    make_course_link(world)

    assert opens(world) == TASTER


def test_programmes_that_are_not_published_are_not_agreed_on(world):
    name_links(world, activity="next-year/first")
    make_course_link(world)

    assert opens(world) is None


def test_a_choice_is_one_event_with_who_made_it(world):
    world.do(links.choose, world.instructor, REFLECTION)

    (event,) = (one for one in world.rows(AuditEvent) if one.action == "link.activity-chosen")
    assert event.actor_id == world.instructor.person_id


@pytest.mark.parametrize("role", sorted(links.TEACHING))
def test_everybody_who_runs_the_course_may_choose(world, role: CourseRole):
    someone = replace(world.instructor, course_roles=frozenset({role}))

    assert world.do(links.offer, someone).link.id == someone.resource_link_id
