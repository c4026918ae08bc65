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

    At most one for each (course, activity): the key makes two at once impossible.
    """

    __tablename__ = "line_items"
    __table_args__ = (belongs_to("courses", "course_id"),)

    course_id: Mapped[UUID] = mapped_column(primary_key=True)
    activity: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str]
    is_ours: Mapped[bool]
    """Made by us, rather than found."""
    made_at: Mapped[datetime]


class Score(Identified, Base):
    """The latest score of one person for one activity in one course, and how far it has got.

    One row for each (course, activity, person): a newer value replaces an older one that waits.
    `decided_version` counts values, `sent_version` the last one the LMS took.
    `state` is waiting, sent or refused.
    """

    __tablename__ = "scores"
    __table_args__ = (
        belongs_to("courses", "course_id"),
        belongs_to("persons", "person_id"),
        UniqueConstraint("institution_id", "course_id", "activity", "person_id"),
        Index("ix_scores_state", "institution_id", "course_id", "state"),
    )

    course_id: Mapped[UUID]
    activity: Mapped[str]
    person_id: Mapped[UUID]
    resource_link_id: Mapped[UUID | None]
    given: Mapped[float | None]
    maximum: Mapped[float | None]
    activity_progress: Mapped[str]
    grading_progress: Mapped[str]
    submitted_at: Mapped[datetime | None]
    comment: Mapped[str | None]
    """Never a student's words."""
    decided_at: Mapped[datetime]
    decided_version: Mapped[int]
    state: Mapped[str]
    sent_version: Mapped[int]
    sent_at: Mapped[datetime | None]
    sent_timestamp: Mapped[datetime | None]
    """The timestamp of the last post the LMS took; the next one must be later."""
    sent_line_item: Mapped[str | None]
    sent_comment: Mapped[str | None]
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
