"""The practice courses: their people, what those are there, and the links to the tool."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


class Role(Enum):
    """What someone is in the course. The value is the word used in the settings file."""

    INSTRUCTOR = "instructor"
    STUDENT = "student"
    ASSISTANT = "assistant"
    DESIGNER = "designer"
    OBSERVER = "observer"
    ADMINISTRATOR = "administrator"
    TEST_STUDENT = "test-student"

    @property
    def short_name(self) -> str:
        """The name without its vocabulary, as Moodle writes it in its roster."""
        return SHORT_NAMES[self]

    @property
    def uri(self) -> str:
        """The full role URI, as every LMS writes it in a launch (LTI 1.3 core, A.2.2)."""
        return MEMBERSHIP + self.short_name

    @property
    def is_enrolled(self) -> bool:
        """Whether a roster names them: an administrator looks in without being a member."""
        return self is not Role.ADMINISTRATOR


SHORT_NAMES = {
    Role.INSTRUCTOR: "Instructor",
    Role.STUDENT: "Learner",
    Role.ASSISTANT: "Instructor",
    Role.DESIGNER: "ContentDeveloper",
    Role.OBSERVER: "Mentor",
    Role.ADMINISTRATOR: "Instructor",
    Role.TEST_STUDENT: "Learner",
}
GRADED = (Role.STUDENT, Role.TEST_STUDENT)
STAFF = (Role.INSTRUCTOR, Role.ASSISTANT, Role.DESIGNER, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class User:
    """One member of the course. Who left or is suspended is on no roster and keeps the grades.

    `former_id` is set for two accounts made one: Canvas's roster may still show the older.
    `observes` names the students whom an observer may look at.
    """

    id: str
    name: str
    given_name: str
    family_name: str
    email: str
    role: Role
    sourced_id: str = ""
    has_left: bool = False
    is_suspended: bool = False
    former_id: str = ""
    observes: tuple[str, ...] = ()

    @property
    def username(self) -> str:
        """The name they sign in with."""
        return self.email.partition("@")[0]

    @property
    def teaches(self) -> bool:
        """Whether the teachers' pages are open to them."""
        return self.role in STAFF

    @property
    def can_be_graded(self) -> bool:
        """Whether the gradebook has a line for them."""
        return self.role in GRADED


@dataclass(frozen=True, slots=True)
class Link:
    """One resource link: a place in the course that opens the tool.

    `url` is its target, empty for the tool's own launch address. `review_url` and
    `review_custom` say where a submission of it is reviewed. The last five are an assignment's
    settings in Canvas.
    """

    id: str
    title: str
    custom: Mapping[str, str] = field(default_factory=dict)
    is_graded: bool = False
    score_maximum: float = 1.0
    url: str = ""
    text: str = ""
    resource_id: str = ""
    tag: str = ""
    review_url: str = ""
    review_custom: Mapping[str, str] = field(default_factory=dict)
    is_published: bool = True
    allowed_attempts: int | None = None
    due_at: datetime | None = None
    is_pass_fail: bool = False
    assigned_to: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """One course with its people and links, in the order they are shown.

    `history` holds the ids of the courses it was copied from, the latest first.
    `deployment_id` is set where the tool was installed in this course alone.
    """

    id: str
    title: str
    label: str
    users: tuple[User, ...]
    links: tuple[Link, ...]
    history: tuple[str, ...] = ()
    deployment_id: str | None = None
    is_published: bool = True
    is_concluded: bool = False

    @property
    def students(self) -> tuple[User, ...]:
        """Those who can have a grade here."""
        return tuple(user for user in self.users if user.can_be_graded and not user.has_left)

    @property
    def members(self) -> tuple[User, ...]:
        """Those a roster names."""
        present = (one for one in self.users if not one.has_left and not one.is_suspended)
        return tuple(one for one in present if one.role.is_enrolled)

    def user(self, user_id: str) -> User | None:
        """The person with this id, if there is one."""
        return next((user for user in self.users if user.id == user_id), None)

    def link(self, link_id: str) -> Link | None:
        """The link with this id, if there is one."""
        return next((link for link in self.links if link.id == link_id), None)
