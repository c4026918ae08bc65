"""Launches: everybody, every course and link once, whatever arrives at the same moment."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError

from lti_tool.errors import LaunchRejectedError
from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.grades import Score
from lti_tool.store.tables.people import Account, Member, Person, Visit
from lti_tool.store.tables.platforms import Course, Deployment, ResourceLink
from lti_tool.store.tables.programmes import Enrolment
from lti_tool.usecases.activities import page
from lti_tool.usecases.lms import launches, links
from tests.support.arriving import a_launch, arrive, the_link, the_person, the_visit
from tests.support.builders import FIRST_PAGE, REFLECTION, TASTER
from tests.support.world import at_once


@pytest.fixture
def new_launch(world):
    """Makes verified launches of a new student; see tests/support/arriving.py."""
    return partial(a_launch, world)


def test_a_first_launch_brings_person_course_link_membership_enrolment_and_visit(world, new_launch):
    arrival = arrive(world, new_launch())
    person = the_person(world)
    assert (person.name, person.email) == ("Amara Lindqvist", "amara@example.edu")
    (course,) = (row for row in world.rows(Course) if row.context_id == "new-course")
    assert course.title == "Year 4"
    link = the_link(world)
    assert (link.course_id, link.activity, link.line_item_url) == (
        course.id,
        REFLECTION,
        "https://lms.example.edu/items/1",
    )
    (member,) = (row for row in world.rows(Member) if row.person_id == person.id)
    assert member.roles == ["student"]
    assert person.id in {row.person_id for row in world.rows(Enrolment)}
    visit = the_visit(world, arrival)
    assert (visit.person_id, visit.details["activity"]) == (person.id, REFLECTION)
    assert world.actions()["person.first-seen"] == 1


def test_the_next_launch_finds_everything_again(world, new_launch):
    arrive(world, new_launch())
    tables = (Person, Account, Course, ResourceLink, Member, Enrolment)
    before = {table: len(world.rows(table)) for table in tables}
    arrive(world, new_launch())
    assert {table: len(world.rows(table)) for table in tables} == before


def test_a_launch_is_used_once(world, new_launch):
    launch = new_launch()
    arrive(world, launch)
    visits = len(world.rows(Visit))
    with pytest.raises(LaunchRejectedError) as caught:
        arrive(world, launch)
    assert caught.value.code == "launch.already-used"
    assert len(world.rows(Visit)) == visits


def test_the_same_launch_twice_at_once_gets_in_once(world, new_launch):
    launch = new_launch()
    outcomes = at_once(*[lambda: arrive(world, launch)] * 3)
    assert sorted(type(one).__name__ for one in outcomes) == [
        "Arrival",
        "LaunchRejectedError",
        "LaunchRejectedError",
    ]
    assert len(world.rows(Visit)) == 1


def test_first_launches_at_the_same_moment_make_one_person_course_and_link(world, new_launch):
    waiting = [new_launch() for _ in range(4)]
    outcomes = at_once(*[lambda one=one: arrive(world, one) for one in waiting])
    assert [type(one).__name__ for one in outcomes] == ["Arrival"] * 4
    assert the_person(world).name == "Amara Lindqvist"
    assert the_link(world).title == "Reflection"
    assert len(world.rows(Visit)) == 4


def test_rows_that_can_never_be_added_are_an_error_in_the_end(world, new_launch, monkeypatch):
    tries = []

    def always_taken(*_args, **_options):
        tries.append(1)
        raise IntegrityError("INSERT", {}, Exception("taken"))

    monkeypatch.setattr(launches, "consume_login", always_taken)
    with pytest.raises(IntegrityError):
        arrive(world, new_launch())
    assert len(tries) == launches.MOST_TRIES


def test_an_unknown_deployment_waits_for_approval_and_opens_nothing(world, new_launch):
    arrival = arrive(world, new_launch(deployment_id="7"))
    assert (arrival.visit, arrival.deployment_state) == (None, "pending")
    (deployment,) = (row for row in world.rows(Deployment) if row.deployment_id == "7")
    assert deployment.state == "pending"
    assert (deployment.first_course, deployment.first_platform) == ("Year 4", "Example Moodle")
    assert world.rows(Visit) == []
    assert "new-student" not in {row.sub for row in world.rows(Account)}


def test_what_the_lms_leaves_out_does_not_wipe_what_it_said_before(world, new_launch):
    arrive(world, new_launch())
    silent = dict.fromkeys(
        ("name", "email", "context_title", "resource_link_title", "activity", "line_item_url")
    )
    arrive(world, new_launch(**silent))
    person = the_person(world)
    assert (person.name, person.email) == ("Amara Lindqvist", "amara@example.edu")
    link = the_link(world)
    assert (link.title, link.activity) == ("Reflection", REFLECTION)
    assert link.line_item_url == "https://lms.example.edu/items/1"


def test_what_the_lms_changes_is_changed(world, new_launch):
    arrive(world, new_launch())
    arrive(world, new_launch(name="Amara Öztürk", line_item_url="https://lms.example.edu/items/2"))
    assert the_person(world).name == "Amara Öztürk"
    assert the_link(world).line_item_url == "https://lms.example.edu/items/2"


def test_two_people_of_one_name_are_two(world, new_launch):
    arrive(world, new_launch())
    arrive(world, new_launch(sub="another"))
    assert the_person(world).id != the_person(world, "another").id
    assert the_person(world).email == the_person(world, "another").email


def test_a_copied_course_has_a_link_of_its_own(world, new_launch):
    arrive(world, new_launch())
    arrive(world, new_launch(context_id="copied-course"))
    assert len([row for row in world.rows(ResourceLink) if row.link_id == "new-link"]) == 2


def test_a_launch_without_a_course_opens_a_visit_without_one(world, new_launch):
    arrival = arrive(world, new_launch(context_id=None, resource_link_id=None))
    visit = the_visit(world, arrival)
    assert (visit.course_id, visit.resource_link_id) == (None, None)


def test_a_course_without_a_link_is_still_a_course(world, new_launch):
    arrival = arrive(world, new_launch(resource_link_id=None))
    visit = the_visit(world, arrival)
    assert visit.course_id is not None
    assert visit.resource_link_id is None


@pytest.mark.parametrize(("the_id", "is_of_course"), [("2", False), ("65a009d82b6e", True)])
def test_a_link_with_the_id_of_its_course_is_the_courses_own_unless_ids_are_counted(
    world, new_launch, the_id, is_of_course
):
    teaching = frozenset({CourseRole.INSTRUCTOR})
    launch = new_launch(
        context_id=the_id, resource_link_id=the_id, activity=None, course_roles=teaching
    )
    visit = the_visit(world, arrive(world, launch))
    actor = replace(
        world.instructor, course_id=visit.course_id, resource_link_id=visit.resource_link_id
    )
    with world.wired.db.begin() as session:
        assert links.of_visit(session, actor).is_of_course is is_of_course


def test_an_instructor_arrives_without_being_enrolled(world, new_launch):
    launch = new_launch(course_roles=frozenset({CourseRole.INSTRUCTOR}))
    visit = the_visit(world, arrive(world, launch))
    assert visit.details["activity"] == REFLECTION
    assert visit.person_id not in {row.person_id for row in world.rows(Enrolment)}


@pytest.mark.parametrize("activity", [None, "elsewhere/page", "foundations-taster/no-such-page"])
def test_what_is_not_published_here_leads_to_no_activity(world, new_launch, activity):
    arrival = arrive(world, new_launch(activity=activity))
    assert the_visit(world, arrival).details["activity"] is None


def test_a_role_changed_in_the_lms_is_changed_here(world, new_launch):
    arrive(world, new_launch(activity=FIRST_PAGE))
    arrive(world, new_launch(course_roles=frozenset({CourseRole.INSTRUCTOR})))
    person = the_person(world)
    (member,) = (row for row in world.rows(Member) if row.person_id == person.id)
    assert member.roles == ["instructor"]


def of_the_student(world):
    """What a launch of the world's student differs in: they come from another course."""
    (account,) = (row for row in world.rows(Account) if row.person_id == world.student.person_id)
    return {"sub": account.sub}


