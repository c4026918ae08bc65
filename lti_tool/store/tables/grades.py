"""Line items we found or made, scores and how far they got, ways from a gradebook to a work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.store.tables.base import Base, Identified, OfInstitution, belongs_to


class LineItem(OfInstitution, Base):
    """A line item we found or made for an activity in a course, where the LMS named none.

    At most one for each (course, activity): whoever adds the row looks for it or makes it, so
    that two at once are impossible.
    """

    __tablename__ = "line_items"
    __table_args__ = (belongs_to("courses", "course_id"),)

    course_id: Mapped[UUID] = mapped_column(primary_key=True)
    activity: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str | None]
    """None while somebody looks for it."""
    is_ours: Mapped[bool]
    """Made by us, rather than found."""
    looked_at: Mapped[datetime]


class Score(Identified, Base):
    """The latest score of one student for one activity at one link, and how far it has got.

    One row for each (resource link, activity, person), which is one for each line item and
    student: a newer value replaces an older one that waits. `decided_version` counts values,
    `sent_version` is the last one the LMS took. `state` is one of grade_passback's.
    """

    __tablename__ = "scores"
    __table_args__ = (
        belongs_to("courses", "course_id"),
        belongs_to("enrolments", "enrolment_id"),
        belongs_to("persons", "person_id"),
        belongs_to("resource_links", "resource_link_id"),
        UniqueConstraint("institution_id", "resource_link_id", "activity", "person_id"),
        Index("ix_scores_course", "institution_id", "course_id", "state"),
    )

    course_id: Mapped[UUID]
    activity: Mapped[str]
    person_id: Mapped[UUID]
    enrolment_id: Mapped[UUID]
    resource_link_id: Mapped[UUID]
    given: Mapped[float | None]
    maximum: Mapped[float | None]
    activity_progress: Mapped[str]
    grading_progress: Mapped[str]
    submitted_at: Mapped[datetime]
    decided_at: Mapped[datetime]
    decided_version: Mapped[int]
    timestamp: Mapped[datetime]
    """What a post of this value says as its time; later than that of every value before it."""
    state: Mapped[str]
    sent_version: Mapped[int]
    sent_at: Mapped[datetime | None]
    sent_line_item: Mapped[str | None]
    sent_submitted_at: Mapped[datetime | None]
    """The `submitted_at` of the last attempt that the LMS has counted."""
    fault: Mapped[Mapping[str, Any] | None]
    """Why it was refused, or what it waits for: {code, values} of a sentence."""


class ReviewLink(Identified, Base):
    """One opaque id that leads staff from an LMS's gradebook to one student's work."""

    __tablename__ = "review_links"
    __table_args__ = (
        belongs_to("enrolments", "enrolment_id"),
        UniqueConstraint("institution_id", "enrolment_id", "activity"),
        Index("ix_review_links_id", "id"),
    )

    enrolment_id: Mapped[UUID]
    activity: Mapped[str]
