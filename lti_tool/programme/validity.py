"""How long a badge is valid: from what the file says to the moment it ends."""

import re
from calendar import monthrange
from datetime import datetime, timedelta

UNLIMITED = "unlimited"
# ISO 8601-1 section 5.5.2, whole years, months or days.
_DURATION = re.compile(
    r"P(?=[0-9])(?:([1-9][0-9]?)Y)?(?:([1-9][0-9]?)M)?(?:([1-9][0-9]{0,3})D)?", re.ASCII
)


def is_validity(text: str) -> bool:
    """Return whether this is a length of time as files write it: `unlimited`, `P3Y`, `P1Y6M`."""
    return text == UNLIMITED or _DURATION.fullmatch(text) is not None


def valid_until(validity: str, valid_from: datetime) -> datetime | None:
    """Return the moment a badge ends that begins at `valid_from` (with a time zone).

    None when it never does. Years and months are counted on the calendar and end on its last day
    where a month is too short, then days are added (XML Schema 1.0 part 2, appendix E). Expects a
    text that `is_validity`.
    """
    found = _DURATION.fullmatch(validity)
    if found is None:
        return None
    years, months, days = (int(part or 0) for part in found.groups())
    later_years, month = divmod(valid_from.month - 1 + months, 12)
    year, month = valid_from.year + years + later_years, month + 1
    day = min(valid_from.day, monthrange(year, month)[1])
    return valid_from.replace(year=year, month=month, day=day) + timedelta(days=days)
