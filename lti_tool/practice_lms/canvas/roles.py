"""The roles Canvas writes: of the course, of the whole institution, and of the system (2.6)."""

from collections.abc import Mapping

from lti_tool.practice_lms.course import MEMBERSHIP, Course, Role, User
from lti_tool.practice_lms.vocabulary import INSTITUTION_ROLE, SYSTEM_ROLE

ASSISTANT = "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"

MEMBERSHIP_ROLES: Mapping[Role, tuple[str, ...]] = {
    Role.INSTRUCTOR: (MEMBERSHIP + "Instructor",),
    Role.ASSISTANT: (ASSISTANT, MEMBERSHIP + "Instructor"),
    Role.DESIGNER: (MEMBERSHIP + "ContentDeveloper",),
    Role.STUDENT: (MEMBERSHIP + "Learner",),
    Role.TEST_STUDENT: (MEMBERSHIP + "Learner",),
    Role.OBSERVER: (MEMBERSHIP + "Mentor",),
    # An account's administrator who isn't enrolled has no role in the course.
    Role.ADMINISTRATOR: (),
}
INSTITUTION_ROLES: Mapping[Role, str] = {
    Role.INSTRUCTOR: "Instructor",
    Role.ASSISTANT: "Instructor",
    Role.DESIGNER: "Instructor",
    Role.STUDENT: "Student",
    Role.OBSERVER: "Observer",
    Role.ADMINISTRATOR: "Administrator",
}


def roster_roles(user: User) -> list[str]:
    """Membership roles only."""
    return list(MEMBERSHIP_ROLES[user.role])


def launch_roles(user: User, courses: tuple[Course, ...], course: Course) -> list[str]:
    """Sorted and unique. The institution's roles come from every course of the person.

    In a course that has ended the membership role is gone.
    """
    if user.role is Role.TEST_STUDENT:
        return sorted((*MEMBERSHIP_ROLES[user.role], TEST_USER))
    everywhere = {one.role for place in courses if (one := place.user(user.id))}
    institution = {INSTITUTION_ROLE + INSTITUTION_ROLES[role] for role in everywhere}
    here = set() if course.is_concluded else set(MEMBERSHIP_ROLES[user.role])
    return sorted(institution | here | {SYSTEM_ROLE + "User"})
