"""Save a draft, hand it in; what is written is sealed under the student's own key."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.errors import ConflictError, InvalidInputError, NotFoundError, StaleVersionError
from lti_tool.programme.kinds.reflection import Reflection, count_words
from lti_tool.sentence import Sentence, say
from lti_tool.store.encryption import SealingKey, StudentKey, place_of
from lti_tool.store.tables.submissions import Draft, Submission
from lti_tool.usecases import audit, enrolment, programmes
from lti_tool.usecases.enrolment import Enrolled
from lti_tool.usecases.people import Actor
from lti_tool.usecases.student_keys import student_key

LONGEST_TEXT = 60_000
"""Characters; far above any word limit, so that nobody's work is cut while they shorten it."""

_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class OpenDraft:
    """A draft as its writer sees it."""

    text: str
    version: int
    saved_at: datetime


@dataclass(frozen=True)
class Saved:
    """A draft that was saved; `version` is what the next save must name."""

    version: int
    saved_at: datetime
    words: int


@dataclass(frozen=True)
class Receipt:
    """What the student is told after handing in."""

    code: str
    words: int
    submitted_at: datetime


def save_draft(
    session: Session,
    actor: Actor,
    programme_id: str,
    activity_id: str,
    *,
    text: str,
    version_read: int,
    now: datetime,
    master: SealingKey,
) -> Saved:
    """Save what is being written.

    Raises StaleVersionError, carrying the other text, when another window saved in between;
    ConflictError when it is handed in; InvalidInputError when it is too long to keep.
    """
    enrolled = enrolment.of_student(session, actor, programme_id)
    activity = reflection(enrolled, activity_id)
    text = _cleaned(text)
    # Two windows that save at once take turns, also when there is no draft to lock yet.
    enrolment.lock(session, enrolled)
    _refuse_if_closed(session, enrolled, activity.id)
    before = open_draft(session, enrolled, activity.id, master=master)
    if (before.version if before else 0) != version_read:
        return _unless_newer(before, text)
    draft = session.get(Draft, _draft_key(enrolled, activity.id)) or Draft(
        institution_id=enrolled.institution_id,
        enrolment_id=enrolled.enrolment_id,
        activity_id=activity.id,
        version=0,
    )
    key = student_key(session, enrolled.institution_id, enrolled.person_id, master=master)
    draft.sealed_text = key.seal(text, place=_draft_place(enrolled, activity.id))
    draft.version += 1
    draft.saved_at = now
    session.add(draft)
    session.flush()
    return Saved(version=draft.version, saved_at=now, words=count_words(text))


def submit(
    session: Session,
    actor: Actor,
    programme_id: str,
    activity_id: str,
    *,
    version_read: int,
    now: datetime,
    master: SealingKey,
) -> Receipt:
    """Hand in the draft as it was saved. Later edits need it to be returned.

    Save first, in a transaction of its own: what is refused here (InvalidInputError: empty or
    outside the word limits; StaleVersionError; ConflictError) must leave the draft as written.
    """
    enrolled = enrolment.of_student(session, actor, programme_id)
    activity = reflection(enrolled, activity_id)
    enrolment.lock(session, enrolled)
    _refuse_if_closed(session, enrolled, activity.id)
    draft = open_draft(session, enrolled, activity.id, master=master)
    if draft is None:
        raise _too_short(activity, 0)
    if draft.version != version_read:
        raise _newer(draft.version, draft.text)
    _refuse_wrong_length(activity, count_words(draft.text))
    key = student_key(session, enrolled.institution_id, enrolled.person_id, master=master)
    submission = _hand_in(session, actor, enrolled, activity, text=draft.text, now=now, key=key)
    session.delete(session.get_one(Draft, _draft_key(enrolled, activity.id)))
    audit.record(
        session,
        enrolled.institution_id,
        "submission.handed-in",
        subject=submission.id,
        now=now,
        actor_id=actor.person_id,
        details={"activity": activity.id, "round": submission.round},
    )
    return Receipt(code=submission.code, words=submission.words, submitted_at=now)


def open_draft(
    session: Session, enrolled: Enrolled, activity_id: str, *, master: SealingKey
) -> OpenDraft | None:
    """What the student is writing, in clear; None when nothing is saved."""
    row = session.get(Draft, _draft_key(enrolled, activity_id))
    if row is None:
        return None
    key = student_key(session, enrolled.institution_id, enrolled.person_id, master=master)
    text = key.open(row.sealed_text, place=_draft_place(enrolled, activity_id))
    return OpenDraft(text=text, version=row.version, saved_at=row.saved_at)


