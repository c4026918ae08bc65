"""Published programme versions and enrolments."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.store.tables.base import Base, Identified, OfInstitution, belongs_to


class ProgrammeVersion(OfInstitution, Base):
    """A published version: frozen, named by the digest of its canonical form."""

    __tablename__ = "programme_versions"
    __table_args__ = (UniqueConstraint("institution_id", "programme_id", "digest"),)

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    title: Mapped[str]
    source: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[UUID | None]


class BadgeImage(OfInstitution, Base):
    """A badge picture as published with a version (SVG text)."""

    __tablename__ = "badge_images"
    __table_args__ = (
        ForeignKeyConstraint(
            ["institution_id", "programme_id", "version"],
            [
                "programme_versions.institution_id",
                "programme_versions.programme_id",
                "programme_versions.version",
            ],
        ),
    )

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    svg: Mapped[str]


class Enrolment(Identified, Base):
    """A student on one version of a programme. Evidence belongs to this, not to a course.

    `is_test` marks the LMS's stand-in for a student, who sees everything and earns nothing.
    """

    __tablename__ = "enrolments"
    __table_args__ = (
        belongs_to("persons", "person_id"),
        ForeignKeyConstraint(
            ["institution_id", "programme_id", "version"],
            [
                "programme_versions.institution_id",
                "programme_versions.programme_id",
                "programme_versions.version",
            ],
        ),
        UniqueConstraint("institution_id", "person_id", "programme_id"),
        Index("ix_enrolments_programme", "institution_id", "programme_id", "version"),
    )

    person_id: Mapped[UUID]
    programme_id: Mapped[str]
    version: Mapped[str]
    is_test: Mapped[bool]
    enrolled_at: Mapped[datetime]
