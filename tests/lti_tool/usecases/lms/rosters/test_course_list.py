"""What those who teach a course see of who is in it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from lti_tool.errors import ConflictError, NotAllowedError, PlatformError
from lti_tool.lti.roles import CourseRole
from lti_tool.sentence import say
from lti_tool.store.tables.platforms import Course
from lti_tool.usecases.lms.rosters import course_list
from lti_tool.usecases.lms.rosters.course_list import CourseList, Presence
from lti_tool.usecases.people import OfficeRole
from tests.support.rosters import read_now, sub_of
from tests.support.world import World


def shown(world: World, actor=None) -> CourseList:
    return world.do(course_list.of_course, actor or world.instructor)


def presences(world: World) -> list[tuple[str | None, Presence]]:
    return [(one.name, one.presence) for one in shown(world).students]


def read(world: World) -> None:
    world.do(course_list.ask, world.instructor)
    assert read_now(world)


def test_before_the_first_reading_those_who_came_are_shown(world, roster):
    listed = shown(world)

    assert (listed.read_at, listed.fault, listed.is_offered) == (None, None, True)
    assert presences(world) == [("Robin Weber", Presence.HERE)]
    assert [one.role for one in listed.others] == [CourseRole.INSTRUCTOR]


def test_who_came_who_never_did_and_who_left_are_told_apart(world, roster):
    gone = world.another_student()
    roster.add("new-1", name="Ada Abara")
    roster.add(sub_of(gone), name="Zoe Gone")
    read(world)
    roster.remove(sub_of(gone))
    world.clock.move(timedelta(hours=12))

    read(world)

    assert presences(world) == [
        ("Ada Abara", Presence.NEVER_OPENED),
        ("Robin Weber", Presence.HERE),
        ("Zoe Gone", Presence.LEFT),
    ]
    assert shown(world).read_at == world.clock()


def test_the_role_of_the_launch_wins_for_who_has_come(world, roster):
    roster.add(sub_of(world.instructor), "Learner")

    read(world)

    (teacher,) = shown(world).others
    assert teacher.role is CourseRole.INSTRUCTOR


def test_people_without_a_name_come_after_those_with_one(world, roster):
    roster.add("new-1")
    roster.add("new-2", name="zoe")

    read(world)

    assert [name for name, _ in presences(world)] == ["Robin Weber", "zoe", None]


def test_a_test_student_is_nobody(world, roster):
    world.someone(CourseRole.STUDENT, CourseRole.TEST_STUDENT)

    assert len(shown(world).students) == 1


def test_somebody_listed_without_a_role_we_know_is_shown_as_such(world, roster):
    roster.add("new-1", "Janitor")

    read(world)

    assert None in [one.role for one in shown(world).others]


def test_only_as_many_as_a_page_holds_are_shown_and_the_rest_is_counted(world, roster, monkeypatch):
    monkeypatch.setattr(course_list, "MOST_SHOWN", 1)

    listed = shown(world)

    assert (len(listed.students) + len(listed.others), listed.unshown) == (1, 1)


@pytest.mark.parametrize(
    "roles",
    [
        [CourseRole.STUDENT],
        [CourseRole.OBSERVER],
        [CourseRole.DESIGNER],
        [CourseRole.MEMBER],
    ],
)
@pytest.mark.parametrize("do", [course_list.of_course, course_list.ask])
def test_who_does_not_teach_the_course_sees_nobody(world, roster, roles, do):
    with pytest.raises(NotAllowedError):
        world.do(do, world.someone(*roles))


def test_an_office_role_alone_shows_no_course(world, roster):
    with pytest.raises(NotAllowedError):
        world.do(course_list.of_course, world.someone(office=[OfficeRole.ADMINISTRATOR]))


def test_another_courses_teacher_sees_their_own_course(world, roster):
    elsewhere = world.someone(CourseRole.INSTRUCTOR, course="course-2")

    assert shown(world, elsewhere).students == ()


def test_the_reason_of_a_failure_is_shown_beside_the_list_as_it_was(world, roster):
    read(world)
    before = presences(world)
    sentence = say("test.no", "No.")
    roster.failing = PlatformError("test.no", sentence, retryable=False, status=404)
    world.clock.move(timedelta(hours=12))
    world.do(course_list.ask, world.instructor)
    read_now(world)

    listed = shown(world)

    assert listed.fault is not None
    assert listed.fault.id == "roster.fault-gone"
    assert presences(world) == before


def test_asking_twice_reads_once_and_is_recorded_once(world, roster):
    for _ in range(2):
        world.do(course_list.ask, world.instructor)

    assert shown(world).is_waiting
    assert len(world.messages("read_roster")) == 1
    assert world.actions()["roster.asked-for"] == 1
    assert read_now(world)
    assert not shown(world).is_waiting


def test_asking_brings_a_late_try_forward(world, roster):
    roster.failing = PlatformError("test.no", say("test.no", "No."), retryable=True)
    world.do(course_list.ask, world.instructor)
    assert not read_now(world)
    roster.failing = None

    world.do(course_list.ask, world.instructor)

    assert read_now(world)


def test_a_course_without_a_list_says_so(world, roster):
    with world.wired.db.begin() as session:
        session.execute(update(Course).values(memberships_url=None))

    assert not shown(world).is_offered
    with pytest.raises(ConflictError) as raised:
        world.do(course_list.ask, world.instructor)
    assert raised.value.code == "roster.not-offered"
