"""LMSs as lists show them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.errors import NotFoundError
from lti_tool.lti.platform_keys import SAMPLE_KID
from lti_tool.sentence import say
from lti_tool.store.tables.platforms import PlatformKeys, Registration
from lti_tool.usecases.lms import deployments
from lti_tool.usecases.lms.deployments import KnownDeployment


@dataclass(frozen=True)
class RegisteredPlatform:
    """A registration as lists show it.

    `signs_with_sample_key`: the LMS signs launches with a key whose private half is public.
    """

    id: UUID
    name: str | None
    platform_issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    product_family: str | None
    scopes: tuple[str, ...] | None
    deployments: tuple[KnownDeployment, ...]
    signs_with_sample_key: bool


def registered(session: Session, institution_id: UUID) -> tuple[RegisteredPlatform, ...]:
    """The institution's LMSs, oldest first."""
    rows = session.scalars(
        select(Registration)
        .where(Registration.institution_id == institution_id)
        .order_by(Registration.created_at, Registration.id)
    ).all()
    return tuple(described(session, row) for row in rows)


def find(
    session: Session, institution_id: UUID, registration_id: UUID
) -> RegisteredPlatform | None:
    """One LMS of the institution, or None."""
    row = session.get(Registration, (institution_id, registration_id))
    return None if row is None else described(session, row)


def one(session: Session, institution_id: UUID, registration_id: UUID) -> RegisteredPlatform:
    """One LMS of the institution; raises NotFoundError."""
    return described(session, found(session, institution_id, registration_id))


def found(session: Session, institution_id: UUID, registration_id: UUID) -> Registration:
    """The row of an LMS of the institution; raises NotFoundError."""
    row = session.get(Registration, (institution_id, registration_id))
    if row is None:
        raise NotFoundError(
            "platforms.unknown",
            say("platforms.unknown", "This LMS is not connected (any more). Look at the list."),
        )
    return row


def described(session: Session, row: Registration) -> RegisteredPlatform:
    """The registration as lists show it."""
    known = session.get(PlatformKeys, (row.institution_id, row.id))
    return RegisteredPlatform(
        id=row.id,
        name=row.name,
        platform_issuer=row.platform_issuer,
        client_id=row.client_id,
        auth_url=row.auth_url,
        token_url=row.token_url,
        jwks_url=row.jwks_url,
        product_family=row.product_family,
        scopes=None if row.scopes is None else tuple(row.scopes),
        deployments=deployments.of_registration(session, row.institution_id, row.id),
        signs_with_sample_key=known is not None
        and any(key.get("kid") == SAMPLE_KID for key in known.jwks.get("keys", ())),
    )
