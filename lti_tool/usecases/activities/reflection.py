"""Reflections: what their writer sees of them, from the first draft to the released result."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from lti_tool.programme.kinds.reflection import Reflection
from lti_tool.sentence import Sentence
from lti_tool.store.encryption import SealingKey
from lti_tool.store.tables.submissions import Submission
from lti_tool.usecases import access, enrolment, submissions
from lti_tool.usecases.enrolment import Enrolled
from lti_tool.usecases.lms import grade_passback
from lti_tool.usecases.lms.grade_passback import Finished
from lti_tool.usecases.people import Actor
from lti_tool.usecases.submissions import Receipt
from rubrics.rubric import Rubric

RETURNED = "returned"


@dataclass(frozen=True)
class Round:
    """One round as its writer sees it: `state` is submitted, returned or accepted."""

    number: int
    submission_id: UUID
    code: str
    text: str
    words: int
    submitted_at: datetime
    state: str


@dataclass(frozen=True)
class WritingView:
    """The student's page of a reflection; `version` is 0 until something is saved."""

    activity: Reflection
    enrolled: Enrolled
    draft: str
    version: int
    saved_at: datetime | None
    rounds: tuple[Round, ...]
    readers: tuple[Sentence, ...]

    @property
    def is_open(self) -> bool:
        """Whether there is something to write: nothing handed in yet, or the last was returned."""
        return not self.rounds or self.rounds[-1].state == RETURNED

    @property
    def rubric(self) -> Rubric:
        """The rubric it is marked on, for reading before writing."""
        return self.enrolled.programme.rubric_of(self.activity.id)


def read(
    session: Session, actor: Actor, programme_id: str, activity_id: str, *, master: SealingKey
) -> WritingView:
    """The student's own draft and rounds; raises NotFoundError.

    Work that was returned is written on from its last text, until something newer is saved.
    """
    enrolled = enrolment.of_student(session, actor, programme_id)
    activity = submissions.reflection(enrolled, activity_id)
    draft = submissions.open_draft(session, enrolled, activity_id, master=master)
    rounds = tuple(
        _opened(session, enrolled, row, master=master)
        for row in submissions.rounds(session, enrolled, activity_id)
    )
    begun = rounds[-1].text if rounds and rounds[-1].state == RETURNED else ""
    return WritingView(
        activity=activity,
        enrolled=enrolled,
        draft=draft.text if draft else begun,
        version=draft.version if draft else 0,
        saved_at=draft.saved_at if draft else None,
        rounds=rounds,
        readers=access.reader_sentences(activity.privacy, activity.marker_roles),
    )


def hand_in(
    session: Session,
    actor: Actor,
    programme_id: str,
    activity_id: str,
    *,
    version_read: int,
    now: datetime,
    master: SealingKey,
) -> Receipt:
    """Hand in the draft, and let the LMS know where it shows such a thing; see submissions.submit.

    Raises what `submissions.submit` raises; then nothing has happened.
    """
    receipt = submissions.submit(
        session, actor, programme_id, activity_id, version_read=version_read, now=now, master=master
    )
    grade_passback.queue_submitted(
        session,
        enrolment.of_student(session, actor, programme_id),
        Finished(activity_id, actor.resource_link_id, receipt.submitted_at),
        now=now,
    )
    return receipt


def _opened(session: Session, enrolled: Enrolled, row: Submission, *, master: SealingKey) -> Round:
    return Round(
        number=row.round,
        submission_id=row.id,
        code=row.code,
        text=submissions.open_text(session, enrolled, row, master=master),
        words=row.words,
        submitted_at=row.submitted_at,
        state=row.state,
    )
