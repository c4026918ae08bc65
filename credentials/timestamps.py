"""Points in time as credentials write them: XML Schema dateTime with a time zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", flags=re.ASCII)

# A day from the ends of the calendar: whoever shows a moment in another time zone stays inside it.
_EARLIEST = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
_LATEST = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)


def to_text(moment: datetime) -> str:
    """The moment in UTC, whole seconds, ending in "Z". Raises ValueError without a time zone.

    >>> to_text(datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC))
    '2026-11-23T12:00:00Z'
    """
    if moment.tzinfo is None:
        raise ValueError("a point in time needs a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_text(text: str) -> datetime:
    """Back from a dateTime with a time zone (VC 2.0 §4.9), in that zone.

    Some issuers write the first or last second there is for "always": within a day of the years
    1 and 9999 the moment is read as a day further in. Raises ValueError for other forms and for
    what lies outside these years in UTC.
    """
    if not _FORM.fullmatch(text):
        raise ValueError("not a date and time with a time zone")
    moment = datetime.fromisoformat(text)
    try:
        in_utc = moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside the years 1 to 9999") from None
    return moment if _EARLIEST <= in_utc <= _LATEST else min(max(in_utc, _EARLIEST), _LATEST)
