"""Deployments: installations of ours in an LMS, met by their launches, let in by a person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.errors import InvalidInputError, NotFoundError
from lti_tool.sentence import say
from lti_tool.store.tables.platforms import Deployment
from lti_tool.usecases import audit

ACTIVE, PENDING, REFUSED = "active", "pending", "refused"
LONGEST_ID = 255
"""Characters of a deployment id (LTI 1.3 core §5.3.3); client ids are held to the same."""

WRONG_ID = say(
    "platforms.fault-deployments", "Write each deployment id as the LMS shows it, in full."
)


@dataclass(frozen=True)
class KnownDeployment:
    """A deployment as lists show it; `first_*` are what its first launch said of itself."""

    id: str
    state: str
    first_course: str | None
    first_platform: str | None
    seen_at: datetime


def note(
    session: Session,
    institution_id: UUID,
    registration_id: UUID,
    deployment_id: str,
    *,
    state: str,
    now: datetime,
    first_course: str | None = None,
    first_platform: str | None = None,
) -> str:
    """The state of a deployment, recorded as `state` when it is new.

    `first_*` help a person recognise what they let in; the first that says them is kept.
    """
    row = session.get(Deployment, (institution_id, registration_id, deployment_id))
    if row is None:
        row = Deployment(
            institution_id=institution_id,
            registration_id=registration_id,
            deployment_id=deployment_id,
            state=state,
            first_course=first_course,
            first_platform=first_platform,
            seen_at=now,
        )
        session.add(row)
        session.flush()
    return row.state


def approve(
    session: Session,
    institution_id: UUID,
    registration_id: UUID,
    deployment_id: str,
    *,
    now: datetime,
    actor_id: UUID | None = None,
) -> None:
    """Let launches of this deployment in, known or not seen yet; raises InvalidInputError."""
    if not is_id(deployment_id):
        raise InvalidInputError("platforms.deployment", WRONG_ID)
    note(session, institution_id, registration_id, deployment_id, state=ACTIVE, now=now)
    _settle(session, (institution_id, registration_id, deployment_id), ACTIVE, now, actor_id)


def approve_known(
    session: Session,
    institution_id: UUID,
    registration_id: UUID,
    deployment_id: str,
    *,
    now: datetime,
    actor_id: UUID,
) -> None:
    """Let in a deployment that has launched us; raises NotFoundError."""
    _settle(session, (institution_id, registration_id, deployment_id), ACTIVE, now, actor_id)


def refuse(
    session: Session,
    institution_id: UUID,
    registration_id: UUID,
    deployment_id: str,
    *,
    now: datetime,
    actor_id: UUID | None = None,
) -> None:
    """Keep a deployment out, until somebody lets it in; raises NotFoundError.

    Visits that are open already end by themselves.
    """
    _settle(session, (institution_id, registration_id, deployment_id), REFUSED, now, actor_id)


def of_registration(
    session: Session, institution_id: UUID, registration_id: UUID
) -> tuple[KnownDeployment, ...]:
    """The deployments of an LMS by id; those that wait come first."""
    rows = session.scalars(
        select(Deployment)
        .where(
            Deployment.institution_id == institution_id,
            Deployment.registration_id == registration_id,
        )
        .order_by(Deployment.deployment_id)
    ).all()
    found = (
        KnownDeployment(
            id=row.deployment_id,
            state=row.state,
            first_course=row.first_course,
            first_platform=row.first_platform,
            seen_at=row.seen_at,
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda one: one.state != PENDING))


def count_waiting(session: Session, institution_id: UUID) -> int:
    """How many deployments of the institution wait for a person."""
    statement = select(func.count()).where(
        Deployment.institution_id == institution_id, Deployment.state == PENDING
    )
    return session.scalars(statement).one()


def is_id(text: str) -> bool:
    """Whether an LMS could call a client or a deployment so."""
    return 1 <= len(text) <= LONGEST_ID and text.isprintable()


def _settle(
    session: Session,
    key: tuple[UUID, UUID, str],
    state: str,
    now: datetime,
    actor_id: UUID | None,
) -> None:
    row = session.get(Deployment, key)
    if row is None:
        raise NotFoundError(
            "platforms.no-deployment",
            say("platforms.no-deployment", "No such deployment has asked to be let in."),
        )
    row.state = state
    audit.record(
        session,
        row.institution_id,
        "deployment.approved" if state == ACTIVE else "deployment.refused",
        subject=row.registration_id,
        now=now,
        actor_id=actor_id,
        details={"deployment": row.deployment_id},
    )
