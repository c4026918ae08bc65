"""What a launch opens; a student is enrolled on the programme it belongs to."""

from datetime import datetime

from sqlalchemy.orm import Session

from lti_tool.lti.launch import Launch
from lti_tool.usecases import enrolment, programmes
from lti_tool.usecases.enrolment import Enrolled
from lti_tool.usecases.lms import grade_passback, links
from lti_tool.usecases.lms.arriving.known import Known
from lti_tool.usecases.people import Actor


def open_activity(
    session: Session, actor: Actor, launch: Launch, known: Known, *, now: datetime
) -> str | None:
    """What the LMS named if it is ours, else what is known here of the link; or None."""
    named = launch.activity
    if named is not None and actor.is_student and known.id_of("enrolment") is not None:
        opened = _open_again(session, actor, named, known, now=now)
    else:
        opened = _open(session, actor, named, now=now)
    return opened or _open(session, actor, links.known_here(session, actor), now=now)


def _open_again(
    session: Session, actor: Actor, name: str, known: Known, *, now: datetime
) -> str | None:
    """The name, when the version that the student is on has it: nothing more to ask."""
    enrolled = known.enrolled(session, actor)
    _, activity_id = programmes.split_activity(name)
    if not links.is_in(enrolled.programme, activity_id):
        return None
    if known.columns["is_finished"]:
        _queue_earlier(session, actor, enrolled, activity_id, now=now)
    return name


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
        _queue_earlier(session, actor, enrolled, activity_id, now=now)
    return name


def _queue_earlier(
    session: Session, actor: Actor, enrolled: Enrolled, activity_id: str, *, now: datetime
) -> None:
    link_id = actor.resource_link_id
    grade_passback.queue_earlier(session, enrolled, activity_id, link_id, now=now)
