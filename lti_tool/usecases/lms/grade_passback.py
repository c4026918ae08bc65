"""Decide what the LMS's gradebook is to show: one latest value per column and student, queued.

A value is a row and an outbox message, written with whatever brought it about; a newer value
replaces an older one that waits. Only what can do no harm is queued: a grade, or progress where
the LMS then leaves the grade alone (quirks.py). Elsewhere progress would empty the grade.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool import outbox
from lti_tool.lti import grades
from lti_tool.lti.grades import COMPLETE, RETURNED, SUBMITTED, Standing
from lti_tool.lti.quirks import Quirks, quirks_of
from lti_tool.lti.roles import CourseRole
from lti_tool.lti.score_refusals import COLUMN_GONE
from lti_tool.store.tables.grades import Score
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.store.tables.people import Account, Member
from lti_tool.store.tables.platforms import Course, Registration, ResourceLink
from lti_tool.store.tables.submissions import Submission
from lti_tool.usecases import progress
from lti_tool.usecases.enrolment import Enrolled
from lti_tool.usecases.lms import columns

POST_SCORE = "post_score"

WAITING = "waiting"
SENT = "sent"
REFUSED = "refused"
KEPT = "kept"
"""The LMS has no column for it; it is sent should there be one."""


@dataclass(frozen=True)
class Finished:
    """An activity, where it was opened from, and when the work came in."""

    activity_id: str
    resource_link_id: UUID | None
    submitted_at: datetime


@dataclass(frozen=True)
class _Place:
    """Where a student's grade goes: a link in a course of an LMS with its habits."""

    link: ResourceLink
    course: Course
    activity: str
    quirks: Quirks


def queue_score(session: Session, enrolled: Enrolled, finished: Finished, *, now: datetime) -> bool:
    """Queue full marks for an activity that is done or accepted.

    False when there is nowhere to send it, or nobody who is graded: staff, test students.
    """
    return _queue(session, enrolled, finished, COMPLETE, now=now)


def queue_submitted(
    session: Session, enrolled: Enrolled, finished: Finished, *, now: datetime
) -> bool:
    """Queue that work was handed in and waits for marking; False where that could do harm."""
    return _queue(session, enrolled, finished, SUBMITTED, now=now)


def queue_returned(
    session: Session, enrolled: Enrolled, finished: Finished, *, now: datetime
) -> bool:
    """Queue that work came back to its writer; False where that could do harm."""
    return _queue(session, enrolled, finished, RETURNED, now=now)


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
    place = _place(session, enrolled, finished)
    if place is None or _has_it(_row(session, enrolled, place), place.link):
        return False
    return _queue(session, enrolled, finished, COMPLETE, now=now)


def arm(session: Session, row: Score, course: Course, quirks: Quirks, *, now: datetime) -> None:
    """Make a row's value one to be sent, later than all before it, and wake a worker."""
    before = row.timestamp if row.decided_version else None
    row.timestamp = quirks.timestamp(now, after=before)
    row.decided_version += 1
    row.state, row.fault = WAITING, None
    session.add(row)
    session.flush()
    outbox.add_again(
        session,
        OutboxMessage(
            institution_id=row.institution_id,
            id=uuid4(),
            kind=POST_SCORE,
            key=str(row.id),
            payload={
                "score_id": str(row.id),
                "registration_id": str(course.registration_id),
                "course_id": str(course.id),
            },
            # A time that lies ahead would keep later scores out until then (Moodle, point 50).
            due_at=max(now, row.timestamp),
        ),
    )


def _queue(
    session: Session, enrolled: Enrolled, finished: Finished, standing: Standing, *, now: datetime
) -> bool:
    place = _place(session, enrolled, finished)
    if place is None or not grades.may_send(standing, place.quirks):
        return False
    row = _row(session, enrolled, place) or _new_row(enrolled, place)
    if row.given is not None and standing.given is None:
        # What must never happen: progress that takes the place of a grade that still waits.
        return False
    row.given, row.maximum = standing.given, standing.maximum
    row.activity_progress = standing.activity_progress
    row.grading_progress = standing.grading_progress
    row.submitted_at, row.decided_at = finished.submitted_at, now
    arm(session, row, place.course, place.quirks, now=now)
    return True


