"""Awards, issued credentials, status lists and their entries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.store.tables.base import Base, Identified, OfInstitution, belongs_to


class Award(Identified, Base):
    """Our decision that someone earned a badge. `state`: decided, reserved, issued, revoked.

    The partial unique index is the promise: one unrevoked award per enrolment, badge and period.
    """

    __tablename__ = "awards"
    __table_args__ = (
        belongs_to("enrolments", "enrolment_id"),
        Index(
            "uq_awards_live",
            "institution_id",
            "enrolment_id",
            "badge_id",
            "period",
            unique=True,
            sqlite_where=text("state <> 'revoked'"),
            postgresql_where=text("state <> 'revoked'"),
        ),
    )

    enrolment_id: Mapped[UUID]
    badge_id: Mapped[str]
    period: Mapped[str]
    state: Mapped[str]
    snapshot: Mapped[Mapping[str, Any]]
    decided_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]
    revoked_reason: Mapped[str | None]


class Credential(OfInstitution, Base):
    """What we intend to sign, stored before signing, and the signed bytes once there are any."""

    __tablename__ = "credentials"
    __table_args__ = (
        belongs_to("awards", "award_id"),
        UniqueConstraint("institution_id", "credential_id"),
    )

    award_id: Mapped[UUID] = mapped_column(primary_key=True)
    credential_id: Mapped[str]
    signing_key_id: Mapped[str]
    proof_created: Mapped[datetime]
    unsigned: Mapped[str]
    signed: Mapped[str | None]
    reserved_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]


class StatusListRow(Identified, Base):
    """A list of status bits; `number` is its public name."""

    __tablename__ = "status_lists"
    __table_args__ = (UniqueConstraint("institution_id", "purpose", "number"),)

    purpose: Mapped[str]
    number: Mapped[int]
    length: Mapped[int]
    created_at: Mapped[datetime]


class StatusEntryRow(OfInstitution, Base):
    """The place of one award in a status list; never given to another."""

    __tablename__ = "status_entries"
    __table_args__ = (
        belongs_to("status_lists", "status_list_id"),
        belongs_to("awards", "award_id"),
        UniqueConstraint("institution_id", "award_id"),
    )

    status_list_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[UUID]
    is_set: Mapped[bool]
