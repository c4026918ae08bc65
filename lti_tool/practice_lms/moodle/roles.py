"""The roles of a launch from Moodle, and how its roster and its variables name them."""

from collections.abc import Mapping

from lti_tool.practice_lms.course import MEMBERSHIP, Role
from lti_tool.practice_lms.vocabulary import INSTITUTION_ROLE, SYSTEM_ROLE

INSTRUCTOR, LEARNER = MEMBERSHIP + "Instructor", MEMBERSHIP + "Learner"

LAUNCH_ROLES: Mapping[Role, tuple[str, ...]] = {
    Role.STUDENT: (LEARNER,),
    Role.TEST_STUDENT: (LEARNER,),
    Role.OBSERVER: (LEARNER,),
    # A non-editing teacher is an instructor here and a learner in the roster (point 17).
    Role.ASSISTANT: (INSTRUCTOR,),
    Role.INSTRUCTOR: (INSTRUCTOR,),
    Role.DESIGNER: (INSTRUCTOR,),
    Role.ADMINISTRATOR: (
        INSTITUTION_ROLE + "Administrator",
        INSTRUCTOR,
        SYSTEM_ROLE + "Administrator",
    ),
}
TEACHING = (Role.INSTRUCTOR, Role.DESIGNER)


def roster_role(role: Role) -> str:
    """The short name that stands in the roster (points 16 and 17)."""
    return "Instructor" if role in TEACHING else "Learner"


def variable_roles(role: Role) -> str:
    """The value of `$Membership.role`: LTI 1.1's words."""
    if role is Role.ADMINISTRATOR:
        words = ("Instructor", "urn:lti:sysrole:ims/lis/Administrator")
        return ",".join((*words, "urn:lti:instrole:ims/lis/Administrator"))
    return "Learner" if LAUNCH_ROLES[role] == (LEARNER,) else "Instructor"
