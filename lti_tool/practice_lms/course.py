"""The practice course: its people, their roles, and the links to the tool."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


class Role(Enum):
    """What someone is in the course. The value is the word used in the settings file."""

    INSTRUCTOR = "instructor"
    STUDENT = "student"

    @property
    def short_name(self) -> str:
        """The name without its vocabulary, as Moodle writes it in its roster."""
        return "Instructor" if self is Role.INSTRUCTOR else "Learner"

    @property
    def uri(self) -> str:
        """The full role URI, as every LMS writes it in a launch (LTI 1.3 core, A.2.2)."""
        return MEMBERSHIP + self.short_name


@dataclass(frozen=True, slots=True)
class User:
    """One member of the course."""

    id: str
    name: str
    given_name: str
    family_name: str
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class Link:
    """One resource link: a place in the course that opens the tool."""

    id: str
    title: str
    custom: Mapping[str, str] = field(default_factory=dict)
    is_graded: bool = False
    score_maximum: float = 1.0


@dataclass(frozen=True, slots=True)
class Course:
    """The course with its people and links, in the order they are shown."""

    id: str
    title: str
    label: str
    users: tuple[User, ...]
    links: tuple[Link, ...]

    @property
    def students(self) -> tuple[User, ...]:
        """Those who can have a grade here."""
        return tuple(user for user in self.users if user.role is Role.STUDENT)

    def user(self, user_id: str) -> User | None:
        """The member with this id, if there is one."""
        return next((user for user in self.users if user.id == user_id), None)

    def link(self, link_id: str) -> Link | None:
        """The link with this id, if there is one."""
        return next((link for link in self.links if link.id == link_id), None)
