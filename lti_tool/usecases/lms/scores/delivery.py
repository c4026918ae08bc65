"""Post a queued score to the LMS, and keep what became of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_tool import outbox
from lti_tool.errors import PlatformError
from lti_tool.lti import grades, score_refusals
from lti_tool.lti.connector import Connector
from lti_tool.lti.grades import RESULT_SCOPE
from lti_tool.lti.quirks import quirks_of
from lti_tool.lti.reading.services import SCORE_SCOPE
from lti_tool.outbox import Message
from lti_tool.store.database import Database
from lti_tool.store.tables.grades import Score
from lti_tool.store.tables.platforms import ResourceLink
from lti_tool.usecases import audit
from lti_tool.usecases.lms import columns
from lti_tool.usecases.lms.grade_passback import KEPT, REFUSED, SENT, WAITING
from lti_tool.usecases.lms.scores.job import Job, load
from lti_tool.usecases.lms.scores.judging import judge


def deliver_score(
    db: Database, message: Message, connector: Connector, *, base_url: str, now: datetime
) -> None:
    """Post the latest value of a score row and note that it arrived.

    No transaction is open while the LMS is asked. A refusal is kept on the row, and then raised
    as PlatformError for the worker: unless a newer value came in between, which goes at once.
    """
    with db.begin() as session:
        job = load(session, message, base_url)
        if job is None:
            outbox.done(session, message, now=now)
            return
    try:
        column = _column(db, connector, job, now=now)
        if column is not None:
            _post(connector, job, column)
    except PlatformError as error:
        judged = judge(connector, job, error)
        if _note(db, job, judged, now=now):
            return
        raise judged from None
    _finish(db, job, column, now=now)


def _column(db: Database, connector: Connector, job: Job, *, now: datetime) -> str | None:
    if not job.may(SCORE_SCOPE):
        raise score_refusals.refusal(score_refusals.NO_SCOPE)
    if job.line_item_url is not None or job.wanted is None:
        return job.line_item_url
    return columns.find_or_make(db, connector, job.wanted, now=now)


def _post(connector: Connector, job: Job, column: str) -> None:
    try:
        _post_once(connector, job, job.score, column)
    except PlatformError as error:
        if error.code == score_refusals.OLDER.id and _is_there(connector, job, column):
            return
        if error.code != score_refusals.ATTEMPTS_USED.id or not job.score.standing.is_graded:
            raise
        # The grade counts without an attempt of its own (Canvas README 5.3.10).
        _post_once(connector, job, replace(job.score, counts_attempt=False), column)


def _post_once(connector: Connector, job: Job, score: grades.Score, column: str) -> None:
    grades.post_score(connector, score, registration=job.registration, line_item_url=column)


def _is_there(connector: Connector, job: Job, column: str) -> bool:
    """Whether the LMS says “older” because it has this very value: our answer got lost."""
    if not job.may(RESULT_SCOPE):
        return False
    quirks = quirks_of(job.registration.product_family)
    results = grades.read_results(
        connector, job.score.user_id, registration=job.registration, line_item_url=column
    )
    return any(result.shows(job.score, quirks) for result in results)


def _note(db: Database, job: Job, error: PlatformError, *, now: datetime) -> bool:
    """Keep why a value wasn't taken; True when there is a newer one to deliver instead."""
    with db.begin() as session:
        row = _locked(session, job)
        if row is None or row.decided_version != job.version:
            outbox.done_so_far(session, job.message, now=now)
            return True
        row.fault = _fault(error)
        if error.code == score_refusals.COLUMN_GONE.id:
            _forget_column(session, job)
        if not error.retryable:
            row.state = REFUSED
            audit.record(
                session,
                row.institution_id,
                "score.refused",
                subject=row.id,
                now=now,
                details={"code": error.code},
            )
    if error.code == score_refusals.COURSE_ENDED.id:
        _stop_course(db, job, error, now=now)
    return False


def _forget_column(session: Session, job: Job) -> None:
    """Forget a column that is gone: one of ours is looked for again, a named one named anew."""
    institution_id = job.registration.institution_id
    if job.line_item_url is None:
        columns.forget(session, institution_id, job.course_id, job.activity)
        return
    session.execute(
        update(ResourceLink)
        .where(
            ResourceLink.institution_id == institution_id,
            ResourceLink.id == job.resource_link_id,
            ResourceLink.line_item_url == job.line_item_url,
        )
        .values(line_item_url=None)
    )


def _stop_course(db: Database, job: Job, error: PlatformError, *, now: datetime) -> None:
    """Ask nothing more of a course that has ended; everything is kept (Canvas README 5.6).

    All rows are taken in one order, so that two workers who learn it at once don't wait for
    each other.
    """
    waiting = (
        select(Score)
        .where(
            Score.institution_id == job.registration.institution_id,
            Score.course_id == job.course_id,
            Score.state == WAITING,
        )
        .order_by(Score.id)
        .with_for_update()
    )
    with db.begin() as session:
        for row in session.scalars(waiting).all():
            row.state, row.fault = REFUSED, _fault(error)
        reason = f"{error.code}: {error.sentence}"
        outbox.set_aside_like(session, job.message, "course_id", now=now, error=reason)


def _finish(db: Database, job: Job, column: str | None, *, now: datetime) -> None:
    """Note what the LMS has; with no column, that it is kept here."""
    with db.begin() as session:
        row = _locked(session, job)
        is_latest = row is None or row.decided_version == job.version
        if row is not None and column is not None:
            _note_sent(session, row, job, column, now=now)
        if row is not None and is_latest:
            row.state, row.fault = (KEPT if column is None else SENT), None
        if is_latest:
            outbox.done(session, job.message, now=now)
        else:
            outbox.done_so_far(session, job.message, now=now)


def _note_sent(session: Session, row: Score, job: Job, column: str, *, now: datetime) -> None:
    row.sent_version, row.sent_at, row.sent_line_item = job.version, now, column
    if job.score.is_attempt:
        row.sent_submitted_at = job.score.submitted_at
    audit.record(
        session,
        row.institution_id,
        "score.posted",
        subject=row.id,
        now=now,
        details={"attempts": job.message.attempts},
    )


def _locked(session: Session, job: Job) -> Score | None:
    """The row as it is now, held until the transaction ends, so that no newer value is missed."""
    return session.get(Score, (job.registration.institution_id, job.score_id), with_for_update=True)


def _fault(error: PlatformError) -> Mapping[str, object]:
    return {"code": error.code, "values": {}}
