"""What a launch opens; a student is enrolled on the programme it belongs to."""

from datetime import datetime

from sqlalchemy.orm import Session

from lti_tool.lti.deep_linking import placing_of
from lti_tool.lti.launch import Launch
from lti_tool.store.driver import Transaction
from lti_tool.usecases import enrolment, programmes
from lti_tool.usecases.lms import grade_passback, links, reviews
from lti_tool.usecases.lms.arriving.known import Known
from lti_tool.usecases.people import Actor
from lti_tool.usecases.visits import VisitDetails


def details_of(launch: Launch, activity: str | None) -> VisitDetails:
    """What the visit remembers of its launch."""
    return VisitDetails(
        activity=activity,
        frame_origins=launch.platform_origins,
        locale=launch.locale,
        wanted=launch.message_type,
        placing=placing_of(launch),
        for_user=launch.for_user,
        review=reviews.link_in(launch.target),
    )


def open_again(transaction: Transaction, actor: Actor, launch: Launch, known: Known) -> str | None:
    """What the LMS named, when it can be opened without writing anything down; else None."""
    if launch.activity is None:
        return None
    programme_id, activity_id = programmes.split_activity(launch.activity)
    if not actor.is_student:
        programme = programmes.current(transaction, actor.institution_id, programme_id)
    elif known.id_of("enrolment") is None or known.columns["is_finished"]:
        return None
    else:
        digest = known.columns["digest"]
        programme = programmes.of_digest(transaction, actor.institution_id, digest)
    if programme is None or not links.is_in(programme, activity_id):
        return None
    return launch.activity


def open_activity(session: Session, actor: Actor, launch: Launch, *, now: datetime) -> str | None:
    """What the LMS named if it is ours, else what is known here of the link; or None."""
    opened = _open(session, actor, launch.activity, now=now)
    return opened or _open(session, actor, links.known_here(session, actor), now=now)


def _open(session: Session, actor: Actor, name: str | None, *, now: datetime) -> str | None:
    """The name when it is one of a published programme; students are enrolled."""
    if name is None:
        return None
    programme_id, activity_id = programmes.split_activity(name)
    programme = programmes.current(session, actor.institution_id, programme_id)
    if programme is None:
        return None
    if not actor.is_student:
        return name if links.is_in(programme, activity_id) else None
    enrolled = enrolment.enrol(session, actor, programme, now=now)
    if not links.is_in(enrolled.programme, activity_id):
        return None
    if activity_id:
        link_id = actor.resource_link_id
        grade_passback.queue_earlier(session, enrolled, activity_id, link_id, now=now)
    return name
