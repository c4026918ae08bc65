"""A course that was copied from another: those who teach it are told once that it begins fresh.

Copies keep working because links name their activity. What students did stays where it was: an
enrolment is a person's own, and whoever marks reads only what was handed in from their own course.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.errors import NotAllowedError
from lti_tool.sentence import say
from lti_tool.store.tables.platforms import Course
from lti_tool.usecases import audit
from lti_tool.usecases.lms.links import TEACHING
from lti_tool.usecases.people import Actor

_MOST_LOOKED_UP = 500
"""Canvas tells up to a thousand earlier courses; the nearest are what anybody remembers."""


@dataclass(frozen=True)
class CopyNotice:
    """That a course is a copy; `title` is that of the nearest earlier course we know, if any."""

    title: str | None


def notice(session: Session, actor: Actor) -> CopyNotice | None:
    """What to tell whoever teaches a copied course, until one of them says that it was read."""
    course = _unread_copy(session, actor)
    if course is None:
        return None
    earlier = [one for one in course.copied_from if one != course.context_id]
    return CopyNotice(_title_of_nearest(session, course, earlier)) if earlier else None


def acknowledge(session: Session, actor: Actor, *, now: datetime) -> None:
    """Note that somebody who teaches the course has read it; doing it again changes nothing.

    Raises NotAllowedError for everybody else.
    """
    if not actor.course_roles & TEACHING:
        raise NotAllowedError(
            "copies.teachers-only",
            say("copies.teachers-only", "Only those who teach a course answer for it."),
        )
    course = _unread_copy(session, actor)
    if course is None:
        return
    course.copy_noticed_at = now
    audit.record(
        session,
        course.institution_id,
        "course.copy-noticed",
        subject=course.id,
        now=now,
        actor_id=actor.person_id,
    )


def _unread_copy(session: Session, actor: Actor) -> Course | None:
    if actor.course_id is None or not actor.course_roles & TEACHING:
        return None
    course = session.get_one(Course, (actor.institution_id, actor.course_id))
    return course if course.copied_from and course.copy_noticed_at is None else None


def _title_of_nearest(session: Session, course: Course, earlier: list[str]) -> str | None:
    """Ids are unique within a registration only, so that no other LMS's course is meant."""
    rows = session.execute(
        select(Course.context_id, Course.title).where(
            Course.institution_id == course.institution_id,
            Course.registration_id == course.registration_id,
            Course.context_id.in_(earlier[:_MOST_LOOKED_UP]),
        )
    )
    titles = {context_id: title for context_id, title in rows if title}
    return next((titles[one] for one in earlier if one in titles), None)
