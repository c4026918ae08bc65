"""LTI role URIs to our own roles."""

import re
from collections.abc import Iterable
from enum import StrEnum

_MEMBERSHIP = re.compile(
    r"http://purl\.imsglobal\.org/vocab/lis/v2/membership(?:/(?P<principal>\w+))?#(?P<name>\w+)"
)
_TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
_SHORT = re.compile(r"\w+")


class CourseRole(StrEnum):
    """What somebody is in one course. Never a property of a person, never an office role."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"
    TEACHING_ASSISTANT = "teaching-assistant"
    DESIGNER = "designer"
    OBSERVER = "observer"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    TEST_STUDENT = "test-student"
    """The LMS's stand-in for a student (Canvas' Student View): sees what students see, earns
    nothing."""


_PRINCIPALS = {
    "Learner": CourseRole.STUDENT,
    "Instructor": CourseRole.INSTRUCTOR,
    "ContentDeveloper": CourseRole.DESIGNER,
    "Mentor": CourseRole.OBSERVER,
    "Administrator": CourseRole.ADMINISTRATOR,
    "Manager": CourseRole.MEMBER,
    "Member": CourseRole.MEMBER,
    "Officer": CourseRole.MEMBER,
    # Not in LTI 1.3, where it is a sub-role, but still sent as a role of its own.
    "TeachingAssistant": CourseRole.TEACHING_ASSISTANT,
}
# Canvas wrote "membership/instructor#TeachingAssistant" in earlier years.
_BROADER = {name.lower(): role for name, role in _PRINCIPALS.items()}
_FULL_INSTRUCTORS = frozenset(
    {
        "ExternalInstructor",
        "GuestInstructor",
        "Instructor",
        "Lecturer",
        "PrimaryInstructor",
        "SecondaryInstructor",
    }
)


def course_roles(uris: Iterable[str]) -> frozenset[CourseRole]:
    """The course roles among `uris` (LTI 1.3 appendix A.2.3), full addresses or short names.

    Institution and system roles never count: they belong to the whole site, so a student here
    who teaches elsewhere carries one. Unknown roles give nothing.

    A teaching assistant is sent as instructor and as sub-role at once (Canvas); the narrower one
    stands. A test student is one only together with the student's role.
    """
    sent = tuple(uris)
    roles = {role for role in map(_role_of, sent) if role is not None}
    if CourseRole.TEACHING_ASSISTANT in roles:
        roles.discard(CourseRole.INSTRUCTOR)
    if CourseRole.STUDENT in roles and _TEST_USER in sent:
        roles.add(CourseRole.TEST_STUDENT)
    return frozenset(roles)


def _role_of(uri: str) -> CourseRole | None:
    if _SHORT.fullmatch(uri):
        return _PRINCIPALS.get(uri)
    match = _MEMBERSHIP.fullmatch(uri)
    if match is None:
        return None
    principal, name = match["principal"], match["name"]
    if principal is None:
        return _PRINCIPALS.get(name)
    if principal.lower() == "instructor" and name not in _FULL_INSTRUCTORS:
        return CourseRole.TEACHING_ASSISTANT
    return _BROADER.get(principal.lower())
