"""What we know of a registration before we ask anybody: read in one transaction."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lti_tool.errors import LaunchRejectedError, NotFoundError
from lti_tool.lti.registrations import RegistrationInfo, find_registration
from lti_tool.lti.tool_keys import public_jwks
from lti_tool.sentence import say
from lti_tool.store.tables.platforms import Course, Deployment, LaunchRecord, Registration

LAUNCHES = 50
"""How many of the last launches are counted."""
_COURSES = 3
"""How many of the courses seen last are asked: the newest may have been deleted in the LMS."""


@dataclass(frozen=True, slots=True)
class CourseService:
    """Where a service of one course is."""

    context_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Case:
    """A registration, and what it left behind here."""

    registration: RegistrationInfo
    name: str
    published_kids: frozenset[str]
    deployments: Mapping[str, int]
    """How many deployments are in each state."""
    line_items: tuple[CourseService, ...]
    rosters: tuple[CourseService, ...]
    launches: tuple[str | None, ...]
    """Codes of the last launches, the newest first; None for one that was let in."""


def read_case(
    session: Session, registration_id: UUID, *, institution_id: UUID | None = None
) -> Case:
    """Read what we know; NotFoundError `doctor.unknown` when there is no such registration.

    With `institution_id`, another institution's registration is not known either.
    """
    try:
        known = find_registration(session, registration_id)
    except LaunchRejectedError:
        raise _unknown() from None
    if institution_id not in (None, known.institution_id):
        raise _unknown()
    row = session.get_one(Registration, (known.institution_id, known.id))
    return Case(
        registration=known,
        name=row.name or row.platform_issuer,
        published_kids=frozenset(
            jwk["kid"] for jwk in public_jwks(session, known.institution_id)["keys"]
        ),
        deployments=Counter(
            session.scalars(select(Deployment.state).where(*_of(Deployment, known)))
        ),
        line_items=_services(session, known, Course.line_items_url),
        rosters=_services(session, known, Course.memberships_url),
        launches=tuple(session.scalars(_launches(known))),
    )


def _launches(known: RegistrationInfo) -> Select[str | None]:
    # Also those that proved nothing: without the LMS's keys none can.
    return (
        select(LaunchRecord.code)
        .where(*_of(LaunchRecord, known))
        .order_by(LaunchRecord.at.desc(), LaunchRecord.id)
        .limit(LAUNCHES)
    )


def _services(
    session: Session, known: RegistrationInfo, url: InstrumentedAttribute[str | None]
) -> tuple[CourseService, ...]:
    rows = session.execute(
        select(Course.context_id, url.label("url"))
        .where(*_of(Course, known), url.is_not(None))
        .order_by(Course.seen_at.desc(), Course.id)
        .limit(_COURSES)
    )
    return tuple(CourseService(row.context_id, row.url) for row in rows)


def _of(
    table: type[Course] | type[Deployment] | type[LaunchRecord], known: RegistrationInfo
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        table.institution_id == known.institution_id,
        table.registration_id == known.id,
    )


def _unknown() -> NotFoundError:
    return NotFoundError(
        "doctor.unknown",
        say(
            "doctor.unknown",
            "No LMS is registered here under this id. “testamur platforms list” shows those that "
            "are.",
        ),
    )
