"""Release results: outcome, evidence, progress, awards and scores in one transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.errors import AlreadyReleasedError, NotAllowedError
from lti_tool.sentence import say
from lti_tool.store.encryption import SealingKey
from lti_tool.store.tables.marking import MarksheetRow, OutcomeRow
from lti_tool.store.tables.submissions import Submission
from lti_tool.usecases import audit, enrolment, progress
from lti_tool.usecases.activities.reflection import WritingView
from lti_tool.usecases.lms import grade_passback
from lti_tool.usecases.lms.grade_passback import Finished
from lti_tool.usecases.marking import marksheets, queue
from lti_tool.usecases.marking.queue import OpenSubmission
from lti_tool.usecases.people import Actor
from lti_tool.usecases.progress import NewEvidence
from rubrics.marksheet import Marksheet
from rubrics.outcome import Outcome, outcome
from rubrics.rubric import Rubric


@dataclass(frozen=True)
class Ready:
    """Marked work whose result may be released: a code and an outcome, no name, no text."""

    submission_id: UUID
    code: str
    activity_title: str
    outcome: Outcome
    finished_at: datetime


@dataclass(frozen=True)
class Feedback:
    """What a student gets back: the result, the levels reached, the comments."""

    submission_id: UUID
    outcome: Outcome
    rubric: Rubric
    marksheet: Marksheet
    released_at: datetime


def ready(session: Session, actor: Actor) -> tuple[Ready, ...]:
    """Everything this person may release now, by activity and code."""
    rows = session.execute(
        select(MarksheetRow, Submission)
        .join(
            Submission,
            (Submission.institution_id == MarksheetRow.institution_id)
            & (Submission.id == MarksheetRow.submission_id),
        )
        .where(
            MarksheetRow.institution_id == actor.institution_id,
            MarksheetRow.finished_at.is_not(None),
            Submission.state == "submitted",
        )
        .order_by(MarksheetRow.finished_at.desc())
    ).all()
    lines = {}
    for sheet, submission in rows:
        found = queue.find(session, actor, submission.id)
        if _may_release(actor, found):
            # Of several marksheets the one finished first decides, as in `release`.
            lines[submission.id] = _line(found, sheet)
    return tuple(sorted(lines.values(), key=lambda line: (line.activity_title, line.code)))


def release(
    session: Session, actor: Actor, submission_ids: Collection[UUID], *, now: datetime
) -> int:
    """Release these results, all or none; how many were released.

    One transaction: results, evidence, progress, award decisions and outbox messages. Raises
    NotAllowedError, NotFoundError, AlreadyReleasedError; then none of them is released.
    """
    # Locking first: of two releases at once the second waits, then sees the first one's result.
    held = queue.lock(session, actor.institution_id, submission_ids)
    enrolment.lock_all(session, actor.institution_id, held)
    for submission_id in sorted(submission_ids):
        _release_one(session, actor, submission_id, now=now)
    return len(submission_ids)


def feedback(
    session: Session, actor: Actor, view: WritingView, *, master: SealingKey
) -> tuple[Feedback, ...]:
    """The released feedback on the student's own rounds, oldest first."""
    given = []
    for one in view.rounds:
        released = session.get(OutcomeRow, (actor.institution_id, one.submission_id))
        if released is None:
            continue
        found = queue.find(session, actor, one.submission_id)
        sheet = session.get_one(MarksheetRow, (actor.institution_id, released.marksheet_id))
        given.append(
            Feedback(
                submission_id=one.submission_id,
                outcome=Outcome(released.outcome),
                rubric=marksheets.rubric_of(found),
                marksheet=marksheets.open_marksheet(session, found, sheet, master=master),
                released_at=released.released_at,
            )
        )
    return tuple(given)


def _release_one(session: Session, actor: Actor, submission_id: UUID, *, now: datetime) -> None:
    found = queue.find(session, actor, submission_id)
    if not _may_release(actor, found):
        raise NotAllowedError(
            "release.not-allowed",
            say("release.not-allowed", "Your roles don't include releasing this result."),
        )
    sheet = _finished_sheet(session, actor, found)
    result = _outcome(found, sheet)
    found.row.state = "accepted" if result is Outcome.ACCEPTED else "returned"
    session.add(
        OutcomeRow(
            institution_id=actor.institution_id,
            submission_id=submission_id,
            marksheet_id=sheet.id,
            outcome=result.value,
            released_at=now,
            released_by=actor.person_id,
        )
    )
    audit.record(
        session,
        actor.institution_id,
        "result.released",
        subject=submission_id,
        now=now,
        actor_id=actor.person_id,
        details={"outcome": result.value, "rubric": sheet.rubric_hash},
    )
    session.flush()
    _follow_up(session, found, sheet, result, now=now)


def _follow_up(
    session: Session, found: OpenSubmission, sheet: MarksheetRow, result: Outcome, *, now: datetime
) -> None:
    """What a result brings about: evidence, then awards, then the score for the LMS."""
    progress.record(
        session,
        found.enrolled,
        NewEvidence(
            activity_id=found.activity.id,
            kind=progress.MARKED,
            facts={
                "outcome": result.value,
                "levels": dict(sheet.levels),
                "rubric_id": sheet.rubric_id,
                "rubric_hash": sheet.rubric_hash,
            },
            occasion=f"round-{found.row.round}",
        ),
        now=now,
    )
    finished = Finished(
        activity_id=found.activity.id,
        resource_link_id=found.row.resource_link_id,
        submitted_at=found.row.submitted_at,
    )
    is_accepted = result is Outcome.ACCEPTED
    queue_it = grade_passback.queue_score if is_accepted else grade_passback.queue_returned
    queue_it(session, found.enrolled, finished, now=now)


def _may_release(actor: Actor, found: OpenSubmission) -> bool:
    return found.enrolled.person_id != actor.person_id and actor.has_any(
        found.enrolled.programme.release_roles, course_id=found.row.course_id
    )


def _finished_sheet(session: Session, actor: Actor, found: OpenSubmission) -> MarksheetRow:
    if found.row.state != "submitted":
        raise AlreadyReleasedError(
            "release.done", say("release.done", "This result is released already.")
        )
    sheet = session.scalar(
        select(MarksheetRow)
        .where(
            MarksheetRow.institution_id == actor.institution_id,
            MarksheetRow.submission_id == found.row.id,
            MarksheetRow.finished_at.is_not(None),
        )
        .order_by(MarksheetRow.finished_at)
        .limit(1)
    )
    if sheet is None:
        raise NotAllowedError(
            "release.not-marked",
            say("release.not-marked", "The marking of this work isn't finished yet."),
        )
    return sheet


def _outcome(found: OpenSubmission, sheet: MarksheetRow) -> Outcome:
    marks = Marksheet(levels=dict(sheet.levels), rubric_hash=sheet.rubric_hash)
    return outcome(marksheets.rubric_of(found), marks)


def _line(found: OpenSubmission, sheet: MarksheetRow) -> Ready:
    if sheet.finished_at is None:
        raise ValueError("only finished marksheets are listed")
    return Ready(
        submission_id=found.row.id,
        code=found.row.code,
        activity_title=found.activity.title,
        outcome=_outcome(found, sheet),
        finished_at=sheet.finished_at,
    )
