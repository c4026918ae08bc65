"""Registrations, invitations, deployments, courses, resource links, logins, keys, records."""

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
    token_audience: Mapped[str | None]
    """What a client assertion names as its audience when it is not the token address."""
    name: Mapped[str | None]
    product_family: Mapped[str | None]
    """As the LMS calls its kind: "canvas", "moodle"; quirks.py reads it."""
    scopes: Mapped[list[str] | None]
    """Scopes the LMS granted at registration; None when it did not say."""
    management_url: Mapped[str | None]
    """Where a dynamic registration is read and changed, when the LMS says (Canvas does)."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Invitation(Identified, Base):
    """A single-use address by which an LMS registers itself; only its secret's hash is kept.

    `registration_id` is the id the registration will have (its addresses name it before it
    exists), or of the one that is to be registered anew.
    """

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("institution_id", "secret_hash"),)

    registration_id: Mapped[UUID]
    secret_hash: Mapped[bytes] = mapped_column(index=True)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Deployment(OfInstitution, Base):
    """An installation of ours in an LMS: `state` is active, pending or refused.

    `first_*` say what the first launch told, so that a person can recognise what they let in.
    """

    __tablename__ = "deployments"
    __table_args__ = (belongs_to("registrations", "registration_id"),)

    registration_id: Mapped[UUID] = mapped_column(primary_key=True)
    deployment_id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    first_course: Mapped[str | None]
    first_platform: Mapped[str | None]
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
    signs_from: Mapped[datetime]
    """Published from `created_at`, used from here on: platforms must have had time to see it."""
    retired_at: Mapped[datetime | None]
    """When it stops being published."""


class AccessToken(OfInstitution, Base):
    """An access token of a platform, sealed, shared by all processes."""

    __tablename__ = "access_tokens"
    __table_args__ = (belongs_to("registrations", "registration_id"),)

    registration_id: Mapped[UUID] = mapped_column(primary_key=True)
    name_hash: Mapped[bytes] = mapped_column(primary_key=True)
    """SHA-256 of client id, token address and scopes."""
    sealed: Mapped[bytes]
    good_until: Mapped[datetime]


class LaunchRecord(Identified, Base):
    """One launch as the inspector shows it: claims masked, and how it ended."""

    __tablename__ = "launch_records"
    __table_args__ = (
        belongs_to("registrations", "registration_id"),
        Index("ix_launch_records_at", "institution_id", "registration_id", "at"),
    )

    registration_id: Mapped[UUID]
    at: Mapped[datetime]
    code: Mapped[str | None]
    """Why it was refused, as in refusals.CODES; None for one that was let in."""
    is_proven: Mapped[bool]
    """Whether the platform's signature was checked and good; else anybody may have written it."""
    header: Mapped[Mapping[str, Any]]
    claims: Mapped[Mapping[str, Any]]


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
    line_items_url: Mapped[str | None]
    memberships_url: Mapped[str | None]
    service_scopes: Mapped[list[str] | None]
    """AGS scopes the latest launch granted; None when it did not say."""
    copied_from: Mapped[list[str]] = mapped_column(default=list)
    """Context ids this course was copied from, nearest first (`Context.id.history`)."""
    copy_noticed_at: Mapped[datetime | None]
    """When an instructor said that they have read "copied from …"."""
    roster_read_at: Mapped[datetime | None]
    """Last complete reading; a partial one changes nothing."""
    roster_tried_at: Mapped[datetime | None]
    roster_fault: Mapped[Mapping[str, Any] | None]
    """Why the last reading failed: {code, values} of a sentence; None when it worked."""
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
    """The LMS's own line item of this link, as launches name it."""
    chosen_by: Mapped[UUID | None]
    """Who chose the activity on our page, when the link itself names none."""
    seen_at: Mapped[datetime]
