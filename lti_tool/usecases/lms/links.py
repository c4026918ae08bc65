"""Which activity a link in a course opens: what the LMS names, else what somebody chose here.

A link that names no activity we know is set up on our page by whoever teaches the course. What
the LMS names wins, because copies of a course keep it. Canvas' course navigation is one link for
the whole course, with the course's own id: it opens a programme, not an activity.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lti_tool.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from lti_tool.lti.roles import CourseRole
from lti_tool.programme.definition import Programme
from lti_tool.sentence import say
from lti_tool.store.tables.platforms import Course, ResourceLink
from lti_tool.usecases import audit, programmes
from lti_tool.usecases.people import Actor

TEACHING = frozenset(
    {
        CourseRole.INSTRUCTOR,
        CourseRole.TEACHING_ASSISTANT,
        CourseRole.DESIGNER,
        CourseRole.ADMINISTRATOR,
    }
)
"""Who runs a course, as its LMS says it: they set its links up."""

NOTHING_CHOSEN = say("links.nothing-chosen", "Choose what this link opens, then save.")


@dataclass(frozen=True)
class Link:
    """The link a visit came by.

    `opens` names an activity, or a programme for the link of a whole course; None while nobody
    said. `is_chosen_here` when the choice was made on our page and may be changed there.
    """

    id: UUID
    opens: str | None
    is_chosen_here: bool
    is_of_course: bool


@dataclass(frozen=True)
class Offer:
    """A link that may be set up here, and the published programmes to choose from."""

    link: Link
    programmes: tuple[Programme, ...]


def of_visit(session: Session, actor: Actor) -> Link | None:
    """The link the acting person came by; None when they came by none."""
    if actor.resource_link_id is None:
        return None
    found = session.execute(
        select(ResourceLink, Course.context_id)
        .join(
            Course,
            and_(
                Course.institution_id == ResourceLink.institution_id,
                Course.id == ResourceLink.course_id,
            ),
        )
        .where(
            ResourceLink.institution_id == actor.institution_id,
            ResourceLink.id == actor.resource_link_id,
        )
    ).one_or_none()
    if found is None:
        return None
    row, context_id = found
    # Moodle counts courses and links each from 1: there the same number means nothing.
    is_of_course = row.link_id == context_id and not context_id.isdecimal()
    return Link(row.id, row.activity, row.chosen_by is not None, is_of_course)


def opens_now(
    session: Session, actor: Actor, link: Link | None, *, at_launch: str | None
) -> str | None:
    """What the link opens at this moment, when `at_launch` is what it opened at the launch.

    A choice made here may be younger than the launch. A launch that names nothing takes nothing
    back that an earlier one named. The link of a whole course opens the course's programme, as
    soon as its other links agree on one.
    """
    if link is None:
        return at_launch
    if link.is_chosen_here:
        return link.opens
    return at_launch or (_only_programme(session, actor) if link.is_of_course else link.opens)


def known_here(session: Session, actor: Actor) -> str | None:
    """What a link opens whose launch names nothing we have."""
    return opens_now(session, actor, of_visit(session, actor), at_launch=None)


def note_named(session: Session, link: ResourceLink, activity: str) -> None:
    """Note which activity the LMS names for a link.

    A choice made here gives way to it only if we have that activity: otherwise the link would
    open nothing again.
    """
    if link.chosen_by is None or _is_known(session, link.institution_id, activity):
        link.activity, link.chosen_by = activity, None


def is_in(programme: Programme, activity_id: str) -> bool:
    """Whether the programme has the activity; an empty id stands for the programme itself."""
    return not activity_id or programmes.find_activity(programme, activity_id) is not None


def offer(session: Session, actor: Actor) -> Offer:
    """What the link the acting person came by can be made to open.

    Raises NotAllowedError, NotFoundError, ConflictError as `choose` does.
    """
    link = _changeable(session, actor)
    return Offer(link, programmes.all_current(session, actor.institution_id))


def choose(session: Session, actor: Actor, name: str, *, now: datetime) -> None:
    """Let the link open this activity from now on (this programme, for the link of a course).

    Raises NotAllowedError for others than those who run the course, NotFoundError without a link,
    ConflictError when the LMS itself names an activity we have, InvalidInputError for a name that
    is none of ours.
    """
    link = _changeable(session, actor)
    programme_id, activity_id = programmes.split_activity(name)
    programme = programmes.current(session, actor.institution_id, programme_id)
    is_whole = not activity_id
    if programme is None or is_whole != link.is_of_course or not is_in(programme, activity_id):
        raise InvalidInputError("links.nothing-chosen", NOTHING_CHOSEN)
    row = session.get_one(ResourceLink, (actor.institution_id, link.id))
    row.activity, row.chosen_by = name, actor.person_id
    audit.record(
        session,
        actor.institution_id,
        "link.activity-chosen",
        subject=link.id,
        now=now,
        actor_id=actor.person_id,
        details={"activity": name},
    )


def _changeable(session: Session, actor: Actor) -> Link:
    if not actor.course_roles & TEACHING:
        raise NotAllowedError(
            "links.teachers-only",
            say(
                "links.teachers-only",
                "Only those who run the course choose what its links open. Go back to your own "
                "pages.",
            ),
        )
    link = of_visit(session, actor)
    if link is None:
        raise NotFoundError(
            "links.none",
            say(
                "links.none",
                "You came here by no link of a course, so there is none to set up. Open the link "
                "from your course.",
            ),
        )
    named = link.opens or ""
    if not link.is_chosen_here and _is_known(session, actor.institution_id, named):
        raise ConflictError(
            "links.named-by-lms",
            say(
                "links.named-by-lms",
                "Your course itself says which activity this link opens, and that wins over a "
                "choice made here. Change it there: edit the link, or delete it and place another "
                "activity.",
            ),
        )
    return link


def _is_known(session: Session, institution_id: UUID, name: str) -> bool:
    programme_id, activity_id = programmes.split_activity(name)
    programme = programmes.current(session, institution_id, programme_id)
    return programme is not None and programmes.find_activity(programme, activity_id) is not None


def _only_programme(session: Session, actor: Actor) -> str | None:
    named = session.scalars(
        select(ResourceLink.activity)
        .where(
            ResourceLink.institution_id == actor.institution_id,
            ResourceLink.course_id == actor.course_id,
            ResourceLink.activity.is_not(None),
        )
        .distinct()
    )
    ids = {programmes.split_activity(name or "")[0] for name in named}
    known = [one for one in ids if programmes.current(session, actor.institution_id, one)]
    return known[0] if len(known) == 1 else None
