"""Institutions and their settings: name, issuer profile, support contacts, logo."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID, uuid4
from zoneinfo import available_timezones

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from lti_tool.errors import InvalidInputError, NotFoundError
from lti_tool.sentence import Sentence, say
from lti_tool.store.tables.people import Institution
from lti_tool.usecases import audit

LARGEST_LOGO = 256 * 1024

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What stands in no badge we sign, and partly in no database, and a terminal sends all the same."""


@dataclass(frozen=True)
class SupportContact:
    """Someone a student can turn to: who, and how to reach them (numbers, hours)."""

    name: str
    detail: str


@dataclass(frozen=True)
class InstitutionInfo:
    """What pages and credentials may know of an institution."""

    id: UUID
    slug: str
    name: str
    url: str | None
    email: str | None
    description: str | None
    support: tuple[SupportContact, ...]
    time_zone: str
    has_logo: bool


@dataclass(frozen=True)
class InstitutionChanges:
    """New settings, as typed into the form."""

    name: str
    url: str
    email: str
    description: str
    time_zone: str
    support: tuple[SupportContact, ...]


def find_or_create(session: Session, name: str, *, now: datetime) -> InstitutionInfo:
    """The institution `find` finds, made when there is none yet; raises InvalidInputError."""
    name = " ".join(name.split())
    if not _is_name(name):
        raise InvalidInputError(
            "institutions.name",
            say("institutions.name", "Give the institution a name of 1 to 200 visible characters."),
        )
    found = find(session, name)
    if found is not None:
        return found
    row = Institution(
        id=uuid4(),
        slug=_free_slug(session, name),
        name=name,
        support=[],
        time_zone="UTC",
        created_at=now,
    )
    session.add(row)
    session.flush()
    audit.record(session, row.id, "institution.created", subject=row.id, now=now)
    return _info(row)


def find(session: Session, name: str) -> InstitutionInfo | None:
    """The institution of that name or short name; None when there is none.

    Raises InvalidInputError when two answer to it.
    """
    name = " ".join(name.split())
    if _UNSEEN.search(name):
        return None
    rows = session.scalars(select(Institution).where(_answers_to(name))).all()
    if len(rows) > 1:
        raise InvalidInputError(
            "institutions.several",
            say(
                "institutions.several",
                "“%(name)s” means two institutions here: it is the name of one and the short name "
                "of the other. Give the one you mean another name in its office, or name it by "
                "its other name: %(known)s.",
                name=name[:200],
                known=", ".join(sorted({row.name for row in rows} | {row.slug for row in rows})),
            ),
        )
    return _info(rows[0]) if rows else None


def named(session: Session, name: str) -> InstitutionInfo:
    """What `find` finds; raises NotFoundError naming those there are."""
    found = find(session, name)
    if found is None:
        known = ", ".join(session.scalars(select(Institution.name).order_by(Institution.name)))
        raise NotFoundError(
            "institutions.unknown",
            say(
                "institutions.unknown",
                "There is no institution called “%(name)s” here. Known: %(known)s.",
                name=_UNSEEN.sub("", name)[:200],
                known=known or "-",
            ),
        )
    return found


def by_id(session: Session, institution_id: UUID) -> InstitutionInfo:
    """The institution with this id; raises NotFoundError."""
    return _info(_row(session, institution_id))


def by_slug(session: Session, slug: str) -> InstitutionInfo:
    """The institution of this public address; raises NotFoundError."""
    row = session.scalar(select(Institution).where(Institution.slug == slug))
    if row is None:
        raise _not_here()
    return _info(row)


def every(session: Session) -> tuple[InstitutionInfo, ...]:
    """All institutions, by name."""
    return tuple(
        _info(row) for row in session.scalars(select(Institution).order_by(Institution.name))
    )


def logo_of(session: Session, institution_id: UUID) -> bytes:
    """The logo (PNG); raises NotFoundError when there is none."""
    logo = _row(session, institution_id).logo
    if logo is None:
        raise _not_here()
    return logo


