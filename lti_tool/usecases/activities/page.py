"""Pages: a student marks one as done, or agrees to its wording."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lti_tool.errors import NotFoundError
from lti_tool.programme.definition import Programme
from lti_tool.programme.kinds.page import Page
from lti_tool.sentence import say
from lti_tool.usecases import enrolment, programmes, progress
from lti_tool.usecases.enrolment import Enrolled
from lti_tool.usecases.lms import grade_passback
from lti_tool.usecases.lms.grade_passback import Finished
from lti_tool.usecases.people import Actor
from lti_tool.usecases.progress import NewEvidence


@dataclass(frozen=True)
class PageView:
    """A page as the student sees it."""

    programme: Programme
    activity: Page
    done_at: datetime | None


def read(session: Session, actor: Actor, programme_id: str, activity_id: str) -> PageView:
    """The page and whether this student has done it."""
    enrolled = enrolment.of_student(session, actor, programme_id)
    page = _page(enrolled, activity_id)
    return PageView(
        programme=enrolled.programme,
        activity=page,
        done_at=progress.is_done(session, enrolled, activity_id),
    )


def mark_done(
    session: Session, actor: Actor, programme_id: str, activity_id: str, *, now: datetime
) -> bool:
    """Record that the page is done (or agreed to, with the wording's version); once only."""
    enrolled = enrolment.of_student(session, actor, programme_id)
    page = _page(enrolled, activity_id)
    facts = {"wording": page.wording} if page.done_when == "agreed" else {}
    is_new = progress.record(
        session,
        enrolled,
        NewEvidence(activity_id=activity_id, kind=progress.DONE, facts=facts),
        now=now,
    )
    if is_new:
        grade_passback.queue_score(
            session,
            enrolled,
            Finished(
                activity_id=activity_id,
                resource_link_id=actor.resource_link_id,
                submitted_at=now,
            ),
            now=now,
        )
    return is_new


def _page(enrolled: Enrolled, activity_id: str) -> Page:
    activity = programmes.find_activity(enrolled.programme, activity_id)
    if isinstance(activity, Page):
        return activity
    raise NotFoundError("pages.unknown", say("pages.unknown", "There is no such page here."))
