"""Messages waiting to be delivered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.store.tables.base import Base, Identified


class OutboxMessage(Identified, Base):
    """Something to do after commit. `key` makes adding the same thing twice one message."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("institution_id", "kind", "key"),
        Index(
            "ix_outbox_due",
            "due_at",
            sqlite_where=text("done_at IS NULL AND set_aside_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND set_aside_at IS NULL"),
        ),
    )

    kind: Mapped[str]
    key: Mapped[str]
    payload: Mapped[Mapping[str, Any]]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    done_at: Mapped[datetime | None]
    set_aside_at: Mapped[datetime | None]
