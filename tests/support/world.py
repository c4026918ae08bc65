"""A small world to act in: one institution, the taster published, a student and an instructor."""

import inspect
from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Barrier
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from lti_tool import worker
from lti_tool.lti.roles import CourseRole
from lti_tool.store.database import Database
from lti_tool.store.tables.audit import AuditEvent
from lti_tool.store.tables.awards import Award
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.store.tables.submissions import Submission
from lti_tool.usecases import enrolment, programmes, release, submissions
from lti_tool.usecases.activities import page, reflection
from lti_tool.usecases.marking import marksheets
from lti_tool.usecases.people import Actor
from lti_tool.wiring import Wiring
from rubrics.marksheet import Marksheet
from rubrics.rubric import Rubric
from tests.support import builders
from tests.support.builders import REFLECTION, TASTER
from tests.support.wired import Clock, RememberingQueue, make_wiring

Row = TypeVar("Row")
Result = TypeVar("Result")

PAGES = ("stress-and-recovery", "writing-safely", "conduct-statement")
WRITING = "first-reflection"
ENOUGH_WORDS = "Something happened on the ward. " * 30
COMMENT = "You set out clearly what made this moment hard, and what you would try. " * 3


@dataclass
class World:
    """Who is there, and short ways to do what people do here; every act is a transaction."""

    wired: Wiring
    clock: Clock
    queue: RememberingQueue
    institution_id: UUID
    student: Actor
    instructor: Actor

    def do(self, use_case: Callable[..., Result], *args: Any, **options: Any) -> Result:
        """Run a use case in a transaction; clock and master key are added where it asks."""
        given = {"now": self.clock(), "master": self.wired.master}
        given["new_secret"] = self.wired.new_secret
        asked = inspect.signature(use_case).parameters
        known = {name: value for name, value in given.items() if name in asked}
        with self.wired.db.begin() as session:
            return use_case(session, *args, **{**known, **options})

    def someone(
        self, *roles: CourseRole, office: Collection[Any] = (), course: str = "course-1"
    ) -> Actor:
        """A new person with these roles in a course; students are enrolled in the taster."""
        with self.wired.db.begin() as session:
            if course != "course-1":
                builders.a_course(session, self.institution_id, course)
            actor = builders.an_actor(
                session,
                self.institution_id,
                roles=roles,
                office_roles=office,
                activity=REFLECTION,
                in_course=bool(roles),
            )
            if course != "course-1":
                actor = _moved(actor, builders.a_course(session, self.institution_id, course).id)
            if actor.is_student:
                programme = programmes.current(session, self.institution_id, TASTER)
                assert programme is not None
                enrolment.enrol(session, actor, programme, now=self.clock())
        return actor

    def another_student(self) -> Actor:
        """One more student of the course, enrolled."""
        return self.someone(CourseRole.STUDENT)

    def opened_from(self, activity: str, student: Actor | None = None) -> Actor:
        """The student as they come from the link of another activity of the course."""
        student = student or self.student
        with self.wired.db.begin() as session:
            return builders.an_actor(
                session, self.institution_id, person_id=student.person_id, activity=activity
            )

    def read_pages(self, student: Actor | None = None) -> None:
        """Mark every page of the taster as done."""
        for activity_id in PAGES:
            self.do(page.mark_done, student or self.student, TASTER, activity_id)

    def hand_in(
        self, student: Actor | None = None, text: str = ENOUGH_WORDS, activity: str = WRITING
    ) -> UUID:
        """Write and hand in the reflection; returns the submission's id."""
        student = student or self.student
        self.do(submissions.save_draft, student, TASTER, activity, text=text, version_read=0)
        receipt = self.do(reflection.hand_in, student, TASTER, activity, version_read=1)
        return next(row.id for row in self.rows(Submission) if row.code == receipt.code)

    def mark(
        self, submission_id: UUID, level: str = "established", marker: Actor | None = None
    ) -> None:
        """Give every criterion this level, write the comment, and finish."""
        marker = marker or self.instructor
        view = self.do(marksheets.open_marking, marker, submission_id)
        self.do(
            marksheets.save_marks,
            marker,
            submission_id,
            marks=all_at(view.rubric, level),
            version_read=view.version,
            finish=True,
        )

    def release(self, *submission_ids: UUID, by: Actor | None = None) -> int:
        """Release these results."""
        return self.do(release.release, by or self.instructor, submission_ids)

    def finished(self, student: Actor | None = None, level: str = "established") -> UUID:
        """Everything done, written and marked; only the release is missing."""
        self.read_pages(student)
        return self.finished_writing(student, level)

    def finished_writing(
        self,
        student: Actor | None = None,
        level: str = "established",
        activity: str = WRITING,
    ) -> UUID:
        """The reflection written and marked, not released."""
        submission_id = self.hand_in(student, activity=activity)
        self.mark(submission_id, level)
        return submission_id

    def earned(self, student: Actor | None = None) -> UUID:
        """Everything done and released; the award that was decided."""
        before = {award.id for award in self.rows(Award)}
        self.release(self.finished(student))
        (award,) = (award for award in self.rows(Award) if award.id not in before)
        return award.id

    def issued(self) -> UUID:
        """An award whose credential is signed."""
        award_id = self.earned()
        (message,) = self.messages("issue_badge")
        assert worker.deliver(self.wired, message.id)
        return award_id

    def rows(self, table: type[Row]) -> list[Row]:
        """Every row of a table."""
        with self.wired.db.begin() as session:
            return list(session.scalars(select(table)))

    def messages(self, kind: str) -> list[OutboxMessage]:
        """Every message of one kind."""
        return [message for message in self.rows(OutboxMessage) if message.kind == kind]

    def actions(self) -> Counter[str]:
        """How often each action stands in the audit."""
        return Counter(event.action for event in self.rows(AuditEvent))


def a_world(db: Database, tmp_path: Path, now: datetime) -> World:
    """The world on this database, at this moment."""
    clock = Clock(now)
    wired = make_wiring(db, tmp_path, clock=clock)
    assert isinstance(wired.queue, RememberingQueue)
    with db.begin() as session:
        institution = builders.an_institution(session)
        programme = builders.a_published_taster(session, institution.id)
        student = builders.an_actor(session, institution.id, activity=REFLECTION)
        enrolment.enrol(session, student, programme, now=now)
        instructor = builders.an_actor(session, institution.id, roles=[CourseRole.INSTRUCTOR])
    return World(wired, clock, wired.queue, institution.id, student, instructor)


def all_at(rubric: Rubric, level: str) -> Marksheet:
    """Every criterion at one level, with the comments that are asked for."""
    return Marksheet(
        levels={criterion.id: level for criterion in rubric.marked_criteria},
        comments={
            criterion.id: COMMENT for criterion in rubric.criteria if criterion.feedback_only
        },
    )


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do these in threads that begin together; what each returned, or the error it raised."""
    together = Barrier(len(works))

    def begin(work: Callable[[], Any]) -> Any:
        together.wait()
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - the test looks at what happened
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(begin, works))


def _moved(actor: Actor, course_id: UUID) -> Actor:
    return Actor(
        institution_id=actor.institution_id,
        person_id=actor.person_id,
        course_id=course_id,
        resource_link_id=None,
        course_roles=actor.course_roles,
        office_roles=actor.office_roles,
    )
