"""Register and list LMSs."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.errors import ConflictError, InvalidInputError, NotFoundError
from lti_tool.lti.reading.addresses import split_address
from lti_tool.lti.tool_keys import new_tool_key, public_jwks
from lti_tool.sentence import Sentence, say
from lti_tool.store.encryption import SealingKey
from lti_tool.store.tables.platforms import Deployment, Registration
from lti_tool.usecases import audit

LONGEST_ID = 255
"""Characters of a client or deployment id (LTI 1.3 core §5.3.3 bounds the latter)."""

_WRONG_DEPLOYMENT = say(
    "platforms.fault-deployments", "Write each deployment id as the LMS shows it, in full."
)
_ADDRESSES = ("platform_issuer", "auth_url", "token_url", "jwks_url")


@dataclass(frozen=True)
class NewPlatform:
    """What an LMS tells us about itself: issuer, our client id there, and three addresses."""

    platform_issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    deployments: tuple[str, ...] = ()


@dataclass(frozen=True)
class RegisteredPlatform:
    """A registration as lists show it."""

    id: UUID
    platform_issuer: str
    client_id: str
    deployments: tuple[tuple[str, str], ...]


def register(
    session: Session, institution_id: UUID, platform: NewPlatform, *, now: datetime
) -> RegisteredPlatform:
    """Register an LMS; raises InvalidInputError or ConflictError (registered already)."""
    platform = _tidied(platform)
    faults = _faults(platform)
    if faults:
        raise _cannot(faults)
    if _exists(session, institution_id, platform):
        raise ConflictError(
            "platforms.known",
            say(
                "platforms.known",
                "This LMS is registered already. “testamur platforms list” shows it.",
            ),
        )
    row = Registration(
        institution_id=institution_id,
        id=uuid4(),
        platform_issuer=platform.platform_issuer,
        client_id=platform.client_id,
        auth_url=platform.auth_url,
        token_url=platform.token_url,
        jwks_url=platform.jwks_url,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    for deployment_id in dict.fromkeys(platform.deployments):
        note_deployment(session, institution_id, row.id, deployment_id, state="active", now=now)
    audit.record(session, institution_id, "platform.registered", subject=row.id, now=now)
    return _described(session, row)


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


def registered(session: Session, institution_id: UUID) -> tuple[RegisteredPlatform, ...]:
    """The institution's LMSs, oldest first."""
    rows = session.scalars(
        select(Registration)
        .where(Registration.institution_id == institution_id)
        .order_by(Registration.created_at)
    ).all()
    return tuple(_described(session, row) for row in rows)


def note_deployment(
    session: Session,
    institution_id: UUID,
    registration_id: UUID,
    deployment_id: str,
    *,
    state: str,
    now: datetime,
) -> str:
    """The state of a deployment, recorded as `state` when it is new."""
    row = session.get(Deployment, (institution_id, registration_id, deployment_id))
    if row is None:
        row = Deployment(
            institution_id=institution_id,
            registration_id=registration_id,
            deployment_id=deployment_id,
            state=state,
            seen_at=now,
        )
        session.add(row)
        session.flush()
    return row.state


def approve_deployment(
    session: Session,
    institution_id: UUID,
    registration_id: UUID,
    deployment_id: str,
    *,
    now: datetime,
    actor_id: UUID | None = None,
) -> None:
    """Let launches of this deployment in, known or not seen yet; raises InvalidInputError."""
    if not _is_id(deployment_id):
        raise InvalidInputError("platforms.deployment", _WRONG_DEPLOYMENT)
    note_deployment(
        session, institution_id, registration_id, deployment_id, state="active", now=now
    )
    session.get_one(Deployment, (institution_id, registration_id, deployment_id)).state = "active"
    audit.record(
        session,
        institution_id,
        "deployment.approved",
        subject=registration_id,
        now=now,
        actor_id=actor_id,
        details={"deployment": deployment_id},
    )


def approve_pending(
    session: Session,
    institution_id: UUID,
    registration_id: UUID,
    deployment_id: str,
    *,
    now: datetime,
    actor_id: UUID,
) -> None:
    """Let in a deployment that has launched us and waits; raises NotFoundError."""
    if session.get(Deployment, (institution_id, registration_id, deployment_id)) is None:
        raise NotFoundError(
            "platforms.no-deployment",
            say("platforms.no-deployment", "No such deployment has asked to be let in."),
        )
    approve_deployment(
        session, institution_id, registration_id, deployment_id, now=now, actor_id=actor_id
    )


def _tidied(platform: NewPlatform) -> NewPlatform:
    """Without the spaces that copying and pasting brings along."""
    deployments = (one.strip() for one in platform.deployments)
    return NewPlatform(
        platform_issuer=platform.platform_issuer.strip(),
        client_id=platform.client_id.strip(),
        auth_url=platform.auth_url.strip(),
        token_url=platform.token_url.strip(),
        jwks_url=platform.jwks_url.strip(),
        deployments=tuple(one for one in deployments if one),
    )


def _faults(platform: NewPlatform) -> dict[str, Sentence]:
    """What can't be used; addresses as strictly as they are read when we call them."""
    faults = {
        field: say(
            "platforms.fault-address", "Write a whole address such as https://lms.example.edu/…"
        )
        for field in _ADDRESSES
        if split_address(getattr(platform, field)) is None
    }
    if not _is_id(platform.client_id):
        faults["client_id"] = say(
            "platforms.fault-client", "Write the client id as the LMS shows it, in full."
        )
    if not all(_is_id(one) for one in platform.deployments):
        faults["deployments"] = _WRONG_DEPLOYMENT
    return faults


def _is_id(text: str) -> bool:
    return 1 <= len(text) <= LONGEST_ID and text.isprintable()


def _exists(session: Session, institution_id: UUID, platform: NewPlatform) -> bool:
    found = session.scalar(
        select(Registration.id).where(
            Registration.institution_id == institution_id,
            Registration.platform_issuer == platform.platform_issuer,
            Registration.client_id == platform.client_id,
            Registration.auth_url == platform.auth_url,
        )
    )
    return found is not None


def _cannot(faults: dict[str, Sentence]) -> InvalidInputError:
    names: Collection[str] = sorted(faults)
    return InvalidInputError(
        "platforms.wrong",
        say(
            "platforms.wrong",
            "The LMS was not registered. Look at: %(fields)s.",
            fields=", ".join(names),
        ),
        fields=faults,
    )


def _described(session: Session, row: Registration) -> RegisteredPlatform:
    deployments = session.execute(
        select(Deployment.deployment_id, Deployment.state)
        .where(
            Deployment.institution_id == row.institution_id,
            Deployment.registration_id == row.id,
        )
        .order_by(Deployment.deployment_id)
    ).all()
    return RegisteredPlatform(
        id=row.id,
        platform_issuer=row.platform_issuer,
        client_id=row.client_id,
        deployments=tuple((deployment, state) for deployment, state in deployments),
    )
