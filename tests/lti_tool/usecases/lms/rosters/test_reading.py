"""Rosters read by the worker: who came, who left, who came back; and when nothing changes."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from lti_tool import worker
from lti_tool.errors import PlatformError
from lti_tool.lti.roles import CourseRole
from lti_tool.sentence import say
from lti_tool.store.tables.people import Account, Member, OfficeRoleGrant, Person
from lti_tool.store.tables.platforms import Course, Deployment
from lti_tool.store.tables.submissions import Submission
from lti_tool.usecases.lms.rosters import asking, persons, reading
from tests.support.arriving import a_launch, arrive
from tests.support.builders import LONG_AGO
from tests.support.rosters import Roster, offered, read_now, sub_of
from tests.support.world import World, at_once

NEWCOMER = "new-1"


def read(world: World) -> None:
    """Have the roster read, and read it."""
    course = the_course(world)
    with world.wired.db.begin() as session:
        asking.queue(session, course, due_at=world.clock())
    assert read_now(world)


def the_course(world: World) -> Course:
    return next(one for one in world.rows(Course) if one.context_id == "course-1")


def member_of(world: World, sub: str) -> Member:
    with world.wired.db.begin() as session:
        return session.scalars(
            select(Member)
            .join(Account, Account.person_id == Member.person_id)
            .where(Account.sub == sub)
        ).one()


def person_of(world: World, sub: str) -> Person:
    with world.wired.db.begin() as session:
        return session.scalars(
            select(Person).join(Account, Account.person_id == Person.id).where(Account.sub == sub)
        ).one()


def refusal(*, retryable: bool, status: int | None = None) -> PlatformError:
    sentence = say("test.no", "The LMS did not.")
    return PlatformError("test.no", sentence, retryable=retryable, status=status)


def everything(world: World) -> list[str]:
    rows = [*world.rows(Person), *world.rows(Member), *world.rows(Account)]
    return sorted(str({**vars(row), "_sa_instance_state": None}) for row in rows)


def test_somebody_who_never_came_becomes_a_member_by_the_list_alone(world, roster):
    roster.add(NEWCOMER, name="Sam Öztürk", email="sam@example.edu")

    read(world)

    member, person = member_of(world, NEWCOMER), person_of(world, NEWCOMER)
    assert (member.roles, member.roster_roles) == ([], ["student"])
    assert (member.seen_at, member.roster_seen_at, member.left_at) == (None, world.clock(), None)
    assert (person.name, person.email) == ("Sam Öztürk", "sam@example.edu")


def test_reading_twice_adds_nobody_twice(world, roster):
    roster.add(NEWCOMER)
    read(world)
    before = {row.id for row in world.rows(Person)}

    world.clock.move(timedelta(hours=1))
    read(world)

    assert {row.id for row in world.rows(Person)} == before


def test_who_is_no_longer_listed_has_left_and_keeps_everything(world, roster):
    world.hand_in()
    read(world)
    roster.remove(sub_of(world.student))
    world.clock.move(timedelta(hours=12))

    read(world)

    member = member_of(world, sub_of(world.student))
    assert member.left_at == world.clock()
    assert member.roles == ["student"]
    assert person_of(world, sub_of(world.student)).name == "Robin Weber"
    assert len(world.rows(Submission)) == 1


def test_a_student_who_left_before_the_first_reading_has_left(world, roster):
    roster.remove(sub_of(world.student))

    read(world)

    assert member_of(world, sub_of(world.student)).left_at == world.clock()


def test_who_left_stays_left_since_the_reading_that_missed_them(world, roster):
    roster.remove(sub_of(world.student))
    read(world)
    since = world.clock()
    world.clock.move(timedelta(hours=12))

    read(world)

    assert member_of(world, sub_of(world.student)).left_at == since


def test_who_is_listed_again_is_back(world, roster):
    gone = roster.entries.pop(sub_of(world.student))
    read(world)
    roster.entries[sub_of(world.student)] = gone
    world.clock.move(timedelta(hours=12))

    read(world)

    assert member_of(world, sub_of(world.student)).left_at is None


@pytest.mark.parametrize(
    "roles",
    [
        [CourseRole.ADMINISTRATOR],
        [CourseRole.STUDENT, CourseRole.TEST_STUDENT],
        [CourseRole.INSTRUCTOR],
    ],
)
def test_who_was_never_listed_does_not_leave_by_not_being_listed(world, roster, roles):
    guest = world.someone(*roles)

    read(world)

    assert member_of(world, sub_of(guest)).left_at is None


def test_who_came_while_the_list_was_being_read_has_not_left(world, roster):
    newcomers = []

    def come() -> None:
        newcomers.append(world.another_student())
        with world.wired.db.begin() as session:
            session.execute(
                update(Member)
                .where(Member.person_id == newcomers[0].person_id)
                .values(seen_at=world.clock())
            )

    roster.meanwhile = come

    read(world)

    assert member_of(world, sub_of(newcomers[0])).left_at is None


def test_the_role_of_the_launch_stays_beside_the_role_of_the_list(world, roster):
    # Moodle's non-editing teacher: Instructor at launch, Learner on the roster.
    roster.add(sub_of(world.instructor), "Learner")

    read(world)

    member = member_of(world, sub_of(world.instructor))
    assert (member.roles, member.roster_roles) == (["instructor"], ["student"])


def test_no_list_makes_an_office_role(world, roster):
    roster.add(NEWCOMER, "Administrator")
    roster.add("new-2", "http://purl.imsglobal.org/vocab/lis/v2/system/person#SysAdmin")

    read(world)

    assert world.rows(OfficeRoleGrant) == []


def test_a_name_that_is_kept_private_now_is_not_forgotten(world, roster):
    roster.add(sub_of(world.student))

    read(world)

    person = person_of(world, sub_of(world.student))
    assert (person.name, person.email) == ("Robin Weber", "robin@example.edu")


def test_a_new_name_on_the_list_is_the_persons_name(world, roster):
    roster.add(sub_of(world.student), name="Robin Weber-Lang")

    read(world)

    assert person_of(world, sub_of(world.student)).name == "Robin Weber-Lang"


def test_somebody_merged_in_canvas_is_still_the_same_person(world, roster):
    old = sub_of(world.student)
    roster.add(old, lti11_legacy_user_id="legacy-1")
    read(world)
    roster.remove(old)
    roster.add("after-merging", lti11_legacy_user_id="legacy-1")
    world.clock.move(timedelta(hours=12))

    read(world)

    assert person_of(world, "after-merging").id == world.student.person_id
    assert member_of(world, "after-merging").left_at is None


def test_two_people_on_one_list_never_become_one(world, roster):
    listed = sub_of(world.student)
    roster.add(listed, lti11_legacy_user_id="legacy-1")
    read(world)
    roster.add("another", lti11_legacy_user_id="legacy-1")
    world.clock.move(timedelta(hours=12))

    read(world)

    assert person_of(world, "another").id != world.student.person_id


def test_an_older_id_that_two_newcomers_share_stands_for_neither(world, roster):
    old = sub_of(world.student)
    roster.add(old, lti11_legacy_user_id="legacy-1")
    read(world)
    roster.remove(old)
    for name in ("one", "two"):
        roster.add(name, lti11_legacy_user_id="legacy-1")
    world.clock.move(timedelta(hours=12))

    read(world)

    people = {person_of(world, name).id for name in ("one", "two", old)}
    assert len(people) == 3


def test_a_long_list_is_read_in_full(world, roster):
    for number in range(1_100):
        roster.add(f"many-{number}")

    read(world)
    world.clock.move(timedelta(hours=12))
    read(world)

    assert len(world.rows(Member)) == 1_102
    assert len(world.rows(Person)) == 1_102


@pytest.mark.parametrize("retryable", [True, False])
def test_a_reading_that_fails_changes_nobody_and_keeps_its_reason(world, roster, retryable):
    roster.remove(sub_of(world.student))
    before = everything(world)
    roster.failing = refusal(retryable=retryable, status=503 if retryable else 403)
    with world.wired.db.begin() as session:
        asking.queue(session, the_course(world), due_at=world.clock())

    assert read_now(world) is not retryable

    course = the_course(world)
    assert everything(world) == before
    assert (course.roster_read_at, course.roster_tried_at) == (None, world.clock())
    assert course.roster_fault == {"code": "busy" if retryable else "refused", "values": {}}


def test_what_passes_by_itself_is_tried_again_by_itself(world, roster):
    roster.failing = refusal(retryable=True)
    with world.wired.db.begin() as session:
        asking.queue(session, the_course(world), due_at=world.clock())
    read_now(world)
    roster.failing = None
    world.clock.move(timedelta(minutes=1))

    assert read_now(world)

    assert the_course(world).roster_fault is None
    assert the_course(world).roster_read_at == world.clock()


def test_the_list_of_another_course_changes_nobody(world, roster):
    roster.context_id = "course-2"
    before = everything(world)

    read(world)

    assert everything(world) == before
    assert the_course(world).roster_fault == {"code": "unreadable", "values": {}}


def test_a_course_whose_lms_named_no_list_is_left_alone(world, roster):
    with world.wired.db.begin() as session:
        session.execute(update(Course).values(memberships_url=None))

    read(world)

    assert the_course(world).roster_tried_at is None
    assert asking.queue_due(world.wired.db, now=world.clock()) == 0
    assert roster.asked == []


def test_a_course_of_a_place_that_was_refused_is_read_no_more(world, roster):
    with world.wired.db.begin() as session:
        session.execute(update(Deployment).values(state="refused"))

    read(world)

    assert roster.asked == []
    assert asking.queue_due(world.wired.db, now=world.clock()) == 0


def test_of_two_readings_the_one_that_began_later_stays(world, roster):
    def overtaken() -> None:
        roster.meanwhile = lambda: None
        world.clock.move(timedelta(seconds=5))
        roster.add(NEWCOMER)
        later = dict(roster.entries)
        reading.read_roster(
            world.wired.db,
            world.wired.connector,
            institution_id=world.institution_id,
            course_id=the_course(world).id,
            now=world.clock(),
        )
        roster.entries = {name: later[name] for name in later if name != NEWCOMER}

    roster.meanwhile = overtaken

    read(world)

    assert member_of(world, NEWCOMER).left_at is None
    assert the_course(world).roster_read_at == world.clock()


def test_a_failure_that_comes_late_does_not_hide_a_later_success(world, roster):
    def overtaken() -> None:
        roster.meanwhile = lambda: None
        world.clock.move(timedelta(seconds=5))
        reading.read_roster(
            world.wired.db,
            world.wired.connector,
            institution_id=world.institution_id,
            course_id=the_course(world).id,
            now=world.clock(),
        )
        roster.failing = refusal(retryable=False)

    roster.meanwhile = overtaken

    read(world)

    assert the_course(world).roster_fault is None


def test_two_readings_at_once_add_everybody_once(world, roster):
    for number in range(20):
        roster.add(f"many-{number}")
    course = the_course(world)

    def go() -> bool:
        return reading.read_roster(
            world.wired.db,
            world.wired.connector,
            institution_id=world.institution_id,
            course_id=course.id,
            now=world.clock(),
        )

    assert at_once(go, go, go) == [True, True, True]
    assert len(world.rows(Person)) == 22


@pytest.mark.parametrize(("collisions", "is_read"), [(1, True), (2, True), (3, False)])
def test_a_launch_that_adds_the_same_person_first_is_given_way(
    world, roster, monkeypatch, collisions, is_read
):
    times = iter([True] * collisions)
    find_or_add = persons.find_or_add

    def too_late(*given, **options):
        if next(times, False):
            raise IntegrityError("INSERT", {}, Exception("somebody was first"))
        return find_or_add(*given, **options)

    monkeypatch.setattr(persons, "find_or_add", too_late)
    with world.wired.db.begin() as session:
        asking.queue(session, the_course(world), due_at=world.clock())

    assert read_now(world) is is_read

    assert (the_course(world).roster_read_at is not None) is is_read


def test_launches_and_readings_at_once_wait_for_each_other_in_turn(world, roster):
    students = [sub_of(world.another_student()) for _ in range(6)]
    for student in students:
        roster.add(student, name="A new name")
    course = the_course(world)
    launches = [
        a_launch(world, sub=student, context_id="course-1", context_title=f"Title {student}")
        for student in students
    ]

    def read_it() -> bool:
        return reading.read_roster(
            world.wired.db,
            world.wired.connector,
            institution_id=world.institution_id,
            course_id=course.id,
            now=world.clock(),
        )

    done = at_once(read_it, read_it, *(partial(arrive, world, launch) for launch in launches))

    assert done[:2] == [True, True]
    assert [one.deployment_state for one in done[2:]] == ["active"] * len(launches)


def test_courses_in_use_are_read_twice_a_day(world, roster):
    def due() -> int:
        return asking.queue_due(world.wired.db, now=world.clock())

    assert due() == 1
    assert due() == 0
    assert read_now(world)
    world.clock.move(timedelta(hours=11, minutes=59))
    assert due() == 0
    world.clock.move(timedelta(minutes=2))
    assert due() == 1
    (message,) = world.messages("read_roster")
    wait = message.due_at - world.clock()
    assert timedelta() <= wait < asking.SPREAD


def test_a_course_nobody_opens_any_more_is_not_read(world, roster):
    world.clock.move(asking.ACTIVE_FOR)

    assert asking.queue_due(world.wired.db, now=world.clock()) == 0


def test_every_course_is_read_at_a_moment_of_its_own(world):
    for name in ("course-2", "course-3", "course-4"):
        world.someone(CourseRole.INSTRUCTOR, course=name)
        offered(world, Roster(), course=name)
    with world.wired.db.begin() as session:
        session.execute(update(Course).values(roster_tried_at=LONG_AGO))

    assert asking.queue_due(world.wired.db, now=world.clock()) == 3

    assert len({message.due_at for message in world.messages("read_roster")}) == 3


def test_the_workers_minute_has_rosters_read(world, roster):
    (chore,) = (one for one in worker.CHORES if "rosters" in one.__name__)

    chore(world.wired)

    assert len(world.messages("read_roster")) == 1


def test_while_a_roster_is_read_scores_are_left_alone_and_woken_after(world, roster):
    world.release(world.finished_writing())
    (score,) = world.messages("post_score")
    lanes = worker.Lanes(world.wired)
    roster.meanwhile = lambda: lanes.deliver(score.id)
    with world.wired.db.begin() as session:
        asking.queue(session, the_course(world), due_at=world.clock())
    (message,) = world.messages("read_roster")
    world.queue.woken.clear()

    lanes.deliver(message.id)

    assert world.messages("post_score")[0].attempts == 0
    assert score.id in world.queue.woken
