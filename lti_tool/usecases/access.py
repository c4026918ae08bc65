"""Who may read what a student wrote.

One table of rules. The sentences beside the box and the server's check both come from it, and
every reading by somebody else is recorded.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from lti_tool.errors import NotAllowedError
from lti_tool.sentence import Sentence, say
from lti_tool.store.tables.submissions import Reading
from lti_tool.usecases.people import COURSE_INSTRUCTOR, Actor

STUDENT_ONLY = "student-only"
ATTESTED = "attested"
MARKERS = "markers"


@dataclass(frozen=True)
class Rule:
    """One privacy level: whether an activity's marker roles open it, and what the student reads."""

    markers_may_read: bool
    sentence: Sentence


RULES: dict[str, Rule] = {
    STUDENT_ONLY: Rule(
        markers_may_read=False,
        sentence=say(
            "access.student-only", "Only you can read this. The programme counts that you did it."
        ),
    ),
    ATTESTED: Rule(
        markers_may_read=False,
        sentence=say(
            "access.attested",
            "A facilitator confirms that you took part. No topic and no notes are kept.",
        ),
    ),
    MARKERS: Rule(
        markers_may_read=True,
        sentence=say("access.markers", "Until you hand this in, only you can read it."),
    ),
}

ROLE_SENTENCES: dict[str, Sentence] = {
    COURSE_INSTRUCTOR: say(
        "access.course-instructor",
        "Once you hand it in, the instructors of this course can read it, "
        "under a code instead of your name.",
    ),
    "marker": say(
        "access.marker",
        "Once you hand it in, the programme's markers can read it, "
        "under a code instead of your name.",
    ),
}


@dataclass(frozen=True)
class Text:
    """What is to be read: whose it is, how private, and who marks it where."""

    owner_id: UUID
    privacy: str
    marker_roles: tuple[str, ...]
    course_id: UUID | None
    is_handed_in: bool


def reader_sentences(privacy: str, marker_roles: tuple[str, ...]) -> tuple[Sentence, ...]:
    """Who can read this, for the line beside the box: one whole sentence per kind of reader."""
    rule = RULES[privacy]
    if not rule.markers_may_read:
        return (rule.sentence,)
    return (rule.sentence, *(_role_sentence(role) for role in marker_roles))


def capacity(actor: Actor, text: Text) -> str | None:
    """As what this person may read the text: `owner`, `marker`, or None when they may not."""
    if actor.person_id == text.owner_id:
        return "owner"
    rule = RULES[text.privacy]
    if (
        rule.markers_may_read
        and text.is_handed_in
        and actor.has_any(text.marker_roles, course_id=text.course_id)
    ):
        return "marker"
    return None


def open_for(
    session: Session, actor: Actor, text: Text, *, submission_id: UUID, now: datetime
) -> None:
    """Let this person read a submission, recording it unless it is their own.

    Raises NotAllowedError: then nothing is recorded, because nothing was read.
    """
    may = capacity(actor, text)
    if may is None:
        raise NotAllowedError(
            "access.not-yours",
            say("access.not-yours", "This text isn't yours to read."),
        )
    if may != "owner":
        session.add(
            Reading(
                institution_id=actor.institution_id,
                id=uuid4(),
                submission_id=submission_id,
                reader_id=actor.person_id,
                capacity=may,
                at=now,
            )
        )


def _role_sentence(role: str) -> Sentence:
    known = ROLE_SENTENCES.get(role)
    return known or say(
        "access.role",
        "Once you hand it in, people with the role “%(role)s” can read it, "
        "under a code instead of your name.",
        role=role,
    )
