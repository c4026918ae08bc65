"""Drafts and submissions, text encrypted; who read them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.store.tables.base import Base, Identified, OfInstitution, belongs_to


class Draft(OfInstitution, Base):
    """What a student is writing. `version` counts saves, so that no window overwrites another."""

    __tablename__ = "drafts"
    __table_args__ = (belongs_to("enrolments", "enrolment_id"),)

    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[str] = mapped_column(primary_key=True)
    sealed_text: Mapped[bytes]
    version: Mapped[int]
    saved_at: Mapped[datetime]


class Submission(Identified, Base):
    """One round handed in. `state`: submitted, marked, returned or accepted (as released)."""

    __tablename__ = "submissions"
    __table_args__ = (
        belongs_to("enrolments", "enrolment_id"),
        belongs_to("courses", "course_id"),
        belongs_to("resource_links", "resource_link_id"),
        UniqueConstraint("institution_id", "enrolment_id", "activity_id", "round"),
        Index("ix_submissions_queue", "institution_id", "state", "submitted_at"),
    )

    enrolment_id: Mapped[UUID]
    activity_id: Mapped[str]
    round: Mapped[int]
    course_id: Mapped[UUID | None]
    resource_link_id: Mapped[UUID | None]
    code: Mapped[str]
    sealed_text: Mapped[bytes]
    words: Mapped[int]
    state: Mapped[str]
    submitted_at: Mapped[datetime]


class Reading(Identified, Base):
    """Somebody else opened what a student wrote: who, when, in which capacity."""

    __tablename__ = "readings"
    __table_args__ = (
        belongs_to("submissions", "submission_id"),
        belongs_to("persons", "reader_id"),
    )

    submission_id: Mapped[UUID] = mapped_column(index=True)
    reader_id: Mapped[UUID]
    capacity: Mapped[str]
    at: Mapped[datetime]
