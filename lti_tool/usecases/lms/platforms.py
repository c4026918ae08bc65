"""Register, change and remove LMSs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypedDict
from uuid import UUID, uuid4

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from lti_tool.errors import ConflictError
from lti_tool.lti.reading.addresses import origin_of, origins_of
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
from lti_tool.usecases.lms.platform_fields import NewPlatform, checked
from lti_tool.usecases.lms.platform_list import RegisteredPlatform, described, found

_WITH_A_REGISTRATION = (Deployment, Login, PlatformKeys, AccessToken, LaunchRecord, Invitation)
_OF_ITS_ADDRESSES = (PlatformKeys, AccessToken)


_Asked = NewPlatform | Registration
"""What both say of themselves: whom we ask for access tokens, and how."""


class _Who(TypedDict):
    now: datetime
    actor_id: UUID | None


def register(
    session: Session,
    institution_id: UUID,
    platform: NewPlatform,
    *,
    now: datetime,
    actor_id: UUID | None = None,
    registration_id: UUID | None = None,
) -> RegisteredPlatform:
    """Register an LMS; raises InvalidInputError or ConflictError (registered already, borrowed).

    `registration_id` is one that an invitation reserved: our addresses name it already.
    """
    platform = checked(platform)
    _refuse_known(session, institution_id, platform, but=None)
    _refuse_borrowed(session, institution_id, platform, but=None)
    row = Registration(institution_id=institution_id, id=registration_id or uuid4(), created_at=now)
    _write(row, platform, now)
    session.add(row)
    session.flush()
    _let_in(session, row, platform, now=now)
    audit.record(
        session, institution_id, "platform.registered", subject=row.id, now=now, actor_id=actor_id
    )
    return described(session, row)


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
    row = found(session, institution_id, registration_id)
    platform = checked(platform)
    _refuse_known(session, institution_id, platform, but=registration_id)
    _refuse_borrowed(session, institution_id, platform, but=registration_id)
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
    return described(session, row)


def put(
    session: Session,
    institution_id: UUID,
    registration_id: UUID,
    platform: NewPlatform,
    *,
    now: datetime,
    actor_id: UUID | None = None,
) -> RegisteredPlatform:
    """Register an LMS under an id that was settled before, or anew what has this id already.

    Raises InvalidInputError, ConflictError.
    """
    row = session.get(Registration, (institution_id, registration_id))
    who: _Who = {"now": now, "actor_id": actor_id}
    if row is None:
        return register(session, institution_id, platform, registration_id=registration_id, **who)
    # The name may be one that people here gave it.
    named = replace(platform, name=row.name or platform.name)
    return update(session, institution_id, registration_id, named, **who)


def change(
    session: Session,
    institution_id: UUID,
    registration_id: UUID,
    typed: NewPlatform,
    *,
    now: datetime,
    actor_id: UUID | None = None,
) -> RegisteredPlatform:
    """Change what people type of an LMS; what only a dynamic registration tells stays.

    Raises NotFoundError, InvalidInputError, ConflictError.
    """
    row = found(session, institution_id, registration_id)
    is_same_door = row.token_url == typed.token_url
    whole = replace(
        typed,
        token_audience=(row.token_audience or "") if is_same_door else "",
        scopes=None if row.scopes is None else tuple(row.scopes),
        management_url=row.management_url or "",
    )
    return update(session, institution_id, registration_id, whole, now=now, actor_id=actor_id)


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
    row = found(session, institution_id, registration_id)
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


def _refuse_borrowed(
    session: Session, institution_id: UUID, platform: NewPlatform, *, but: UUID | None
) -> None:
    """Refuse an LMS that would get from us what lets its bearer in at another one as ourselves.

    One key proves us to all LMSs of an institution (1EdTech Security Framework §4.1.1). What tells
    one proof from another is our client id and the audience, and an LMS names both.
    """
    same_client = select(Registration).where(
        Registration.institution_id == institution_id, Registration.client_id == platform.client_id
    )
    for other in session.scalars(same_client):
        if other.id != but and (_reaches(platform, other) or _reaches(other, platform)):
            raise ConflictError(
                "platforms.borrowed",
                say(
                    "platforms.borrowed",
                    "This LMS names the address of another connected LMS as its own "
                    "authorization server, and the same client id, so it was not connected. "
                    "Whoever looks after it has to set that right in the LMS.",
                ),
            )


def _reaches(one: _Asked, other: _Asked) -> bool:
    """Whether what `one` is sent could be meant for `other`, which is elsewhere."""
    theirs = origins_of((other.token_url, other.platform_issuer, other.token_audience))
    is_elsewhere = origin_of(one.token_url) != origin_of(other.token_url)
    return is_elsewhere and origin_of(one.token_audience) in theirs


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
