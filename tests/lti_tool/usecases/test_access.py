"""Who may read what a student wrote: the sentence and the check name exactly the same people."""

from dataclasses import replace
from itertools import combinations
from uuid import uuid4

import pytest

from lti_tool.errors import NotAllowedError, NotFoundError
from lti_tool.lti.roles import CourseRole
from lti_tool.programme.roles import COURSE_INSTRUCTOR as IN_FILES
from lti_tool.programme.roles import OFFICE_ROLES
from lti_tool.store.tables.submissions import Reading
from lti_tool.usecases import access
from lti_tool.usecases.access import MARKERS, RULES, Text, capacity, reader_sentences
from lti_tool.usecases.activities import reflection
from lti_tool.usecases.marking import marksheets
from lti_tool.usecases.people import COURSE_INSTRUCTOR, Actor, OfficeRole
from tests.support.builders import TASTER
from tests.support.world import WRITING

EVERY_ROLE = (*(role.value for role in OfficeRole), COURSE_INSTRUCTOR)
COURSE = uuid4()
OWNER = uuid4()


def actor(*, office=(), course_roles=(), course_id=COURSE, person_id=None):
    return Actor(
        institution_id=uuid4(),
        person_id=person_id or uuid4(),
        course_id=course_id,
        resource_link_id=None,
        course_roles=frozenset(course_roles),
        office_roles=frozenset(office),
    )


def who_has(role):
    if role == COURSE_INSTRUCTOR:
        return actor(course_roles={CourseRole.INSTRUCTOR})
    return actor(office={OfficeRole(role)})


def a_text(privacy=MARKERS, roles=("marker", COURSE_INSTRUCTOR), *, is_handed_in=True):
    return Text(
        owner_id=OWNER,
        privacy=privacy,
        marker_roles=tuple(roles),
        course_id=COURSE,
        is_handed_in=is_handed_in,
    )


def named(sentences):
    """The roles that these sentences say can read it."""
    of_role = {sentence.id: role for role, sentence in access.ROLE_SENTENCES.items()}
    first, *others = sentences
    assert first.id == f"access.{first.id.removeprefix('access.')}"
    return {
        sentence.values["role"] if sentence.id == "access.role" else of_role[sentence.id]
        for sentence in others
    }


def test_files_and_people_know_the_same_roles():
    assert set(EVERY_ROLE) == {*OFFICE_ROLES, IN_FILES}


@pytest.mark.parametrize("privacy", RULES)
@pytest.mark.parametrize(
    "roles", [(), *combinations(EVERY_ROLE, 1), *combinations(EVERY_ROLE, 2)], ids=str
)
def test_the_sentences_name_exactly_those_who_may_read(privacy, roles):
    text = a_text(privacy, roles)
    readers = {role for role in EVERY_ROLE if capacity(who_has(role), text) is not None}
    assert readers == named(reader_sentences(privacy, roles))
    assert readers == (set(roles) if RULES[privacy].markers_may_read else set())


@pytest.mark.parametrize("privacy", RULES)
@pytest.mark.parametrize("role", EVERY_ROLE)
def test_nobody_but_the_owner_reads_what_is_not_handed_in(privacy, role):
    text = a_text(privacy, [role], is_handed_in=False)
    assert capacity(who_has(role), text) is None
    assert capacity(actor(person_id=OWNER), text) == "owner"


@pytest.mark.parametrize("privacy", RULES)
def test_each_rule_begins_with_a_sentence_of_its_own(privacy):
    assert reader_sentences(privacy, ("marker",))[0] == RULES[privacy].sentence


@pytest.mark.parametrize("role", sorted(set(CourseRole) - {CourseRole.INSTRUCTOR}))
def test_no_course_role_but_the_instructors_opens_anything(role):
    assert capacity(actor(course_roles={role}), a_text()) is None


def test_an_instructor_of_another_course_may_not_read():
    elsewhere = actor(course_roles={CourseRole.INSTRUCTOR}, course_id=uuid4())
    assert capacity(elsewhere, a_text()) is None


def test_who_came_from_no_course_is_no_instructor_of_a_text_from_none():
    nowhere = actor(course_roles={CourseRole.INSTRUCTOR}, course_id=None)
    assert capacity(nowhere, replace(a_text(), course_id=None)) is None


def test_a_marker_of_the_institution_reads_across_courses(world):
    submission_id = world.hand_in()
    marker = world.someone(office=[OfficeRole.MARKER])
    assert world.do(marksheets.open_marking, marker, submission_id).words == 150


def test_every_reading_by_somebody_else_is_recorded_and_ones_own_is_not(world):
    submission_id = world.hand_in()
    world.do(reflection.read, world.student, TASTER, WRITING)
    assert world.rows(Reading) == []
    for _ in range(2):
        world.do(marksheets.open_marking, world.instructor, submission_id)
    readings = world.rows(Reading)
    assert [(one.submission_id, one.reader_id, one.capacity, one.at) for one in readings] == [
        (submission_id, world.instructor.person_id, "marker", world.clock())
    ] * 2


def test_the_owner_opening_their_own_work_is_let_in_and_not_recorded(world):
    submission_id = world.hand_in()
    text = replace(a_text(), owner_id=world.student.person_id)
    world.do(access.open_for, world.student, text, submission_id=submission_id)
    assert world.rows(Reading) == []


@pytest.mark.parametrize(
    ("roles", "course"),
    [
        ([CourseRole.STUDENT], "course-1"),
        ([CourseRole.INSTRUCTOR], "course-2"),
        ([CourseRole.TEACHING_ASSISTANT], "course-1"),
    ],
)
def test_who_may_not_read_gets_nothing_and_leaves_no_record(world, roles, course):
    submission_id = world.hand_in()
    somebody = world.someone(*roles, course=course)
    with pytest.raises(NotAllowedError) as caught:
        world.do(marksheets.open_marking, somebody, submission_id)
    assert caught.value.code == "access.not-yours"
    assert world.rows(Reading) == []


def test_another_institution_sees_nothing_at_all(world):
    submission_id = world.hand_in()
    stranger = replace(world.instructor, institution_id=uuid4())
    with pytest.raises(NotFoundError):
        world.do(marksheets.open_marking, stranger, submission_id)
