"""Open and save one marker's marksheet; comments are sealed under the student's key."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.errors import (
    AlreadyReleasedError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
)
from lti_tool.sentence import say
from lti_tool.store.encryption import SealingKey, place_of
from lti_tool.store.tables.marking import MarksheetRow
from lti_tool.usecases import access, audit, submissions
from lti_tool.usecases.marking import queue
from lti_tool.usecases.marking.queue import OpenSubmission
from lti_tool.usecases.people import Actor
from lti_tool.usecases.student_keys import student_key
from rubrics.errors import RubricsError
from rubrics.marksheet import Marksheet
from rubrics.outcome import Outcome, outcome
from rubrics.rubric import Rubric
from rubrics.sentence import Sentence

LONGEST_COMMENT = 10_000


@dataclass(frozen=True)
class MarkingView:
    """The marker's page: text under a code, rubric, own marks so far. No name anywhere."""

    submission_id: UUID
    code: str
    activity_title: str
    prompt: str
    text: str
    words: int
    round: int
    rubric: Rubric
    marksheet: Marksheet
    version: int
    is_finished: bool
    is_released: bool
    outcome: Outcome | None
    missing: tuple[Sentence, ...]


@dataclass(frozen=True)
class SavedMarks:
    """A saved marksheet: its new version, what is still missing, the outcome once complete."""

    version: int
    missing: tuple[Sentence, ...]
    outcome: Outcome | None


def open_marking(
    session: Session, actor: Actor, submission_id: UUID, *, now: datetime, master: SealingKey
) -> MarkingView:
    """Show a submission to a marker; the reading is recorded. Raises NotAllowedError."""
    found = queue.find(session, actor, submission_id)
    _refuse_own(actor, found)
    access.open_for(session, actor, found.text, submission_id=submission_id, now=now)
    rubric = rubric_of(found)
    row = _row(session, actor, submission_id)
    marksheet = Marksheet() if row is None else open_marksheet(session, found, row, master=master)
    return MarkingView(
        submission_id=submission_id,
        code=found.row.code,
        activity_title=found.activity.title,
        prompt=getattr(found.activity, "prompt", ""),
        text=submissions.open_text(session, found.enrolled, found.row, master=master),
        words=found.row.words,
        round=found.row.round,
        rubric=rubric,
        marksheet=marksheet,
        version=0 if row is None else row.version,
        is_finished=row is not None and row.finished_at is not None,
        is_released=found.row.state != "submitted",
        outcome=_outcome(rubric, marksheet),
        missing=marksheet.missing(rubric),
    )


def save_marks(
    session: Session,
    actor: Actor,
    submission_id: UUID,
    *,
    marks: Marksheet,
    version_read: int,
    finish: bool,
    now: datetime,
    master: SealingKey,
) -> SavedMarks:
    """Save levels and comments; `finish` says the marker is done with this one.

    An unfinished or incomplete marksheet is kept as a draft and never becomes a result. Raises
    InvalidInputError, StaleVersionError (saved in another window), AlreadyReleasedError.
    """
    queue.lock(session, actor.institution_id, [submission_id])
    found = queue.find(session, actor, submission_id)
    _refuse_own(actor, found)
    access.open_for(session, actor, found.text, submission_id=submission_id, now=now)
    rubric = rubric_of(found)
    _refuse_unusable(found, rubric, marks)
    row = _row(session, actor, submission_id)
    if row is None:
        row = _new_row(actor, submission_id, rubric)
    if row.version != version_read:
        raise StaleVersionError(
            "marking.newer-marks",
            say(
                "marking.newer-marks",
                "These marks were changed in another window, so yours are not saved yet. "
                "Nothing is lost: both versions are shown below. Save to keep yours.",
            ),
            current=row.version,
        )
    missing = marks.missing(rubric)
    row.levels = dict(marks.levels)
    row.sealed_comments = _seal(session, found, row, marks.comments, master=master)
    row.version += 1
    row.saved_at = now
    row.finished_at = now if finish and not missing else None
    session.add(row)
    audit.record(
        session,
        actor.institution_id,
        "marks.saved",
        subject=submission_id,
        now=now,
        actor_id=actor.person_id,
        details={"finished": row.finished_at is not None, "version": row.version},
    )
    return SavedMarks(version=row.version, missing=missing, outcome=_outcome(rubric, marks))


def rubric_of(found: OpenSubmission) -> Rubric:
    """The rubric of the version the student is on. Whatever can be handed in has one."""
    return found.enrolled.programme.rubric_of(found.activity.id)


def open_marksheet(
    session: Session, found: OpenSubmission, row: MarksheetRow, *, master: SealingKey
) -> Marksheet:
    """A stored marksheet with its comments in clear. Callers ask `access` first."""
    key = student_key(
        session, found.enrolled.institution_id, found.enrolled.person_id, master=master
    )
    comments: Mapping[str, str] = json.loads(key.open(row.sealed_comments, place=_place(row)))
    return Marksheet(levels=dict(row.levels), comments=dict(comments), rubric_hash=row.rubric_hash)


def _refuse_own(actor: Actor, found: OpenSubmission) -> None:
    if found.enrolled.person_id == actor.person_id:
        raise NotFoundError(
            "marking.own-work", say("marking.own-work", "You can't mark your own work.")
        )


def _refuse_unusable(found: OpenSubmission, rubric: Rubric, marks: Marksheet) -> None:
    if found.row.state != "submitted":
        raise AlreadyReleasedError(
            "marking.released",
            say(
                "marking.released",
                "The result of this work is released already, so its marks no longer change.",
            ),
        )
    try:
        marks.check_fits(rubric)
    except RubricsError as error:
        raise InvalidInputError(
            "marking.other-rubric",
            say(
                "marking.other-rubric",
                "These marks don't fit the rubric of this work. Reload the page and mark again.",
            ),
        ) from error
    if any(len(comment) > LONGEST_COMMENT for comment in marks.comments.values()):
        raise InvalidInputError(
            "marking.comment-too-long",
            say(
                "marking.comment-too-long",
                "A comment has more than %(most)s characters. Nothing was saved: keep a copy "
                "and shorten it.",
                most=LONGEST_COMMENT,
            ),
        )


def _outcome(rubric: Rubric, marks: Marksheet) -> Outcome | None:
    return None if marks.missing_levels(rubric) else outcome(rubric, marks)


def _row(session: Session, actor: Actor, submission_id: UUID) -> MarksheetRow | None:
    return session.scalar(
        select(MarksheetRow).where(
            MarksheetRow.institution_id == actor.institution_id,
            MarksheetRow.submission_id == submission_id,
            MarksheetRow.marker_id == actor.person_id,
        )
    )


def _new_row(actor: Actor, submission_id: UUID, rubric: Rubric) -> MarksheetRow:
    return MarksheetRow(
        institution_id=actor.institution_id,
        id=uuid4(),
        submission_id=submission_id,
        marker_id=actor.person_id,
        rubric_id=rubric.id,
        rubric_hash=rubric.content_hash,
        version=0,
    )


def _seal(
    session: Session,
    found: OpenSubmission,
    row: MarksheetRow,
    comments: Mapping[str, str],
    *,
    master: SealingKey,
) -> bytes:
    key = student_key(
        session, found.enrolled.institution_id, found.enrolled.person_id, master=master
    )
    return key.seal(json.dumps(dict(comments), ensure_ascii=False), place=_place(row))


def _place(row: MarksheetRow) -> str:
    return place_of(row.institution_id, "marksheets", "comments", row.id)
