"""Record who did what, in the transaction that does it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from lti_tool.store.tables.audit import AuditEvent


def record(
    session: Session,
    institution_id: UUID,
    action: str,
    *,
    subject: object,
    now: datetime,
    actor_id: UUID | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add an audit event. `details` holds ids and words of ours, never anyone's text."""
    session.add(
        AuditEvent(
            institution_id=institution_id,
            id=uuid4(),
            at=now,
            actor_id=actor_id,
            action=action,
            subject=str(subject),
            details=dict(details or {}),
        )
    )
