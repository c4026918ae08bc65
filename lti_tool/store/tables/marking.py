"""Marksheets, comments encrypted, and released outcomes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.store.tables.base import Base, Identified, OfInstitution, belongs_to


class MarksheetRow(Identified, Base):
    """One marker's levels and comments on one submission, on one version of a rubric."""

    __tablename__ = "marksheets"
    __table_args__ = (
        belongs_to("submissions", "submission_id"),
        belongs_to("persons", "marker_id"),
        UniqueConstraint("institution_id", "submission_id", "marker_id"),
    )

    submission_id: Mapped[UUID]
    marker_id: Mapped[UUID]
    rubric_id: Mapped[str]
    rubric_hash: Mapped[str]
    levels: Mapped[Mapping[str, Any]]
    sealed_comments: Mapped[bytes]
    version: Mapped[int]
    saved_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class OutcomeRow(OfInstitution, Base):
    """The released result of a submission; nothing of it exists for the student before."""

    __tablename__ = "outcomes"
    __table_args__ = (
        belongs_to("submissions", "submission_id"),
        belongs_to("marksheets", "marksheet_id"),
        belongs_to("persons", "released_by"),
    )

    submission_id: Mapped[UUID] = mapped_column(primary_key=True)
    marksheet_id: Mapped[UUID]
    outcome: Mapped[str]
    released_at: Mapped[datetime]
    released_by: Mapped[UUID]
