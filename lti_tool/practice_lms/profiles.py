"""The words that choose how the practice LMS behaves: whose manners it has, what it tells."""

from enum import Enum


class Profile(Enum):
    """Whose manners the practice LMS has. Plain is the strictest mixture of both."""

    PLAIN = "plain"
    MOODLE = "moodle"
    CANVAS = "canvas"


class Privacy(Enum):
    """What the tool is told about a person (Canvas's privacy levels; Moodle's two switches)."""

    PUBLIC = "public"
    NAME_ONLY = "name_only"
    EMAIL_ONLY = "email_only"
    ANONYMOUS = "anonymous"

    @property
    def tells_names(self) -> bool:
        """Whether names are told."""
        return self in (Privacy.PUBLIC, Privacy.NAME_ONLY)

    @property
    def tells_emails(self) -> bool:
        """Whether e-mail addresses are told."""
        return self in (Privacy.PUBLIC, Privacy.EMAIL_ONLY)


class Storage(Enum):
    """How Canvas's storage frame answers; OFF offers none at login (its README, section 3)."""

    ANSWERS = "answers"
    EXHAUSTED = "exhausted"
    SILENT = "silent"
    OFF = "off"


class Sessions(Enum):
    """How the LMS knows who is at the browser: by the address alone, or by its own cookie."""

    BY_ADDRESS = "by_address"
    LAX = "lax"
