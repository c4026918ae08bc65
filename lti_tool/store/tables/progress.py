"""Evidence of what a student did, and requirement results with the evidence they rest on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.store.tables.base import Base, Identified, OfInstitution, belongs_to


class EvidenceRow(Identified, Base):
    """One fact about an enrolment: something done, or a released mark. Never any student text."""

    __tablename__ = "evidence"
    __table_args__ = (
        belongs_to("enrolments", "enrolment_id"),
        UniqueConstraint("institution_id", "enrolment_id", "activity_id", "kind", "occasion"),
    )

    enrolment_id: Mapped[UUID]
    activity_id: Mapped[str]
    kind: Mapped[str]
    occasion: Mapped[str]
    facts: Mapped[Mapping[str, Any]]
    at: Mapped[datetime]


class RequirementResult(OfInstitution, Base):
    """A requirement of an enrolment that has been met: when, and on which evidence."""

    __tablename__ = "requirement_results"
    __table_args__ = (belongs_to("enrolments", "enrolment_id"),)

    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True)
    requirement_id: Mapped[str] = mapped_column(primary_key=True)
    met_at: Mapped[datetime]
    evidence_ids: Mapped[list[str]]
