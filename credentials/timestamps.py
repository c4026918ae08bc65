"""Points in time as credentials write them: XML Schema dateTime with a time zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", flags=re.ASCII)


def to_text(moment: datetime) -> str:
    """The moment in UTC, whole seconds, ending in "Z". Raises ValueError without a time zone.

    >>> to_text(datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC))
    '2026-11-23T12:00:00Z'
    """
    if moment.tzinfo is None:
        raise ValueError("a point in time needs a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_text(text: str) -> datetime:
    """Back from a dateTime with a time zone (VC 2.0 §4.9). Raises ValueError for other forms."""
    if not _FORM.fullmatch(text):
        raise ValueError("not a date and time with a time zone")
    return datetime.fromisoformat(text)