def change(
    session: Session,
    institution_id: UUID,
    changes: InstitutionChanges,
    *,
    actor_id: UUID,
    now: datetime,
) -> None:
    """Save settings; raises InvalidInputError naming each field that can't be used."""
    faults = _faults(changes)
    if "name" not in faults and _is_taken(session, changes.name.strip(), institution_id):
        faults["name"] = say(
            "institutions.fault-name-taken",
            "Another institution here has this name or short name. Choose one that tells them "
            "apart.",
        )
    if faults:
        raise InvalidInputError(
            "institutions.settings",
            say(
                "institutions.settings", "Nothing was saved yet. Please look at the marked fields."
            ),
            fields=faults,
        )
    row = _row(session, institution_id)
    row.name, row.time_zone = changes.name.strip(), changes.time_zone
    row.url, row.email = changes.url.strip() or None, changes.email.strip() or None
    row.description = changes.description.strip() or None
    row.support = [
        {"name": contact.name.strip(), "detail": contact.detail.strip()}
        for contact in changes.support
        if contact.name.strip()
    ]
    audit.record(
        session, institution_id, "institution.changed", subject=row.id, now=now, actor_id=actor_id
    )


def change_logo(
    session: Session, institution_id: UUID, logo: bytes, *, actor_id: UUID, now: datetime
) -> None:
    """Replace the logo by a PNG of at most 256 KiB."""
    if not logo.startswith(b"\x89PNG\r\n\x1a\n") or len(logo) > LARGEST_LOGO:
        raise InvalidInputError(
            "institutions.logo",
            say("institutions.logo", "The logo must be a PNG picture of at most 256 kB."),
        )
    _row(session, institution_id).logo = logo
    audit.record(
        session,
        institution_id,
        "institution.logo-changed",
        subject=institution_id,
        now=now,
        actor_id=actor_id,
    )


def _faults(changes: InstitutionChanges) -> dict[str, Sentence]:
    faults: dict[str, Sentence] = {}
    if not _is_name(changes.name.strip()):
        faults["name"] = say(
            "institutions.fault-name",
            "Write a name of 1 to 200 characters. If it looks right, one of them can't be seen: "
            "type it anew.",
        )
    if changes.url.strip() and not _is_web_address(changes.url.strip()):
        faults["url"] = say(
            "institutions.fault-url",
            "Write an address that begins with https://, as in https://www.example.edu.",
        )
    if changes.email.strip() and not _is_email(changes.email.strip()):
        faults["email"] = say("institutions.fault-email", "Write an e-mail address.")
    if any(one.detail.strip() and not one.name.strip() for one in changes.support):
        faults["support"] = say(
            "institutions.fault-support", "Write whom each contact reaches, not only how."
        )
    if changes.time_zone not in available_timezones():
        faults["time_zone"] = say(
            "institutions.fault-time-zone", "Write a time zone such as Europe/Berlin."
        )
    return faults


def _is_name(name: str) -> bool:
    return 1 <= len(name) <= 200 and not _UNSEEN.search(name)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # a bracket that opens an IPv6 address and is never closed
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not _UNSEEN.search(url)


def _is_email(email: str) -> bool:
    return bool(re.fullmatch(r"[^@\s]+@[^@\s]+", email)) and not _UNSEEN.search(email)


def _is_taken(session: Session, name: str, institution_id: UUID) -> bool:
    other = session.scalar(
        select(Institution.id).where(_answers_to(name), Institution.id != institution_id).limit(1)
    )
    return other is not None


def _answers_to(name: str) -> ColumnElement[bool]:
    return or_(Institution.name == name, Institution.slug == name)


def _row(session: Session, institution_id: UUID) -> Institution:
    row = session.get(Institution, institution_id)
    if row is None:
        raise _not_here()
    return row


def _not_here() -> NotFoundError:
    return NotFoundError("institutions.none", say("institutions.none", "There is nothing here."))


def _free_slug(session: Session, name: str) -> str:
    """A short public name that no one has: it becomes part of did:web and never changes."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "institution"
    slug, count = base, 1
    while session.scalar(select(Institution.id).where(_answers_to(slug)).limit(1)) is not None:
        count += 1
        slug = f"{base}-{count}"
    return slug


def _info(row: Institution) -> InstitutionInfo:
    return InstitutionInfo(
        id=row.id,
        slug=row.slug,
        name=row.name,
        url=row.url,
        email=row.email,
        description=row.description,
        support=tuple(SupportContact(one["name"], one["detail"]) for one in row.support),
        time_zone=row.time_zone,
        has_logo=row.logo is not None,
    )