def reflection(enrolled: Enrolled, activity_id: str) -> Reflection:
    """The reflection of this id in the student's version; raises NotFoundError."""
    activity = programmes.find_activity(enrolled.programme, activity_id)
    if isinstance(activity, Reflection):
        return activity
    raise NotFoundError(
        "submissions.unknown", say("submissions.unknown", "There is nothing to write here.")
    )


def open_text(session: Session, enrolled: Enrolled, row: Submission, *, master: SealingKey) -> str:
    """The text of a submission, in clear. Callers ask `access` first."""
    key = student_key(session, enrolled.institution_id, enrolled.person_id, master=master)
    return key.open(row.sealed_text, place=_submission_place(row))


def _hand_in(
    session: Session,
    actor: Actor,
    enrolled: Enrolled,
    activity: Reflection,
    *,
    text: str,
    now: datetime,
    key: StudentKey,
) -> Submission:
    submission = Submission(
        institution_id=enrolled.institution_id,
        id=uuid4(),
        enrolment_id=enrolled.enrolment_id,
        activity_id=activity.id,
        round=len(rounds(session, enrolled, activity.id)) + 1,
        course_id=actor.course_id,
        resource_link_id=actor.resource_link_id,
        code=new_code(),
        words=count_words(text),
        state="submitted",
        submitted_at=now,
    )
    submission.sealed_text = key.seal(text, place=_submission_place(submission))
    session.add(submission)
    session.flush()
    return submission


def new_code() -> str:
    """The name markers see instead of the student's, such as `K7Q-M2X`; drawn per submission."""
    letters = [secrets.choice(_CODE_LETTERS) for _ in range(6)]
    return "".join(letters[:3]) + "-" + "".join(letters[3:])


def _refuse_if_closed(session: Session, enrolled: Enrolled, activity_id: str) -> None:
    handed_in = rounds(session, enrolled, activity_id)
    if handed_in and handed_in[-1].state != "returned":
        raise ConflictError(
            "submissions.handed-in",
            say(
                "submissions.handed-in",
                "This is handed in. If it is returned to you, you can write on.",
            ),
        )


def _refuse_wrong_length(activity: Reflection, words: int) -> None:
    if words < activity.words.least:
        raise _too_short(activity, words)
    if words > activity.words.max:
        raise _wrong_length(
            say(
                "submissions.too-long",
                "Your text has %(words)s words; at most %(most)s are asked for. "
                "It is saved, not handed in.",
                words=words,
                most=activity.words.max,
            )
        )


def _too_short(activity: Reflection, words: int) -> InvalidInputError:
    return _wrong_length(
        say(
            "submissions.too-short",
            "Your text has %(words)s words; %(least)s are asked for. It is saved, not handed in.",
            words=words,
            least=activity.words.least,
        )
    )


def _unless_newer(before: OpenDraft | None, text: str) -> Saved:
    """The same text again is saved: an answer of ours got lost. Any other text is a conflict."""
    if before is None or before.text != text:
        raise _newer(before.version if before else 0, before.text if before else "")
    return Saved(version=before.version, saved_at=before.saved_at, words=count_words(text))


def _newer(current: int, theirs: str) -> StaleVersionError:
    return StaleVersionError(
        "submissions.newer-draft",
        say(
            "submissions.newer-draft",
            "This text was changed in another window. Nothing is lost: both versions are shown, "
            "keep the one you want.",
        ),
        current=current,
        theirs=theirs,
    )


def _wrong_length(sentence: Sentence) -> InvalidInputError:
    return InvalidInputError("submissions.length", sentence, fields={"text": sentence})


def _cleaned(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if len(text) > LONGEST_TEXT:
        raise InvalidInputError(
            "submissions.far-too-long",
            say(
                "submissions.far-too-long",
                "This text is longer than can be kept here (%(most)s characters). "
                "It was not saved: keep a copy and shorten it.",
                most=LONGEST_TEXT,
            ),
        )
    return text


def rounds(session: Session, enrolled: Enrolled, activity_id: str) -> list[Submission]:
    """What was handed in for an activity, oldest first."""
    return list(
        session.scalars(
            select(Submission)
            .where(
                Submission.institution_id == enrolled.institution_id,
                Submission.enrolment_id == enrolled.enrolment_id,
                Submission.activity_id == activity_id,
            )
            .order_by(Submission.round)
        )
    )


def _draft_key(enrolled: Enrolled, activity_id: str) -> tuple[Any, ...]:
    return (enrolled.institution_id, enrolled.enrolment_id, activity_id)


def _draft_place(enrolled: Enrolled, activity_id: str) -> str:
    return place_of(enrolled.institution_id, "drafts", "text", enrolled.enrolment_id, activity_id)


def _submission_place(row: Submission) -> str:
    return place_of(row.institution_id, "submissions", "text", row.id)
