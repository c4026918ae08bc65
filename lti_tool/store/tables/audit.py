"""Who changed what, and why; written in the same transaction as the change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from lti_tool.store.tables.base import Base, Identified


class AuditEvent(Identified, Base):
    """One decision or act. `actor_id` is None when a worker or a command did it."""

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_subject", "institution_id", "subject"),)

    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    action: Mapped[str]
    subject: Mapped[str]
    details: Mapped[Mapping[str, Any]]
