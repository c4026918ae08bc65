"""What the practice LMS is told at its start: which tool, which courses, whose manners."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lti_tool.practice_lms.course import Course
from lti_tool.practice_lms.profiles import Privacy, Profile, Sessions, Storage
from lti_tool.practice_lms.scopes import GRADE_SCOPES, ROSTER_READ


@dataclass(frozen=True, slots=True)
class Tool:
    """What this LMS knows about the tool it launches.

    `redirect_uris` are the addresses it may be answered at, the launch address when empty.
    `is_on` turns false by a dynamic registration, until an administrator switches it on.
    """

    login_url: str
    launch_url: str
    jwks_url: str
    name: str
    deep_linking_url: str = ""
    redirect_uris: tuple[str, ...] = ()
    custom: Mapping[str, str] = field(default_factory=dict)
    scopes: tuple[str, ...] = (*GRADE_SCOPES, ROSTER_READ)
    privacy: Privacy = Privacy.PUBLIC
    is_on: bool = True

    @property
    def answer_urls(self) -> tuple[str, ...]:
        """The addresses an authentication request may name."""
        return self.redirect_uris or (self.launch_url,)


UNKNOWN_TOOL = Tool(login_url="", launch_url="", jwks_url="", name="No tool yet", is_on=False)
"""Before a dynamic registration there is nothing to launch."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """Canvas's three hosts as origins; empty where the base address serves (its README, 1)."""

    issuer: str = ""
    sso: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """One more door on the front page, for somebody who is not in the course."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything the practice LMS needs to know before it starts.

    With several courses, `course` is the one shown first. `names_deployment` is true for a
    Canvas that answers a registration with its deployment (its README, section 8); `is_older`
    for one that refuses test students and says "not found" for a course that has ended.
    """

    base_url: str
    client_id: str
    deployment_id: str
    tool: Tool
    course: Course
    addresses: tuple[Address, ...] = ()
    controls: bool = False
    platform_key_file: Path | None = None
    profile: Profile = Profile.PLAIN
    more_courses: tuple[Course, ...] = ()
    hosts: Hosts = Hosts()
    storage: Storage = Storage.ANSWERS
    sessions: Sessions = Sessions.BY_ADDRESS
    names_deployment: bool = False
    is_older: bool = False

    @property
    def issuer(self) -> str:
        """Who signs: the `iss` of every id_token."""
        return self.hosts.issuer or self.base_url

    @property
    def courses(self) -> tuple[Course, ...]:
        """Every course."""
        return (self.course, *self.more_courses)

    def url(self, path: str) -> str:
        """The absolute address of one of our pages."""
        return self.base_url.rstrip("/") + path

    def sso_url(self, path: str) -> str:
        """The absolute address of a page on the host that signs people in."""
        return (self.hosts.sso or self.base_url).rstrip("/") + path

    def course_of(self, link_id: str) -> Course | None:
        """The course that has this link, if one has."""
        return next((one for one in self.courses if one.link(link_id)), None)

    def deployment_of(self, course: Course) -> str:
        """The deployment a launch from this course belongs to."""
        return course.deployment_id or self.deployment_id
