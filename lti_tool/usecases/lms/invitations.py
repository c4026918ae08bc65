"""Invitations: single-use addresses by which an LMS registers itself."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from lti_tool.errors import NotAllowedError, NotFoundError
from lti_tool.lti.registrations import find_registration
from lti_tool.sentence import say
from lti_tool.store.database import Database
from lti_tool.store.encryption import SealingKey
from lti_tool.store.tables.platforms import Invitation, Registration
from lti_tool.usecases import audit
from lti_tool.usecases.lms import platform_list, platforms

LASTS = timedelta(days=7)


@dataclass(frozen=True)
class Invited:
    """A new invitation; its secret is in nobody's hands but the caller's, and kept nowhere."""

    registration_id: UUID
    secret: str = field(repr=False)


@dataclass(frozen=True)
class OpenInvitation:
    """An invitation nobody has used. `renews`: its registration exists and is made anew."""

    institution_id: UUID
    id: UUID
    registration_id: UUID
    created_at: datetime
    expires_at: datetime
    renews: bool


def invite(
    session: Session,
    institution_id: UUID,
    *,
    master: SealingKey,
    now: datetime,
    new_secret: Callable[[], str],
    actor_id: UUID | None = None,
    for_registration: UUID | None = None,
) -> Invited:
    """Invite an LMS, for seven days; `for_registration` is one to be registered anew.

    The registration's id is settled here, because our addresses name it before it exists; the
    LMS may read our keys from then on, so the first is made. Raises NotFoundError.
    """
    if for_registration is not None:
        platform_list.found(session, institution_id, for_registration)
    platforms.ensure_tool_key(session, institution_id, master=master, now=now, new_id=uuid4)
    secret, registration_id = new_secret(), for_registration or uuid4()
    session.add(
        Invitation(
            institution_id=institution_id,
            id=uuid4(),
            registration_id=registration_id,
            secret_hash=_hash(secret),
            created_at=now,
            created_by=actor_id,
            expires_at=now + LASTS,
        )
    )
    audit.record(
        session,
        institution_id,
        "platform.invited",
        subject=registration_id,
        now=now,
        actor_id=actor_id,
    )
    return Invited(registration_id, secret)


def find(session: Session, secret: str, *, now: datetime) -> OpenInvitation:
    """The open invitation of this secret; raises NotAllowedError when there is none."""
    row = session.scalar(
        select(Invitation).where(Invitation.secret_hash == _hash(secret), _is_open(now))
    )
    if row is None:
        raise _used_up()
    return _info(session, row)


def institution_of(session: Session, registration_id: UUID, *, now: datetime) -> UUID:
    """Whose registration this is, or will be: our keys can be read before an LMS registers.

    Raises LaunchRejectedError `launch.registration-unknown` (404).
    """
    invited = session.scalar(
        select(Invitation.institution_id)
        .where(Invitation.registration_id == registration_id, _is_open(now))
        .limit(1)
    )
    return invited or find_registration(session, registration_id).institution_id


def reserved(
    session: Session, institution_id: UUID, registration_id: UUID, *, now: datetime
) -> OpenInvitation:
    """The newest open invitation that settled this registration's id; raises NotFoundError."""
    found = session.scalars(
        select(Invitation)
        .where(
            Invitation.institution_id == institution_id,
            Invitation.registration_id == registration_id,
            _is_open(now),
        )
        .order_by(Invitation.created_at.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFoundError(
            "invitations.unknown",
            say(
                "invitations.unknown",
                "There is no open invitation for this connection. It was used, withdrawn, or is "
                "older than seven days; make a new one.",
            ),
        )
    return _info(session, found)


def open_ones(
    session: Session, institution_id: UUID, *, now: datetime
) -> tuple[OpenInvitation, ...]:
    """The institution's open invitations, oldest first."""
    rows = session.scalars(
        select(Invitation)
        .where(Invitation.institution_id == institution_id, _is_open(now))
        .order_by(Invitation.created_at, Invitation.id)
    ).all()
    return tuple(_info(session, row) for row in rows)


def withdraw(
    session: Session,
    institution_id: UUID,
    registration_id: UUID,
    *,
    now: datetime,
    actor_id: UUID | None = None,
) -> None:
    """End every open invitation for this registration; raises NotFoundError."""
    reserved(session, institution_id, registration_id, now=now)
    use_reserved(session, institution_id, registration_id, now=now)
    audit.record(
        session,
        institution_id,
        "platform.invitation-withdrawn",
        subject=registration_id,
        now=now,
        actor_id=actor_id,
    )


def use_reserved(
    session: Session, institution_id: UUID, registration_id: UUID, *, now: datetime
) -> None:
    """Use up every open invitation for this registration, when it was connected by hand."""
    session.execute(
        update(Invitation)
        .where(
            Invitation.institution_id == institution_id,
            Invitation.registration_id == registration_id,
            _is_open(now),
        )
        .values(used_at=now)
    )


@contextmanager
def claimed(db: Database, secret: str, *, now: datetime) -> Iterator[OpenInvitation]:
    """Use an invitation up for what happens within; it is open again when that fails.

    Of two that try at once, one gets it, before anything is said to an LMS. Whoever dies in
    between leaves it used up: the LMS may know us by then. Raises NotAllowedError.
    """
    with db.begin() as session:
        invitation = _claim(session, secret, now=now)
    try:
        yield invitation
    except BaseException:
        with db.begin() as session:
            _give_back(session, invitation)
        raise


def _claim(session: Session, secret: str, *, now: datetime) -> OpenInvitation:
    statement = (
        update(Invitation)
        .where(Invitation.secret_hash == _hash(secret), _is_open(now))
        .values(used_at=now)
        .returning(Invitation)
    )
    row = session.scalars(statement).one_or_none()
    if row is None:
        raise _used_up()
    return _info(session, row)


def _give_back(session: Session, invitation: OpenInvitation) -> None:
    session.execute(
        update(Invitation)
        .where(
            Invitation.institution_id == invitation.institution_id, Invitation.id == invitation.id
        )
        .values(used_at=None)
    )


def _is_open(now: datetime) -> ColumnElement[bool]:
    return and_(Invitation.used_at.is_(None), Invitation.expires_at > now)


def _info(session: Session, row: Invitation) -> OpenInvitation:
    known = session.get(Registration, (row.institution_id, row.registration_id))
    return OpenInvitation(
        institution_id=row.institution_id,
        id=row.id,
        registration_id=row.registration_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        renews=known is not None,
    )


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def _used_up() -> NotAllowedError:
    return NotAllowedError(
        "invitations.used-up",
        say(
            "invitations.used-up",
            "This registration address is used up, withdrawn, or older than seven days. Look in "
            "the LMS whether Testamur is connected already. If not, ask the administrator of "
            "this tool for a new address, and paste that one into the LMS.",
        ),
    )
