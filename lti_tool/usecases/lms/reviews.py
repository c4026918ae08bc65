"""From an LMS's gradebook straight to one student's work, for whoever may read it.

Moodle names the student in a message of its own (LtiSubmissionReviewRequest, `for_user`). Canvas
launches the address that we sent with the score, whoever looks: staff, the student, a parent.
Neither decides who may read: that stays with `access`, in the course the work was handed in from.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.errors import NotAllowedError, NotFoundError
from lti_tool.lti.reading.id_token import SUBMISSION_REVIEW
from lti_tool.programme.definition import Activity, Programme
from lti_tool.sentence import Sentence, say
from lti_tool.store.tables.grades import ReviewLink
from lti_tool.store.tables.people import Account, Member
from lti_tool.store.tables.programmes import Enrolment
from lti_tool.usecases import access, enrolment, programmes, progress, submissions
from lti_tool.usecases.enrolment import Enrolled
from lti_tool.usecases.marking import queue
from lti_tool.usecases.people import Actor
from lti_tool.usecases.visits import SignedIn

_LINK = re.compile(r".*/review/([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})/?")

NOT_SET_UP = say(
    "reviews.not-set-up",
    "This column of the gradebook belongs to no activity that is set up here, so there is no "
    "work to show.",
)
NEVER_CAME = say(
    "reviews.never-came",
    "This student has not opened this activity yet, so there is no work to read.",
)
NOTHING_YET = say(
    "reviews.nothing-yet",
    "This student has not handed anything in here yet. What they write before that is theirs "
    "alone.",
)
DONE = say(
    "reviews.done",
    "This student has done this. There is no text of theirs to read: the activity asks for none.",
)


@dataclass(frozen=True)
class ToMark:
    """The work is this person's to read: on the page where it is marked."""

    submission_id: UUID


@dataclass(frozen=True)
class OwnWork:
    """The work is this person's own."""

    programme: Programme
    activity: Activity


@dataclass(frozen=True)
class NoWork:
    """There is nothing to read; the sentence says why."""

    sentence: Sentence


Found = ToMark | OwnWork | NoWork


def review_link(session: Session, enrolment_id: UUID, activity: str) -> UUID:
    """The id behind `<base>/review/<id>` for this enrolment and `programme/activity`.

    Always the same one. It says nothing by itself, and opens the work only for whoever may read
    it: Canvas shows the address to everybody who looks at the grade.
    """
    institution_id = session.scalars(
        select(Enrolment.institution_id).where(Enrolment.id == enrolment_id)
    ).one()
    known = session.scalar(
        select(ReviewLink.id).where(
            ReviewLink.institution_id == institution_id,
            ReviewLink.enrolment_id == enrolment_id,
            ReviewLink.activity == activity,
        )
    )
    if known is not None:
        return known
    link = ReviewLink(
        institution_id=institution_id, id=uuid4(), enrolment_id=enrolment_id, activity=activity
    )
    session.add(link)
    session.flush()
    return link.id


def link_in(target: str) -> UUID | None:
    """The review link that an address of ours names (`<base>/review/<id>`), or None.

    The id stands in the path: SpeedGrader has encoded queries twice (Canvas issue 1486).
    """
    found = _LINK.fullmatch(urlsplit(target).path)
    return UUID(found[1]) if found else None


def is_wanted(who: SignedIn) -> bool:
    """Whether this visit was opened to look at one student's work."""
    return who.details.review is not None or who.details.wanted == SUBMISSION_REVIEW


def find(session: Session, who: SignedIn) -> Found:
    """What a visit from the gradebook leads to.

    Raises NotAllowedError for whoever may not read that work, NotFoundError `reviews.unknown` for
    a link that is not of this institution. Nothing is read here, so nothing is recorded: the page
    this leads to asks `access` again, and records.
    """
    if who.details.review is not None:
        return open_review(session, who.actor, who.details.review)
    if who.details.activity is None:
        return NoWork(NOT_SET_UP)
    enrolled = _named(session, who, who.details.activity)
    if enrolled is None:
        _refuse_unless_staff(who.actor)
        return NoWork(NEVER_CAME)
    return _work(session, who.actor, enrolled, who.details.activity)


def open_review(session: Session, actor: Actor, link_id: UUID) -> Found:
    """What a review link leads this person to; see `find`."""
    link = session.get(ReviewLink, (actor.institution_id, link_id))
    if link is None:
        raise NotFoundError(
            "reviews.unknown",
            say(
                "reviews.unknown",
                "This link of the gradebook leads to nothing here. Open the activity in the "
                "course instead.",
            ),
        )
    enrolled = enrolment.by_id(session, actor.institution_id, link.enrolment_id)
    return _work(session, actor, enrolled, link.activity)


def _named(session: Session, who: SignedIn, activity: str) -> Enrolled | None:
    """The enrolment of the student the LMS named, on the activity's programme."""
    programme_id, _ = programmes.split_activity(activity)
    enrolment_id = session.scalar(
        select(Enrolment.id)
        .join(
            Account,
            (Account.institution_id == Enrolment.institution_id)
            & (Account.person_id == Enrolment.person_id),
        )
        .where(
            Account.institution_id == who.actor.institution_id,
            Account.registration_id == who.registration_id,
            Account.sub == (who.details.for_user or ""),
            Enrolment.programme_id == programme_id,
        )
    )
    if enrolment_id is None:
        return None
    return enrolment.by_id(session, who.actor.institution_id, enrolment_id)


def _work(session: Session, actor: Actor, enrolled: Enrolled, name: str) -> Found:
    """The latest round this person may read. No round of another course counts for its staff."""
    _, activity_id = programmes.split_activity(name)
    activity = programmes.find_activity(enrolled.programme, activity_id)
    if activity is None:
        return NoWork(NOT_SET_UP)
    if enrolled.person_id == actor.person_id:
        return OwnWork(enrolled.programme, activity)
    _refuse_unless_staff(actor)
    rounds = submissions.rounds(session, enrolled, activity_id)
    for row in reversed(rounds):
        found = queue.OpenSubmission(row=row, enrolled=enrolled, activity=activity)
        if access.capacity(actor, found.text) is not None:
            return ToMark(row.id)
    if rounds or not _is_in_own_course(session, actor, enrolled):
        raise _not_yours()
    is_done = progress.is_done(session, enrolled, activity_id) is not None
    return NoWork(DONE if is_done else NOTHING_YET)


def _is_in_own_course(session: Session, actor: Actor, enrolled: Enrolled) -> bool:
    if actor.course_id is None:
        return False
    key = (actor.institution_id, actor.course_id, enrolled.person_id)
    return session.get(Member, key) is not None


def _refuse_unless_staff(actor: Actor) -> None:
    if not actor.is_staff:
        raise _not_yours()


def _not_yours() -> NotAllowedError:
    return NotAllowedError(
        "reviews.not-yours",
        say(
            "reviews.not-yours",
            "This work isn't yours to read here. Students read their own; beside them only those "
            "who mark it in the course it was handed in from.",
        ),
    )