def _place(session: Session, enrolled: Enrolled, finished: Finished) -> _Place | None:
    link = _link(session, enrolled, finished)
    if link is None or enrolled.is_test:
        return None
    course = session.get_one(Course, (enrolled.institution_id, link.course_id))
    activity = f"{enrolled.programme.id}/{finished.activity_id}"
    if link.line_item_url is None and not columns.may_look(course, enrolled.programme, activity):
        return None
    if not _is_graded(session, enrolled, course):
        return None
    family = session.scalar(
        select(Registration.product_family).where(
            Registration.institution_id == course.institution_id,
            Registration.id == course.registration_id,
        )
    )
    return _Place(link, course, activity, quirks_of(family))


def _link(session: Session, enrolled: Enrolled, finished: Finished) -> ResourceLink | None:
    """The link of this very activity: a student may have walked here from another one's.

    What must never happen: an activity's full marks in the column of another activity. A link to
    the whole course (it names a programme, or nothing) stands in for those that have none.
    """
    if finished.resource_link_id is None:
        return None
    opened = session.get(ResourceLink, (enrolled.institution_id, finished.resource_link_id))
    activity = f"{enrolled.programme.id}/{finished.activity_id}"
    if opened is None or opened.activity == activity:
        return opened
    own = session.scalar(
        select(ResourceLink)
        .where(
            ResourceLink.institution_id == enrolled.institution_id,
            ResourceLink.course_id == opened.course_id,
            ResourceLink.activity == activity,
        )
        .order_by(ResourceLink.seen_at.desc())
        .limit(1)
    )
    is_of_course = "/" not in (opened.activity or "") and opened.line_item_url is None
    return own or (opened if is_of_course else None)


def _is_graded(session: Session, enrolled: Enrolled, course: Course) -> bool:
    """Whether the course grades this person: a student, known there, and no stand-in for one."""
    account = session.scalar(
        select(Account.sub).where(
            Account.institution_id == enrolled.institution_id,
            Account.registration_id == course.registration_id,
            Account.person_id == enrolled.person_id,
        )
    )
    member = session.get(Member, (enrolled.institution_id, course.id, enrolled.person_id))
    roles = (member.roles or member.roster_roles) if member else ()
    return (
        account is not None and CourseRole.STUDENT in roles and CourseRole.TEST_STUDENT not in roles
    )


def _row(session: Session, enrolled: Enrolled, place: _Place) -> Score | None:
    """The student's row for this place, held until the transaction ends."""
    return session.scalar(
        select(Score)
        .where(
            Score.institution_id == enrolled.institution_id,
            Score.resource_link_id == place.link.id,
            Score.activity == place.activity,
            Score.person_id == enrolled.person_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _new_row(enrolled: Enrolled, place: _Place) -> Score:
    return Score(
        institution_id=enrolled.institution_id,
        id=uuid4(),
        course_id=place.course.id,
        activity=place.activity,
        person_id=enrolled.person_id,
        enrolment_id=enrolled.enrolment_id,
        resource_link_id=place.link.id,
        decided_version=0,
        sent_version=0,
    )


def _has_it(row: Score | None, link: ResourceLink) -> bool:
    """Whether a link's grade was sent or is on its way to the column the link has now."""
    if row is None or row.given is None:
        return False
    if link.line_item_url is None or row.state == WAITING:
        return True
    if row.state == SENT:
        return row.sent_line_item == link.line_item_url
    was_without = row.state == KEPT or (row.fault or {}).get("code") == COLUMN_GONE.id
    return not was_without