def scores(world):
    """Each score there is: its column, when the work came in, when it was said."""
    columns = {link.id: link.line_item_url for link in world.rows(ResourceLink)}
    return [
        (columns[row.resource_link_id], row.submitted_at, row.timestamp)
        for row in world.rows(Score)
    ]


def test_what_was_accepted_before_counts_in_the_column_of_a_link_opened_later(world, new_launch):
    handed_in = world.clock()
    world.release(world.finished_writing())
    before = scores(world)
    world.clock.move(timedelta(days=1))
    student = of_the_student(world)
    for _ in range(2):
        arrive(world, new_launch(**student))
    (new,) = (score for score in scores(world) if score not in before)
    assert new == ("https://lms.example.edu/items/1", handed_in, world.clock())


def test_a_page_done_before_counts_in_the_column_of_a_link_opened_later(world, new_launch):
    world.do(page.mark_done, world.student, TASTER, FIRST_PAGE.split("/")[1])
    before = scores(world)
    arrive(world, new_launch(activity=FIRST_PAGE, **of_the_student(world)))
    (new,) = (score for score in scores(world) if score not in before)
    assert new[0] == "https://lms.example.edu/items/1"


def test_a_link_that_gets_its_column_later_gets_its_score_then(world, new_launch):
    world.release(world.finished_writing())
    student = of_the_student(world)
    arrive(world, new_launch(line_item_url=None, **student))
    before = len(scores(world))
    arrive(world, new_launch(**student))
    assert len(scores(world)) == before + 1


def test_work_that_waits_or_came_back_fills_no_column(world, new_launch):
    submission_id = world.hand_in()
    student = of_the_student(world)
    arrive(world, new_launch(**student))
    world.mark(submission_id, "absent")
    world.release(submission_id)
    arrive(world, new_launch(**student))
    assert scores(world) == []


def test_who_teaches_a_course_gets_no_score_for_what_they_did_as_a_student(world, new_launch):
    world.release(world.finished_writing())
    before = scores(world)
    teaching = frozenset({CourseRole.INSTRUCTOR})
    arrive(world, new_launch(course_roles=teaching, **of_the_student(world)))
    assert scores(world) == before
