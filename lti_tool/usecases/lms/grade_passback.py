"""Queue and post scores.

Only two things are ever posted in this version: a page that is done and a reflection that is
accepted, both as 1 of 1, Completed and FullyGraded. Anything else would empty a grade in Moodle
(any accepted score without FullyGraded does) and clear it in Canvas (AGS score rule 1).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool import outbox
from lti_tool.lti import grades
from lti_tool.lti.connector import Connector
from lti_tool.lti.registrations import find_registration
from lti_tool.outbox import Message
from lti_tool.store.database import Database
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.store.tables.people import Account
from lti_tool.store.tables.platforms import Course, ResourceLink
from lti_tool.store.tables.submissions import Submission
from lti_tool.usecases import audit, progress
from lti_tool.usecases.enrolment import Enrolled

POST_SCORE = "post_score"


@dataclass(frozen=True)
class Finished:
    """An activity that counts in full: where it was opened from, and when the work came in."""

    activity_id: str
    resource_link_id: UUID | None
    submitted_at: datetime


def queue_score(session: Session, enrolled: Enrolled, finished: Finished, *, now: datetime) -> bool:
    """Queue 1 of 1 for the line item of the link; False when the LMS has no grade for it.

    Value and timestamp are fixed here: a repeated delivery is the same post, which the LMS either
    takes again or answers with 409, and both mean that it has it.
    """
    link = _link(session, enrolled, finished)
    if link is None or link.line_item_url is None:
        return False
    course = session.get_one(Course, (enrolled.institution_id, link.course_id))
    account = session.scalar(
        select(Account.sub).where(
            Account.institution_id == enrolled.institution_id,
            Account.registration_id == course.registration_id,
            Account.person_id == enrolled.person_id,
        )
    )
    if account is None:
        return False
    return outbox.add(
        session,
        OutboxMessage(
            institution_id=enrolled.institution_id,
            id=uuid4(),
            kind=POST_SCORE,
            key=f"{enrolled.enrolment_id}/{finished.activity_id}/{link.id}",
            payload={
                "registration_id": str(course.registration_id),
                "line_item_url": link.line_item_url,
                "user_id": account,
                "submitted_at": finished.submitted_at.isoformat(),
                "timestamp": now.isoformat(),
            },
            due_at=now,
        ),
    )


def queue_earlier(
    session: Session, enrolled: Enrolled, activity_id: str, link_id: UUID | None, *, now: datetime
) -> bool:
    """Queue the score of an activity that was finished before it was opened from this link.

    A second course, or a second column of one, would otherwise stay empty for ever; a link that
    has its score gets none again. False when there is nothing to post.
    """
    submitted_at = progress.is_done(session, enrolled, activity_id) or session.scalar(
        select(Submission.submitted_at)
        .where(
            Submission.institution_id == enrolled.institution_id,
            Submission.enrolment_id == enrolled.enrolment_id,
            Submission.activity_id == activity_id,
            Submission.state == "accepted",
        )
        .order_by(Submission.round)
        .limit(1)
    )
    if submitted_at is None:
        return False
    finished = Finished(activity_id, link_id, submitted_at)
    return queue_score(session, enrolled, finished, now=now)


def _link(session: Session, enrolled: Enrolled, finished: Finished) -> ResourceLink | None:
    """The link of this very activity: a student may have walked here from another one's.

    What must never happen: an activity's full marks in the column of another activity.
    """
    if finished.resource_link_id is None:
        return None
    opened = session.get(ResourceLink, (enrolled.institution_id, finished.resource_link_id))
    activity = f"{enrolled.programme.id}/{finished.activity_id}"
    if opened is None or opened.activity == activity:
        return opened
    return session.scalar(
        select(ResourceLink)
        .where(
            ResourceLink.institution_id == enrolled.institution_id,
            ResourceLink.course_id == opened.course_id,
            ResourceLink.activity == activity,
        )
        .order_by(ResourceLink.seen_at.desc())
        .limit(1)
    )


def deliver_score(db: Database, message: Message, connector: Connector, *, now: datetime) -> None:
    """Post a queued score and note that it arrived; raises PlatformError."""
    payload = message.payload
    with db.begin() as session:
        registration = find_registration(session, UUID(payload["registration_id"]))
    score = grades.Score(
        user_id=payload["user_id"],
        given=1,
        maximum=1,
        activity_progress="Completed",
        grading_progress="FullyGraded",
        timestamp=datetime.fromisoformat(payload["timestamp"]),
        submitted_at=datetime.fromisoformat(payload["submitted_at"]),
    )
    grades.post_score(
        connector, score, registration=registration, line_item_url=payload["line_item_url"]
    )
    with db.begin() as session:
        outbox.done(session, message, now=now)
        audit.record(
            session,
            message.institution_id,
            "score.posted",
            subject=message.key,
            now=now,
            details={"attempts": message.attempts},
        )
