"""What a launch tells us is kept and kept up to date; one that tells nothing new writes nothing."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update

from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.people import Member, Visit
from lti_tool.store.tables.platforms import Course, Deployment, Registration, ResourceLink
from lti_tool.store.tables.programmes import Enrolment
from lti_tool.usecases import people, visits
from lti_tool.usecases.people import OfficeRole
from tests.support.arriving import a_launch, arrive, the_link, the_person, the_visit
from tests.support.builders import REFLECTION


@pytest.fixture
def new_launch(world):
    """Makes verified launches of a new student; see tests/support/arriving.py."""
    return partial(a_launch, world)


def the_course(world):
    (course,) = (row for row in world.rows(Course) if row.context_id == "new-course")
    return course


def the_member(world):
    person = the_person(world)
    (member,) = (row for row in world.rows(Member) if row.person_id == person.id)
    return member


def test_where_a_courses_services_are_is_kept_and_kept_up_to_date(world, new_launch):
    scope = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
    arrive(world, new_launch(line_items_url="https://lms.example.edu/old", service_scopes=()))
    services = {
        "line_items_url": "https://lms.example.edu/items",
        "memberships_url": "https://lms.example.edu/people",
        "service_scopes": (scope,),
    }
    arrive(world, new_launch(**services))
    arrive(world, new_launch())
    course = the_course(world)
    assert (course.line_items_url, course.memberships_url, course.service_scopes) == (
        "https://lms.example.edu/items",
        "https://lms.example.edu/people",
        [scope],
    )


def test_which_lms_it_is_is_noted_once(world, new_launch):
    arrive(world, new_launch(product_family=None))
    arrive(world, new_launch(product_family="moodle"))
    arrive(world, new_launch(product_family="canvas"))
    assert [row.product_family for row in world.rows(Registration)] == ["moodle"]


def test_a_new_deployment_says_where_it_was_met_first(world, new_launch):
    arrive(world, new_launch(deployment_id="7"))
    arrive(world, new_launch(deployment_id="7", context_title="Another course"))
    (deployment,) = (row for row in world.rows(Deployment) if row.deployment_id == "7")
    assert (deployment.first_course, deployment.first_platform) == ("Year 4", "Example Moodle")


def test_a_deployment_that_was_refused_opens_nothing(world, new_launch):
    arrive(world, new_launch(deployment_id="7"))
    with world.wired.db.begin() as session:
        session.execute(
            update(Deployment).where(Deployment.deployment_id == "7").values(state="refused")
        )
    arrival = arrive(world, new_launch(deployment_id="7"))
    assert (arrival.visit, arrival.deployment_state) == (None, "refused")


def test_a_launch_within_the_hour_writes_no_new_moment_and_a_later_one_does(world, new_launch):
    first = world.clock()
    arrive(world, new_launch())
    world.clock.move(timedelta(minutes=59))
    arrive(world, new_launch())
    seen = {the_course(world).seen_at, the_link(world).seen_at, the_member(world).seen_at}
    assert seen == {first}
    world.clock.move(timedelta(minutes=1))
    arrive(world, new_launch())
    seen = {the_course(world).seen_at, the_link(world).seen_at, the_member(world).seen_at}
    assert seen == {first + timedelta(hours=1)}


def test_what_the_lms_names_replaces_what_was_chosen_here_even_when_it_is_the_same(
    world, new_launch
):
    arrive(world, new_launch())
    with world.wired.db.begin() as session:
        session.execute(update(ResourceLink).values(chosen_by=world.instructor.person_id))
    arrive(world, new_launch())
    assert (the_link(world).activity, the_link(world).chosen_by) == (REFLECTION, None)


def test_who_left_by_the_roster_and_launches_is_here(world, new_launch):
    arrive(world, new_launch())
    with world.wired.db.begin() as session:
        session.execute(update(Member).values(left_at=world.clock()))
    arrive(world, new_launch())
    assert the_member(world).left_at is None


def test_office_roles_come_with_every_launch(world, new_launch):
    arrive(world, new_launch())
    person = the_person(world)
    for role in (OfficeRole.MARKER, OfficeRole.MODERATOR):
        world.do(people.grant, world.institution_id, person.id, role)
    arrival = arrive(world, new_launch())
    who = world.do(
        visits.find_visit, arrival.visit.number, secret=arrival.visit.secret, form_key=None
    )
    assert who.actor.office_roles == {OfficeRole.MARKER, OfficeRole.MODERATOR}
    assert len(world.rows(Visit)) == 2


def test_an_instructor_who_comes_again_finds_the_activity_again(world, new_launch):
    teaching = frozenset({CourseRole.INSTRUCTOR})
    arrive(world, new_launch(course_roles=teaching))
    visit = the_visit(world, arrive(world, new_launch(course_roles=teaching)))
    assert visit.details["activity"] == REFLECTION


def test_a_test_student_is_enrolled_as_one(world, new_launch):
    roles = frozenset({CourseRole.STUDENT, CourseRole.TEST_STUDENT})
    arrive(world, new_launch(course_roles=roles))
    person = the_person(world)
    (row,) = (row for row in world.rows(Enrolment) if row.person_id == person.id)
    assert row.is_test


@pytest.mark.parametrize("role", [CourseRole.OBSERVER, CourseRole.ADMINISTRATOR, None])
def test_who_does_not_study_is_not_enrolled(world, new_launch, role):
    arrive(world, new_launch(course_roles=frozenset({role} if role else ())))
    person = the_person(world)
    assert person.id not in {row.person_id for row in world.rows(Enrolment)}
