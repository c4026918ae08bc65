"""Enrolment: a first launch enrols in the current version, and nobody is moved by a later one."""

from datetime import timedelta

import pytest

from lti_tool.errors import NotFoundError
from lti_tool.lti.roles import CourseRole
from lti_tool.programme.shipped import shipped, shipped_text
from lti_tool.store.tables.programmes import Enrolment
from lti_tool.usecases import enrolment, programmes
from tests.support.builders import TASTER


def publish_version_two(world):
    world.clock.move(timedelta(days=30))
    images = {badge.image: "<svg/>" for badge in shipped(TASTER).badges}
    source = shipped_text(TASTER).replace('version: "1"', 'version: "2"')
    world.do(programmes.publish, world.institution_id, source, images)


def version_of(world, student):
    return world.do(enrolment.of_student, student, TASTER).programme.version


def test_a_later_version_is_for_new_students_only(world):
    publish_version_two(world)
    newcomer = world.another_student()
    programme = world.do(programmes.current, world.institution_id, TASTER)
    world.do(enrolment.enrol, world.student, programme)
    assert version_of(world, world.student) == "1"
    assert version_of(world, newcomer) == "2"


def test_enrolling_again_changes_nothing_and_is_recorded_once(world):
    programme = world.do(programmes.current, world.institution_id, TASTER)
    first = world.do(enrolment.of_student, world.student, TASTER)
    assert world.do(enrolment.enrol, world.student, programme) == first
    assert len(world.rows(Enrolment)) == 1
    assert world.actions()["student.enrolled"] == 1


def test_who_is_not_enrolled_is_told_what_to_do(world):
    with pytest.raises(NotFoundError, match="Open the activity from your course once more"):
        world.do(enrolment.of_student, world.instructor, TASTER)
    assert world.do(enrolment.all_of_student, world.instructor) == ()


def test_a_student_sees_every_programme_they_are_on(world):
    (enrolled,) = world.do(enrolment.all_of_student, world.student)
    assert enrolled.programme.id == TASTER
    assert not enrolled.is_test
    by_id = world.do(enrolment.by_id, world.institution_id, enrolled.enrolment_id)
    assert by_id == enrolled


def test_an_unknown_enrolment_is_not_here(world):
    with pytest.raises(NotFoundError):
        world.do(enrolment.by_id, world.institution_id, world.institution_id)


def test_the_stand_in_of_an_lms_is_marked_as_one(world):
    student = world.someone(CourseRole.STUDENT, CourseRole.TEST_STUDENT)
    assert world.do(enrolment.of_student, student, TASTER).is_test
