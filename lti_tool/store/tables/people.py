"""Institutions, persons, their LMS accounts, members of courses, office roles, student keys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.store.tables.base import Base, Identified, OfInstitution, belongs_to


class Institution(Base):
    """Who issues: name, issuer profile, support contacts, logo."""

    __tablename__ = "institutions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str | None]
    email: Mapped[str | None]
    description: Mapped[str | None]
    support: Mapped[list[dict[str, Any]]]
    logo: Mapped[bytes | None]
    time_zone: Mapped[str]
    created_at: Mapped[datetime]


class Person(Identified, Base):
    """One human being at one institution. Roles are never a property of the person."""

    __tablename__ = "persons"
    __table_args__ = (Index("ix_persons_email", "institution_id", "email"),)

    name: Mapped[str | None]
    email: Mapped[str | None]
    created_at: Mapped[datetime]


class Account(OfInstitution, Base):
    """How one LMS names a person: `sub` is unique within a registration only (LTI 1.3 §5.3.6)."""

    __tablename__ = "accounts"
    __table_args__ = (
        belongs_to("registrations", "registration_id"),
        belongs_to("persons", "person_id"),
        Index("ix_accounts_legacy_id", "registration_id", "legacy_id"),
    )

    registration_id: Mapped[UUID] = mapped_column(primary_key=True)
    sub: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    legacy_id: Mapped[str | None]
    """Canvas' older id as rosters give it: the same one when accounts were merged."""


class Member(OfInstitution, Base):
    """A person in a course.

    `roles` are those of the latest launch, which win for whoever is present; `roster_roles` what
    the LMS's roster says. `left_at` is set when a complete roster no longer names them.
    """

    __tablename__ = "members"
    __table_args__ = (belongs_to("courses", "course_id"), belongs_to("persons", "person_id"))

    course_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    roles: Mapped[list[str]]
    seen_at: Mapped[datetime | None]
    """Their latest launch; None for those only the roster names."""
    roster_roles: Mapped[list[str]] = mapped_column(default=list)
    roster_seen_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]


class OfficeRoleGrant(OfInstitution, Base):
    """An office role someone holds; LMS roles never make one."""

    __tablename__ = "office_roles"
    __table_args__ = (belongs_to("persons", "person_id"),)

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    granted_at: Mapped[datetime]
    granted_by: Mapped[UUID | None]


class EntryLink(Identified, Base):
    """A one-time link by which somebody enters without an LMS; only the secret's hash is kept."""

    __tablename__ = "entry_links"
    __table_args__ = (belongs_to("persons", "person_id"),)

    person_id: Mapped[UUID]
    secret_hash: Mapped[bytes] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class StudentKeyRow(OfInstitution, Base):
    """A student's own key, sealed under the master key; destroying the row erases the writing."""

    __tablename__ = "student_keys"
    __table_args__ = (belongs_to("persons", "person_id"),)

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]


class Visit(OfInstitution, Base):
    """One launch or entry link in use: who is asking, from where, proven by a secret."""

    __tablename__ = "visits"
    __table_args__ = (
        belongs_to("persons", "person_id"),
        belongs_to("registrations", "registration_id"),
        belongs_to("courses", "course_id"),
        ForeignKeyConstraint(
            ["institution_id", "resource_link_id"],
            ["resource_links.institution_id", "resource_links.id"],
        ),
        Index("ix_visits_number", "number"),
        Index("ix_visits_expires_at", "expires_at"),
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    secret_hash: Mapped[bytes]
    form_key_hash: Mapped[bytes]
    person_id: Mapped[UUID]
    registration_id: Mapped[UUID | None]
    course_id: Mapped[UUID | None]
    resource_link_id: Mapped[UUID | None]
    course_roles: Mapped[list[str]]
    details: Mapped[Mapping[str, Any]]
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
