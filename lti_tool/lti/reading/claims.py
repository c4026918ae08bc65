"""What an id_token says, read so that nothing in it can surprise: trimmed, bounded, typed."""

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from lti_tool.errors import LaunchRejectedError
from lti_tool.lti.reading.addresses import path_below, split_address
from lti_tool.lti.refusals import refused

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
OBJECTS = frozenset(
    {
        f"{LTI}context",
        f"{LTI}custom",
        f"{LTI}for_user",
        f"{LTI}launch_presentation",
        f"{LTI}resource_link",
        f"{LTI}tool_platform",
        AGS,
        NRPS,
        DEEP_LINKING,
    }
)
"""Claims that are objects; one of another shape is treated as absent."""

MAX_IDENTIFIER = 255
MAX_TEXT = 200
MAX_HISTORY = 64_000
"""Characters of a list of up to a thousand courses."""
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_ACTIVITY = re.compile(r"[a-z0-9][a-z0-9-]{0,79}/[a-z0-9][a-z0-9-]{0,79}")
# They turn reading direction round for what follows, also on our pages.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Claims:
    """The members of one JSON object, each read as what it should be.

    Empty strings and variables the LMS did not fill in ("$Person.email.primary") are absent: both
    Canvas and Moodle send them.
    """

    def __init__(self, members: Mapping[str, object]) -> None:
        self._members = members

    def part(self, name: str) -> "Claims":
        """A member that is an object; an empty one when it isn't there."""
        value = self._members.get(name)
        return Claims(value if isinstance(value, Mapping) else {})

    def identifier(self, name: str) -> str | None:
        """An id, unchanged, at most 255 printable characters; a whole number as its digits.

        LTI's ids are texts, but some LMSs write their row numbers as numbers, in launches or in
        rosters: both then name the same. Raises LaunchRejectedError `launch.name-unusable`: an id
        can't be mended by cutting it.
        """
        value = self._members.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None or value == "" or (isinstance(value, str) and value.startswith("$")):
            return None
        if not isinstance(value, str) or len(value) > MAX_IDENTIFIER or not value.isprintable():
            raise refused("launch.name-unusable")
        return value

    def helpful_identifier(self, name: str) -> str | None:
        """An id we can do without: None when there is none, or none that can be used."""
        try:
            return self.identifier(name)
        except LaunchRejectedError:
            return None

    def text(self, name: str) -> str | None:
        """Words for people: without control characters, on one line, cut at 200 characters."""
        value = self._members.get(name)
        if not isinstance(value, str) or value.startswith("$"):
            return None
        # Cut first: a name of a megabyte must not cost a megabyte's work.
        readable = value[: MAX_TEXT * 2]
        # Most are: then there is no letter to look at one by one.
        if not readable.isprintable():
            readable = "".join(filter(_is_readable, readable))
        return " ".join(readable.split())[:MAX_TEXT].rstrip() or None

    def address(self, name: str) -> str | None:
        """An http(s) address, or None."""
        value = self._members.get(name)
        return value if isinstance(value, str) and split_address(value) else None

    def texts(self, name: str) -> tuple[str, ...] | None:
        """A list of strings; None when it is anything else."""
        value = self._members.get(name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return None
        return tuple(value)

    def flag(self, name: str) -> bool | None:
        """True or False, also written as text (Canvas has sent both); None when it is neither."""
        value = self._members.get(name)
        if isinstance(value, str):
            return {"true": True, "false": False}.get(value.lower())
        return value if isinstance(value, bool) else None

    def verbatim(self, name: str, *, longest: int) -> str | None:
        """A text that is handed back unchanged; None when it is empty, too long or none."""
        value = self._members.get(name)
        fits = isinstance(value, str) and 0 < len(value) <= longest and "\0" not in value
        return str(value) if fits else None

    def email(self, name: str) -> str | None:
        """Something shaped like an e-mail address, or None."""
        value = self.text(name)
        return value if value and _EMAIL.fullmatch(value) else None

    def locale(self, name: str) -> str | None:
        """A language tag, or None."""
        value = self.text(name)
        return value if value and _LOCALE.fullmatch(value) else None


def _is_readable(character: str) -> bool:
    if character in "\t\n\r":
        return True
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in _BIDI_CONTROLS


def name_of(claims: Claims) -> str | None:
    """The person's name: the whole one, else given and family name, else None (privacy)."""
    parts = (claims.text("given_name"), claims.text("family_name"))
    return claims.text("name") or " ".join(part for part in parts if part) or None


def return_address(claims: Claims) -> str | None:
    """Where the browser may go back to (LTI 1.3 core §5.4.4), or None."""
    return claims.part(f"{LTI}launch_presentation").address("return_url")


def context_history(custom: Claims) -> tuple[str, ...]:
    """The courses this one was copied from, nearest first (`$Context.id.history`).

    Canvas writes "truncated" or "timed out" at the end of a list it could not finish.
    """
    listed = custom.verbatim("context_id_history", longest=MAX_HISTORY) or ""
    ids = (one.strip() for one in listed.split(","))
    return tuple(
        one
        for one in ids
        if 0 < len(one) <= MAX_IDENTIFIER
        and one.isprintable()
        and not one.startswith("$")
        and one not in ("truncated", "timed out")
    )


def is_activity_name(name: str) -> bool:
    """Whether this is shaped like `programme/activity`."""
    return _ACTIVITY.fullmatch(name) is not None


def activity_of(custom: Claims, target: str, base_url: str) -> str | None:
    """`programme/activity`: from the custom parameter `activity`, else from the target address.

    The target may be `<base>/activities/<programme>/<activity>` or carry `?activity=`. The custom
    parameter comes first because copies of a course keep it. What is not shaped so is absent.
    """
    path = path_below(target, base_url) or ""
    candidates = (
        custom.text("activity"),
        path.removeprefix("activities/") if path.startswith("activities/") else None,
        *parse_qs(urlsplit(target).query).get("activity", ()),
    )
    return next((found for found in candidates if found and is_activity_name(found)), None)
