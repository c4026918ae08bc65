"""Register, list, change and remove LMSs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from lti_tool.errors import ConflictError, NotFoundError
from lti_tool.lti.tool_keys import new_tool_key, public_jwks
from lti_tool.sentence import say
from lti_tool.store.encryption import SealingKey
from lti_tool.store.tables.people import Account
from lti_tool.store.tables.platforms import (
    AccessToken,
    Course,
    Deployment,
    Invitation,
    LaunchRecord,
    Login,
    PlatformKeys,
    Registration,
)
from lti_tool.usecases import audit
from lti_tool.usecases.lms import deployments
from lti_tool.usecases.lms.deployments import KnownDeployment
from lti_tool.usecases.lms.platform_fields import NewPlatform, checked

CANVAS_SAMPLE_KEY = "2018-06-18T22:33:20Z"
"""The kid of the key that Canvas' source comes with: everybody has its private half."""

_WITH_A_REGISTRATION = (Deployment, Login, PlatformKeys, AccessToken, LaunchRecord, Invitation)
_OF_ITS_ADDRESSES = (PlatformKeys, AccessToken)


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


def register(
    session: Session,
    institution_id: UUID,
    platform: NewPlatform,
    *,
    now: datetime,
    actor_id: UUID | None = None,
    registration_id: UUID | None = None,
) -> RegisteredPlatform:
    """Register an LMS; raises InvalidInputError or ConflictError (registered already).

    `registration_id` is one that an invitation reserved: our addresses name it already.
    """
    platform = checked(platform)
    _refuse_known(session, institution_id, platform, but=None)
    row = Registration(institution_id=institution_id, id=registration_id or uuid4(), created_at=now)
    _write(row, platform, now)
    session.add(row)
    session.flush()
    _let_in(session, row, platform, now=now)
    audit.record(
        session, institution_id, "platform.registered", subject=row.id, now=now, actor_id=actor_id
    )
    return _described(session, row)


def update(
    session: Session,
    institution_id: UUID,
    registration_id: UUID,
    platform: NewPlatform,
    *,
    now: datetime,
    actor_id: UUID | None = None,
) -> RegisteredPlatform:
    """Change a registration in place, so that its courses and people stay.

    Its deployments stay as well, and those `platform` names are let in. What we knew by the old
    addresses, keys and access tokens, is forgotten. Raises NotFoundError, InvalidInputError,
    ConflictError.
    """
    row = _found(session, institution_id, registration_id)
    platform = checked(platform)
    _refuse_known(session, institution_id, platform, but=registration_id)
    _write(row, platform, now)
    for table in _OF_ITS_ADDRESSES:
        session.execute(
            delete(table).where(
                table.institution_id == institution_id, table.registration_id == registration_id
            )
        )
    session.flush()
    _let_in(session, row, platform, now=now)
    audit.record(
        session, institution_id, "platform.changed", subject=row.id, now=now, actor_id=actor_id
    )
    return _described(session, row)


def remove(
    session: Session,
    institution_id: UUID,
    registration_id: UUID,
    *,
    now: datetime,
    actor_id: UUID | None = None,
) -> None:
    """Remove an LMS from which nobody has come; raises NotFoundError, ConflictError.

    People and their work hang on it otherwise, and certificates on these.
    """
    row = _found(session, institution_id, registration_id)
    if _is_used(session, row):
        raise ConflictError(
            "platforms.in-use",
            say(
                "platforms.in-use",
                "People have come from this LMS, and their work belongs to it, so it was not "
                "removed. To keep it out, refuse its deployments.",
            ),
        )
    for table in _WITH_A_REGISTRATION:
        session.execute(
            delete(table).where(
                table.institution_id == institution_id, table.registration_id == registration_id
            )
        )
    session.delete(row)
    session.flush()
    audit.record(
        session, institution_id, "platform.removed", subject=row.id, now=now, actor_id=actor_id
    )


def registered(session: Session, institution_id: UUID) -> tuple[RegisteredPlatform, ...]:
    """The institution's LMSs, oldest first."""
    rows = session.scalars(
        select(Registration)
        .where(Registration.institution_id == institution_id)
        .order_by(Registration.created_at, Registration.id)
    ).all()
    return tuple(_described(session, row) for row in rows)


def find(
    session: Session, institution_id: UUID, registration_id: UUID
) -> RegisteredPlatform | None:
    """One LMS of the institution, or None."""
    row = session.get(Registration, (institution_id, registration_id))
    return None if row is None else _described(session, row)


def one(session: Session, institution_id: UUID, registration_id: UUID) -> RegisteredPlatform:
    """One LMS of the institution; raises NotFoundError."""
    return _described(session, _found(session, institution_id, registration_id))


def ensure_tool_key(
    session: Session,
    institution_id: UUID,
    *,
    master: SealingKey,
    now: datetime,
    new_id: Callable[[], UUID],
) -> None:
    """Make the institution's first tool key when it has none: without one no LMS can know us."""
    if not public_jwks(session, institution_id)["keys"]:
        new_tool_key(
            session, institution_id=institution_id, sealing_key=master, now=now, new_id=new_id
        )


def _found(session: Session, institution_id: UUID, registration_id: UUID) -> Registration:
    row = session.get(Registration, (institution_id, registration_id))
    if row is None:
        raise NotFoundError(
            "platforms.unknown",
            say("platforms.unknown", "This LMS is not connected (any more). Look at the list."),
        )
    return row


def _refuse_known(
    session: Session, institution_id: UUID, platform: NewPlatform, *, but: UUID | None
) -> None:
    found = session.scalar(
        select(Registration.id).where(
            Registration.institution_id == institution_id,
            Registration.platform_issuer == platform.platform_issuer,
            Registration.client_id == platform.client_id,
            Registration.auth_url == platform.auth_url,
        )
    )
    if found is not None and found != but:
        raise ConflictError(
            "platforms.known",
            say(
                "platforms.known",
                "This LMS is registered already, with the same client id. “testamur platforms "
                "list” and the page LMS connections show it.",
            ),
        )


def _write(row: Registration, platform: NewPlatform, now: datetime) -> None:
    row.platform_issuer = platform.platform_issuer
    row.client_id = platform.client_id
    row.auth_url = platform.auth_url
    row.token_url = platform.token_url
    row.jwks_url = platform.jwks_url
    row.token_audience = platform.token_audience or None
    row.name = platform.name or None
    row.product_family = platform.product_family or None
    row.scopes = None if platform.scopes is None else list(platform.scopes)
    row.management_url = platform.management_url or None
    row.updated_at = now


def _let_in(session: Session, row: Registration, platform: NewPlatform, *, now: datetime) -> None:
    for deployment_id in dict.fromkeys(platform.deployments):
        key = (row.institution_id, row.id, deployment_id)
        deployments.note(session, *key, state=deployments.ACTIVE, now=now)
        session.get_one(Deployment, key).state = deployments.ACTIVE


def _is_used(session: Session, row: Registration) -> bool:
    return any(
        session.scalar(
            select(
                exists().where(
                    table.institution_id == row.institution_id, table.registration_id == row.id
                )
            )
        )
        for table in (Course, Account)
    )


def _described(session: Session, row: Registration) -> RegisteredPlatform:
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
        and any(key.get("kid") == CANVAS_SAMPLE_KEY for key in known.jwks.get("keys", ())),
    )
