"""What waits to be marked or released, for one marker; codes, never names."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.errors import NotFoundError
from lti_tool.programme.definition import Activity, Programme
from lti_tool.sentence import say
from lti_tool.store.tables.marking import MarksheetRow
from lti_tool.store.tables.programmes import Enrolment
from lti_tool.store.tables.submissions import Submission
from lti_tool.usecases import enrolment, programmes
from lti_tool.usecases.access import Text, capacity
from lti_tool.usecases.enrolment import Enrolled
from lti_tool.usecases.people import Actor

MOST_SHOWN = 200


@dataclass(frozen=True)
class Waiting:
    """A submission in the queue: its code, what it is, whether this marker has finished it."""

    submission_id: UUID
    code: str
    programme_title: str
    activity_title: str
    words: int
    submitted_at: datetime
    is_begun: bool
    is_finished: bool


@dataclass(frozen=True)
class OpenSubmission:
    """A submission with what rules need to know of it."""

    row: Submission
    enrolled: Enrolled
    activity: Activity

    @property
    def text(self) -> Text:
        """What `access` asks."""
        return Text(
            owner_id=self.enrolled.person_id,
            privacy=self.activity.privacy,
            marker_roles=self.activity.marker_roles,
            course_id=self.row.course_id,
            is_handed_in=True,
        )


def waiting(session: Session, actor: Actor) -> tuple[Waiting, ...]:
    """Everything this person may mark that isn't released, in an order of their own.

    The order is random but stays the same for one marker: neither names nor time of handing in
    decide who is read fresh and who is read tired.
    """
    rows = session.execute(
        select(Submission, Enrolment, MarksheetRow)
        .join(
            Enrolment,
            (Enrolment.institution_id == Submission.institution_id)
            & (Enrolment.id == Submission.enrolment_id),
        )
        .outerjoin(
            MarksheetRow,
            (MarksheetRow.institution_id == Submission.institution_id)
            & (MarksheetRow.submission_id == Submission.id)
            & (MarksheetRow.marker_id == actor.person_id),
        )
        .where(
            Submission.institution_id == actor.institution_id,
            Submission.state == "submitted",
        )
        .order_by(Submission.submitted_at)
    ).all()
    shown = []
    for submission, enrolment_row, sheet in rows:
        programme = programmes.version(
            session, actor.institution_id, enrolment_row.programme_id, enrolment_row.version
        )
        if _may_mark(actor, submission, enrolment_row.person_id, programme):
            shown.append(_line(submission, programme, sheet))
    shown.sort(key=lambda line: _order(actor.person_id, line.submission_id))
    return tuple(shown[:MOST_SHOWN])


def next_unfinished(lines: Sequence[Waiting], *, after: UUID) -> Waiting | None:
    """What this marker has to finish next, going round from the submission they are at."""
    here = next((at for at, line in enumerate(lines) if line.submission_id == after), -1)
    for line in (*lines[here + 1 :], *lines[: max(here, 0)]):
        if not line.is_finished:
            return line
    return None


def find(session: Session, actor: Actor, submission_id: UUID) -> OpenSubmission:
    """A submission of this institution; raises NotFoundError. Says nothing about who may read."""
    row = session.get(Submission, (actor.institution_id, submission_id))
    if row is None:
        raise NotFoundError(
            "marking.unknown", say("marking.unknown", "There is no such work to mark here.")
        )
    enrolled = enrolment.by_id(session, actor.institution_id, row.enrolment_id)
    return OpenSubmission(
        row=row, enrolled=enrolled, activity=enrolled.programme.activity(row.activity_id)
    )


def lock(
    session: Session, institution_id: UUID, submission_ids: Collection[UUID]
) -> tuple[UUID, ...]:
    """Hold these submissions until the transaction ends; the enrolments they belong to.

    Saving marks and releasing take turns, so that no result differs from the marks it came from.
    Always in the same order, so that no two transactions wait for each other.
    """
    rows = session.scalars(
        select(Submission)
        .where(Submission.institution_id == institution_id, Submission.id.in_(submission_ids))
        .order_by(Submission.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return tuple(row.enrolment_id for row in rows)


def _may_mark(actor: Actor, row: Submission, owner_id: UUID, programme: Programme) -> bool:
    activity = programme.activity(row.activity_id)
    text = Text(
        owner_id=owner_id,
        privacy=activity.privacy,
        marker_roles=activity.marker_roles,
        course_id=row.course_id,
        is_handed_in=True,
    )
    return capacity(actor, text) == "marker"


def _order(marker_id: UUID, submission_id: UUID) -> bytes:
    return hashlib.sha256(marker_id.bytes + submission_id.bytes).digest()


def _line(row: Submission, programme: Programme, sheet: MarksheetRow | None) -> Waiting:
    return Waiting(
        submission_id=row.id,
        code=row.code,
        programme_title=programme.title,
        activity_title=programme.activity(row.activity_id).title,
        words=row.words,
        submitted_at=row.submitted_at,
        is_begun=sheet is not None,
        is_finished=sheet is not None and sheet.finished_at is not None,
    )
