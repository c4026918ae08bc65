"""One score to be sent: everything the LMS must be told, read in one transaction."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.lti import grades
from lti_tool.lti.grades import Standing
from lti_tool.lti.quirks import quirks_of
from lti_tool.lti.registrations import RegistrationInfo, find_registration
from lti_tool.outbox import Message
from lti_tool.store.tables.grades import Score
from lti_tool.store.tables.people import Account, Member
from lti_tool.store.tables.platforms import Course, ResourceLink
from lti_tool.usecases import enrolment, programmes
from lti_tool.usecases.lms import columns, reviews
from lti_tool.usecases.lms.columns import Wanted


@dataclass(frozen=True)
class Job:
    """One value to be sent, as it was when the delivery began.

    `line_item_url` is the column a launch named; `wanted` what to look for where none did, None
    when that isn't possible. `scopes` are those of the latest launch, None when it didn't say.
    """

    message: Message
    registration: RegistrationInfo
    score_id: UUID
    version: int
    score: grades.Score
    course_id: UUID
    resource_link_id: UUID
    activity: str
    line_items_url: str | None
    scopes: frozenset[str] | None
    line_item_url: str | None
    wanted: Wanted | None
    has_left: bool

    def may(self, *scopes: str) -> bool:
        """Whether the LMS granted one of these scopes, or didn't say."""
        return self.scopes is None or bool(self.scopes & set(scopes))


def load(session: Session, message: Message, base_url: str) -> Job | None:
    """What a message has to send; None when the LMS has it, or there is nothing any more."""
    # Held until the caller has acted on it: a value that comes now must not be called sent.
    score_id = UUID(message.payload["score_id"])
    row = session.get(Score, (message.institution_id, score_id), with_for_update=True)
    if row is None or row.sent_version == row.decided_version:
        return None
    course = session.get_one(Course, (row.institution_id, row.course_id))
    link = session.get_one(ResourceLink, (row.institution_id, row.resource_link_id))
    registration = find_registration(session, course.registration_id)
    scopes = None if course.service_scopes is None else frozenset(course.service_scopes)
    member = session.get(Member, (row.institution_id, row.course_id, row.person_id))
    named = link.line_item_url if link.activity == row.activity else None
    return Job(
        message=message,
        registration=registration,
        score_id=row.id,
        version=row.decided_version,
        score=_score(session, row, registration, base_url),
        course_id=course.id,
        resource_link_id=link.id,
        activity=row.activity,
        line_items_url=course.line_items_url,
        scopes=scopes,
        line_item_url=named,
        wanted=None if named else _wanted(session, row, course, link, registration),
        has_left=member is not None and member.left_at is not None,
    )


def _score(
    session: Session, row: Score, registration: RegistrationInfo, base_url: str
) -> grades.Score:
    sub = session.scalars(
        select(Account.sub).where(
            Account.institution_id == row.institution_id,
            Account.registration_id == registration.id,
            Account.person_id == row.person_id,
        )
    ).first()
    return grades.Score(
        user_id=sub or "",
        standing=Standing(row.activity_progress, row.grading_progress, row.given, row.maximum),
        timestamp=row.timestamp,
        submitted_at=row.submitted_at,
        counts_attempt=row.sent_submitted_at != row.submitted_at,
        review_url=_review_url(session, row, registration, base_url),
    )


def _review_url(
    session: Session, row: Score, registration: RegistrationInfo, base_url: str
) -> str | None:
    """Where Canvas' gradebook opens the work; only marked work is there to be read."""
    if not quirks_of(registration.product_family).knows_submissions:
        return None
    programme = enrolment.by_id(session, row.institution_id, row.enrolment_id).programme
    activity = programmes.find_activity(programme, programmes.split_activity(row.activity)[1])
    if activity is None or activity.rubric_id is None:
        return None
    return f"{base_url}/review/{reviews.review_link(session, row.enrolment_id, row.activity)}"


def _wanted(
    session: Session,
    row: Score,
    course: Course,
    link: ResourceLink,
    registration: RegistrationInfo,
) -> Wanted | None:
    programme = enrolment.by_id(session, row.institution_id, row.enrolment_id).programme
    if not columns.may_look(course, programme, row.activity) or course.line_items_url is None:
        return None
    activity = programmes.find_activity(programme, programmes.split_activity(row.activity)[1])
    return Wanted(
        registration=registration,
        institution_id=row.institution_id,
        course_id=course.id,
        line_items_url=course.line_items_url,
        scopes=frozenset(course.service_scopes or ()),
        activity=row.activity,
        title=activity.title if activity else row.activity,
        tag=activity.kind if activity else "",
        resource_link_id=link.link_id if link.activity == row.activity else None,
    )
