"""Registrations, deployments, courses, resource links, line items, logins, keys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.store.tables.base import Base, Identified, OfInstitution, belongs_to


class Registration(Identified, Base):
    """An LMS that knows us as a client. Found by our own id, never by issuer alone."""

    __tablename__ = "registrations"
    __table_args__ = (
        UniqueConstraint("institution_id", "platform_issuer", "client_id", "auth_url"),
        Index("ix_registrations_id", "id"),
    )

    platform_issuer: Mapped[str]
    client_id: Mapped[str]
    auth_url: Mapped[str]
    token_url: Mapped[str]
    jwks_url: Mapped[str]
    created_at: Mapped[datetime]


class Deployment(OfInstitution, Base):
    """An installation of ours in an LMS: `state` is active or pending."""

    __tablename__ = "deployments"
    __table_args__ = (belongs_to("registrations", "registration_id"),)

    registration_id: Mapped[UUID] = mapped_column(primary_key=True)
    deployment_id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    seen_at: Mapped[datetime]


class Login(Identified, Base):
    """One OIDC login under way: state, nonce, registration, target, browser; used once.

    Hashes are SHA-256 of what the browser carries, so that a copy of the table opens nothing.
    """

    __tablename__ = "logins"
    __table_args__ = (
        belongs_to("registrations", "registration_id"),
        UniqueConstraint("institution_id", "state_hash"),
        Index("ix_logins_expires_at", "expires_at"),
    )

    registration_id: Mapped[UUID]
    state_hash: Mapped[bytes]
    nonce: Mapped[str]
    browser_hash: Mapped[bytes]
    target: Mapped[str]
    expires_at: Mapped[datetime]
    consumed_at: Mapped[datetime | None]


class PlatformKeys(OfInstitution, Base):
    """A platform's key set as last fetched, shared by all processes."""

    __tablename__ = "platform_keys"
    __table_args__ = (belongs_to("registrations", "registration_id"),)

    registration_id: Mapped[UUID] = mapped_column(primary_key=True)
    jwks: Mapped[Mapping[str, Any]]
    fetched_at: Mapped[datetime]


class ToolKey(Identified, Base):
    """One of our LTI key pairs; the private half is sealed under the master key."""

    __tablename__ = "tool_keys"

    public_jwk: Mapped[Mapping[str, Any]]
    sealed_private: Mapped[bytes]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Course(Identified, Base):
    """An LTI context."""

    __tablename__ = "courses"
    __table_args__ = (
        belongs_to("registrations", "registration_id"),
        UniqueConstraint("institution_id", "registration_id", "deployment_id", "context_id"),
    )

    registration_id: Mapped[UUID]
    deployment_id: Mapped[str]
    context_id: Mapped[str]
    title: Mapped[str | None]
    seen_at: Mapped[datetime]


class ResourceLink(Identified, Base):
    """A placement of ours in a course, with the line item the LMS named for it."""

    __tablename__ = "resource_links"
    __table_args__ = (
        belongs_to("courses", "course_id"),
        UniqueConstraint("institution_id", "course_id", "link_id"),
    )

    course_id: Mapped[UUID]
    link_id: Mapped[str]
    title: Mapped[str | None]
    activity: Mapped[str | None]
    line_item_url: Mapped[str | None]
    seen_at: Mapped[datetime]
