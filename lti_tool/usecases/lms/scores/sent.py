"""What a course's LMS was told about its students, for those who teach there; send it again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from lti_tool.errors import ConflictError, NotAllowedError, NotFoundError
from lti_tool.lti.grades import COMPLETE, RETURNED, SUBMITTED
from lti_tool.lti.quirks import quirks_of
from lti_tool.lti.roles import CourseRole
from lti_tool.lti.score_refusals import BUSY, REFUSED, SENTENCES
from lti_tool.sentence import Sentence, say
from lti_tool.store.tables.grades import Score
from lti_tool.store.tables.people import Person
from lti_tool.store.tables.platforms import Course, Registration
from lti_tool.usecases import audit, programmes
from lti_tool.usecases.lms import grade_passback
from lti_tool.usecases.people import Actor

_TEACHING = frozenset(
    {CourseRole.INSTRUCTOR, CourseRole.TEACHING_ASSISTANT, CourseRole.ADMINISTRATOR}
)
_ORDER = (
    grade_passback.REFUSED,
    grade_passback.WAITING,
    grade_passback.KEPT,
    grade_passback.SENT,
)
"""What a person should look at comes first."""

_STATES: dict[str, Sentence] = {
    grade_passback.WAITING: say("grades.state-waiting", "It goes out by itself."),
    grade_passback.SENT: say("grades.state-sent", "The LMS has it."),
    grade_passback.KEPT: say(
        "grades.state-kept",
        "The LMS has no column for this activity. Place it in the course with a grade and open it "
        "once; this then goes out by itself.",
    ),
}
_VALUES: dict[tuple[str, str], Sentence] = {
    (value.activity_progress, value.grading_progress): sentence
    for value, sentence in (
        (COMPLETE, say("grades.value-complete", "Complete")),
        (SUBMITTED, say("grades.value-submitted", "Handed in, waits to be marked")),
        (RETURNED, say("grades.value-returned", "Returned to be written on")),
    )
}
_OTHER = say("grades.value-other", "Something else")


MOST_SHOWN = 500
"""What a page can still be read with; those with a fault are among them first."""


@dataclass(frozen=True)
class SentGrade:
    """One student's latest value for one activity, and how far it has got.

    `state` is one of grade_passback's; `name` is None where the LMS withholds names. `sent_at`
    is when the LMS last took a value of this student, maybe an earlier one.
    """

    id: UUID
    name: str | None
    activity_title: str
    value: Sentence
    state: str
    sentence: Sentence
    decided_at: datetime
    sent_at: datetime | None

    @property
    def can_be_sent_again(self) -> bool:
        """Whether sending it again could change anything."""
        return self.state in (grade_passback.REFUSED, grade_passback.KEPT)


@dataclass(frozen=True)
class CourseGrades:
    """The grades of a course: the first of them, how many there are, how many were refused."""

    title: str | None
    shown: tuple[SentGrade, ...]
    count: int
    refused: int


def in_course(session: Session, actor: Actor) -> CourseGrades:
    """The grades of the actor's course, those with a fault first.

    Raises NotAllowedError for those who don't teach there.
    """
    course = _course(session, actor)
    rows = session.execute(
        select(Score, Person.name)
        .join(
            Person,
            and_(Person.institution_id == Score.institution_id, Person.id == Score.person_id),
        )
        .where(Score.institution_id == course.institution_id, Score.course_id == course.id)
        .order_by(_position(), Score.activity, Person.name, Score.id)
        .limit(MOST_SHOWN)
    )
    titles = _titles(session, actor.institution_id)
    count = (
        select(Score.state, func.count())
        .where(Score.institution_id == course.institution_id, Score.course_id == course.id)
        .group_by(Score.state)
    )
    counts: dict[str, int] = dict(session.execute(count).all())
    return CourseGrades(
        title=course.title,
        shown=tuple(_line(score, name, titles) for score, name in rows),
        count=sum(counts.values()),
        refused=counts.get(grade_passback.REFUSED, 0),
    )


def send_again(session: Session, actor: Actor, score_id: UUID, *, now: datetime) -> None:
    """Send one grade of the actor's course once more, dated later than before.

    Raises NotAllowedError, NotFoundError, ConflictError (it is on its way already).
    """
    course = _course(session, actor)
    row = session.get(Score, (actor.institution_id, score_id), with_for_update=True)
    if row is None or row.course_id != course.id:
        raise NotFoundError(
            "grades.unknown", say("grades.unknown", "There is no such grade in your course.")
        )
    if row.state == grade_passback.WAITING:
        raise ConflictError(
            "grades.on-its-way",
            say("grades.on-its-way", "This grade is on its way already; there is nothing to do."),
        )
    _send(session, actor, course, [row], now=now)


def send_refused_again(session: Session, actor: Actor, *, now: datetime) -> int:
    """Send everything that was refused in the actor's course once more; how many."""
    course = _course(session, actor)
    rows = session.scalars(
        select(Score)
        .where(
            Score.institution_id == course.institution_id,
            Score.course_id == course.id,
            Score.state == grade_passback.REFUSED,
        )
        .order_by(Score.id)
        .with_for_update()
    ).all()
    _send(session, actor, course, rows, now=now)
    return len(rows)


def _course(session: Session, actor: Actor) -> Course:
    course = None
    if actor.course_roles & _TEACHING and actor.course_id is not None:
        course = session.get(Course, (actor.institution_id, actor.course_id))
    if course is None:
        raise NotAllowedError(
            "grades.not-allowed",
            say(
                "grades.not-allowed",
                "This page is for those who teach a course, and opens from a link in it.",
            ),
        )
    return course


def _send(
    session: Session, actor: Actor, course: Course, rows: Collection[Score], *, now: datetime
) -> None:
    registration = session.get_one(Registration, (course.institution_id, course.registration_id))
    for row in rows:
        grade_passback.arm(session, row, course, quirks_of(registration.product_family), now=now)
        audit.record(
            session,
            actor.institution_id,
            "score.sent-again",
            subject=row.id,
            now=now,
            actor_id=actor.person_id,
        )


def _titles(session: Session, institution_id: UUID) -> dict[str, str]:
    return {
        f"{programme.id}/{activity.id}": activity.title
        for programme in programmes.all_current(session, institution_id)
        for activity in programme.activities
    }


def _line(score: Score, name: str | None, titles: dict[str, str]) -> SentGrade:
    return SentGrade(
        id=score.id,
        name=name,
        activity_title=titles.get(score.activity, score.activity),
        value=_VALUES.get((score.activity_progress, score.grading_progress), _OTHER),
        state=score.state,
        sentence=_sentence(score),
        decided_at=score.decided_at,
        sent_at=score.sent_at,
    )


def _sentence(score: Score) -> Sentence:
    if score.state == grade_passback.REFUSED:
        return SENTENCES.get(str((score.fault or {}).get("code")), REFUSED)
    return BUSY if score.fault else _STATES[score.state]


def _position() -> ColumnElement[int]:
    places = {state: place for place, state in enumerate(_ORDER)}
    return case(places, value=Score.state, else_=len(_ORDER))
