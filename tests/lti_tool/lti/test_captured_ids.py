"""The ids and addresses that launches show are those by which Moodle's other doors know people.

So what is kept of a launch is enough to find the same person and place again: in the REST
services (README points 56 and 57) and in the gradebook's file (point 59).
"""

import csv
from collections.abc import Iterator
from typing import Any

import pytest

from lti_tool.lti.launch import Launch
from lti_tool.lti.roles import CourseRole
from tests.lti_tool.lti.a_platform import VECTORS, captured
from tests.lti_tool.lti.test_captured_launches import base_of, launch_of, moodle_claims

CALLS = captured("moodle/web-services.json")["calls"]
LAUNCHES = (
    "launch-resource-link-instructor.json",
    "launch-resource-link-nonediting-teacher.json",
    "launch-resource-link-student.json",
    "launch-resource-link-student-no-idnumber.json",
    "launch-resource-link-student-ungraded.json",
    "https-cross-site-launch-student.json",
)


def said(function: str) -> Iterator[Any]:
    """What each call of this function was answered with, refusals left out."""
    for call in CALLS:
        if call["function"] == function and "exception" not in call["body"]:
            yield call["body"]


@pytest.fixture(params=LAUNCHES)
def launch(request, sqlite_db) -> Launch:
    claims = moodle_claims(request.param)
    return launch_of(claims, sqlite_db, base_url=base_of(claims))


def test_a_person_has_the_same_id_name_and_address_in_the_services(launch):
    [people] = said("core_enrol_get_enrolled_users")

    [found] = [one for one in people if str(one["id"]) == launch.sub]

    assert (found["fullname"], found["email"]) == (launch.name, launch.email)


def test_a_course_has_the_same_id_in_the_services_and_a_link_that_of_its_instance(launch):
    [courses] = said("core_course_get_courses_by_field")
    [sections] = said("core_course_get_contents")
    tools = [one for part in sections for one in part["modules"] if one["modname"] == "lti"]

    assert [str(course["id"]) for course in courses["courses"]] == [launch.context_id]
    assert launch.resource_link_id in {str(one["instance"]) for one in tools}
    # What the page's address shows is another number, which no launch says.
    assert all(one["id"] != one["instance"] for one in tools)


def test_a_student_is_found_in_the_gradebook_s_file_by_the_address_of_the_launch(launch):
    with (VECTORS / "moodle" / "gradebook-export.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))

    found = [row for row in rows if row["Email address"] == launch.email]

    is_student = CourseRole.STUDENT in launch.course_roles
    assert [f"{row['First name']} {row['Last name']}" for row in found] == (
        [launch.name] if is_student else []
    )
