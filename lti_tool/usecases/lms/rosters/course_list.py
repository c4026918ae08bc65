"""The people of a course as those who teach there see them; asking for the list to be read now."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.errors import ConflictError, NotAllowedError
from lti_tool.lti.roles import CourseRole
from lti_tool.sentence import Sentence, say
from lti_tool.store.tables.people import Member, Person
from lti_tool.store.tables.platforms import Course
from lti_tool.usecases import audit
from lti_tool.usecases.lms.rosters import asking
from lti_tool.usecases.lms.rosters.faults import sentence_of
from lti_tool.usecases.people import Actor

MOST_SHOWN = 1_000
TEACHING = frozenset(
    {CourseRole.INSTRUCTOR, CourseRole.TEACHING_ASSISTANT, CourseRole.ADMINISTRATOR}
)
"""Who may see who else is in their course: they know it from the LMS already."""

# The first of them that somebody has is what they are called.
_ROLES = (
    CourseRole.INSTRUCTOR,
    CourseRole.TEACHING_ASSISTANT,
    CourseRole.DESIGNER,
    CourseRole.ADMINISTRATOR,
    CourseRole.STUDENT,
    CourseRole.OBSERVER,
    CourseRole.MEMBER,
)


class Presence(StrEnum):
    """Whether somebody is in the course, and has ever come here from it."""

    HERE = "here"
    NEVER_OPENED = "never-opened"
    LEFT = "left"


@dataclass(frozen=True)
class Listed:
    """Somebody in the course's list. Name and e-mail are None where the LMS keeps them."""

    name: str | None = field(repr=False)
    email: str | None = field(repr=False)
    role: CourseRole | None
    presence: Presence


@dataclass(frozen=True)
class CourseList:
    """A course's people, students first apart, and how the list came about.

    `unshown` counts those beyond what one page shows. `read_at` is None before the first complete
    reading, `fault` says why the latest one failed. `is_offered`: the LMS named a list at all.
    """

    title: str | None
    students: tuple[Listed, ...]
    others: tuple[Listed, ...]
    unshown: int
    read_at: datetime | None
    fault: Sentence | None
    is_offered: bool
    is_waiting: bool


def of_course(session: Session, actor: Actor) -> CourseList:
    """The list of the course the acting person came from; NotAllowedError unless they teach it."""
    course = _own_course(session, actor)
    people = _people(session, course)
    shown = people[:MOST_SHOWN]
    return CourseList(
        title=course.title,
        students=tuple(one for one in shown if one.role is CourseRole.STUDENT),
        others=tuple(one for one in shown if one.role is not CourseRole.STUDENT),
        unshown=len(people) - len(shown),
        read_at=course.roster_read_at,
        fault=sentence_of(course.roster_fault),
        is_offered=course.memberships_url is not None,
        is_waiting=asking.is_waiting(session, course.institution_id, course.id),
    )


def ask(session: Session, actor: Actor, *, now: datetime) -> None:
    """Have the list read now. Raises NotAllowedError, or ConflictError when there is none."""
    course = _own_course(session, actor)
    if course.memberships_url is None:
        raise ConflictError(
            "roster.not-offered",
            say(
                "roster.not-offered",
                "The LMS has not told this tool where its list of people for this course is, so "
                "it can't be read.",
            ),
        )
    if asking.queue(session, course, due_at=now):
        audit.record(
            session,
            course.institution_id,
            "roster.asked-for",
            subject=course.id,
            now=now,
            actor_id=actor.person_id,
        )


def may_see(actor: Actor) -> bool:
    """Whether this person may see who is in the course they came from."""
    return actor.course_id is not None and bool(actor.course_roles & TEACHING)


def _own_course(session: Session, actor: Actor) -> Course:
    if actor.course_id is None or not may_see(actor):
        raise NotAllowedError(
            "roster.teachers-only",
            say(
                "roster.teachers-only",
                "Only those who teach a course see who else is in it.",
            ),
        )
    return session.get_one(Course, (actor.institution_id, actor.course_id))


def _people(session: Session, course: Course) -> list[Listed]:
    """Everybody but test students, who are nobody: by presence, then by name."""
    rows = session.execute(
        select(Member, Person.name, Person.email)
        .join(
            Person,
            (Person.institution_id == Member.institution_id) & (Person.id == Member.person_id),
        )
        .where(Member.institution_id == course.institution_id, Member.course_id == course.id)
    ).all()
    people = [
        Listed(name=name, email=email, role=_role(roles), presence=_presence(member))
        for member, name, email in rows
        if CourseRole.TEST_STUDENT not in (roles := _roles(member))
    ]
    return sorted(people, key=_order)


def _roles(member: Member) -> Sequence[str]:
    """What the latest launch said, else what the list says."""
    return member.roles or member.roster_roles


def _role(roles: Sequence[str]) -> CourseRole | None:
    return next((role for role in _ROLES if role in roles), None)


def _presence(member: Member) -> Presence:
    if member.left_at is not None:
        return Presence.LEFT
    return Presence.HERE if member.seen_at is not None else Presence.NEVER_OPENED


def _order(one: Listed) -> tuple[bool, bool, str]:
    return one.presence is Presence.LEFT, one.name is None, (one.name or "").casefold()
