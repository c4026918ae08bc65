"""Visits: one per launch, so that ten tabs, two courses and two people stay apart.

A visit has a public number, which stands in every address, and a secret, which never does. The
browser proves the secret by that visit's own cookie; forms and fetches carry a second value, the
form key, derived from the secret. Reading needs either; changing anything needs the form key,
which no other site can know: that is also the protection against cross-site request forgery.
The database keeps hashes only.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from lti_tool.lti.deep_linking import Placing
from lti_tool.lti.roles import CourseRole
from lti_tool.store.driver import Transaction
from lti_tool.store.prepared import Prepared
from lti_tool.store.tables.people import Visit
from lti_tool.usecases import people
from lti_tool.usecases.people import Actor

FORGOTTEN_AT_ONCE = 500
"""Few enough that no launch waits long behind them."""
_KEPT_AFTER_END = timedelta(days=1)

_OPEN = Prepared(
    insert(Visit),
    columns=(
        "institution_id",
        "number",
        "secret_hash",
        "form_key_hash",
        "person_id",
        "registration_id",
        "course_id",
        "resource_link_id",
        "course_roles",
        "details",
        "opened_at",
        "expires_at",
    ),
)


@dataclass(frozen=True)
class VisitDetails:
    """What a visit remembers of its launch for the pages: never claims, only what pages use."""

    activity: str | None = None
    frame_origins: tuple[str, ...] = ()
    locale: str | None = None
    wanted: str | None = None
    placing: Placing | None = None
    for_user: str | None = None
    """Whose work a submission review is about, as the LMS names them."""
    review: UUID | None = None
    """The review link that was opened."""


@dataclass(frozen=True)
class OpenedVisit:
    """A new visit: its public number, and the secret for the cookie."""

    number: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class SignedIn:
    """Who is asking, as a visit proves it."""

    number: str
    actor: Actor
    details: VisitDetails
    registration_id: UUID | None
    expires_at: datetime
    form_key: str = field(repr=False)


def form_key_of(secret: str) -> str:
    """The form key that goes with a visit's secret."""
    return hmac.new(secret.encode(), b"testamur form key", hashlib.sha256).hexdigest()


def open_visit(
    session: Transaction,
    actor: Actor,
    details: VisitDetails,
    *,
    registration_id: UUID | None,
    lasts: timedelta,
    now: datetime,
    new_secret: Callable[[], str],
) -> OpenedVisit:
    """Open a visit of this person, from where they came."""
    opened = OpenedVisit(number=_number(new_secret()), secret=new_secret())
    row = {
        "institution_id": actor.institution_id,
        "number": opened.number,
        "secret_hash": _hash(opened.secret),
        "form_key_hash": _hash(form_key_of(opened.secret)),
        "person_id": actor.person_id,
        "registration_id": registration_id,
        "course_id": actor.course_id,
        "resource_link_id": actor.resource_link_id,
        "course_roles": sorted(role.value for role in actor.course_roles),
        "details": _stored(details),
        "opened_at": now,
        "expires_at": now + lasts,
    }
    _OPEN.change(session, row)
    return opened


def forget_ended_visits(session: Session, now: datetime) -> bool:
    """Delete visits that ended over a day ago, a batch of them; True when there may be more."""
    ended = (
        select(Visit.institution_id, Visit.number)
        .where(Visit.expires_at < now - _KEPT_AFTER_END)
        .limit(FORGOTTEN_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    key = tuple_(Visit.institution_id, Visit.number)
    gone = session.connection().execute(delete(Visit).where(key.in_(ended)))
    return gone.rowcount == FORGOTTEN_AT_ONCE


def continue_elsewhere(
    session: Session, signed_in: SignedIn, *, now: datetime, new_secret: Callable[[], str]
) -> OpenedVisit:
    """Open another visit of the same person in the same place, ending when this one does.

    A window of its own can't use the cookie of a frame: browsers keep the cookies of a framed
    site apart by the site around it.
    """
    return open_visit(
        session,
        signed_in.actor,
        signed_in.details,
        registration_id=signed_in.registration_id,
        lasts=signed_in.expires_at - now,
        now=now,
        new_secret=new_secret,
    )


def find_visit(
    session: Session, number: str, *, secret: str | None, form_key: str | None, now: datetime
) -> SignedIn | None:
    """The visit of this number if the secret or the form key is its own and it still lasts."""
    visit = session.scalar(
        select(Visit).where(
            Visit.number == number, Visit.expires_at > now, Visit.ended_at.is_(None)
        )
    )
    if visit is None:
        return None
    if form_key is not None and hmac.compare_digest(_hash(form_key), visit.form_key_hash):
        proven = form_key
    elif secret is not None and hmac.compare_digest(_hash(secret), visit.secret_hash):
        proven = form_key_of(secret)
    else:
        return None
    return SignedIn(
        number=visit.number,
        actor=_actor(session, visit),
        details=_details(visit.details),
        registration_id=visit.registration_id,
        expires_at=visit.expires_at,
        form_key=proven,
    )


def is_form_key(signed_in: SignedIn, form_key: str | None) -> bool:
    """Whether a form or header carried this visit's own form key."""
    return form_key is not None and hmac.compare_digest(
        signed_in.form_key.encode(), form_key.encode()
    )


def end_visit(session: Session, signed_in: SignedIn, *, now: datetime) -> None:
    """End this visit; its cookie and form key open nothing any more."""
    session.execute(
        update(Visit)
        .where(
            Visit.institution_id == signed_in.actor.institution_id,
            Visit.number == signed_in.number,
        )
        .values(ended_at=now)
    )


def _actor(session: Session, visit: Visit) -> Actor:
    return Actor(
        institution_id=visit.institution_id,
        person_id=visit.person_id,
        course_id=visit.course_id,
        resource_link_id=visit.resource_link_id,
        course_roles=frozenset(CourseRole(role) for role in visit.course_roles),
        office_roles=people.roles_of(session, visit.institution_id, visit.person_id),
    )


def _number(random: str) -> str:
    """Fifteen digits from a secret's randomness: public, but not guessable one from another."""
    return str(int.from_bytes(_hash(random)[:8]) % 10**15).zfill(15)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _stored(details: VisitDetails) -> dict[str, Any]:
    return {
        "activity": details.activity,
        "frame_origins": list(details.frame_origins),
        "locale": details.locale,
        "wanted": details.wanted,
        "placing": None if details.placing is None else asdict(details.placing),
        "for_user": details.for_user,
        "review": details.review and str(details.review),
    }


def _details(stored: Mapping[str, Any]) -> VisitDetails:
    return VisitDetails(
        activity=stored["activity"],
        frame_origins=tuple(stored["frame_origins"]),
        locale=stored["locale"],
        wanted=stored["wanted"],
        placing=None if stored["placing"] is None else Placing(**stored["placing"]),
        for_user=stored["for_user"],
        review=UUID(stored["review"]) if stored["review"] else None,
    )
