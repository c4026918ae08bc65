"""Text for a terminal: what others wrote can neither move the cursor nor turn the line around."""

from __future__ import annotations

import json
import re
from typing import Any

# Control characters, what reorders right-to-left text, line separators, and half characters (a file
# name that is no text has some). A terminal obeys the first two instead of showing them.
_INVISIBLE = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_IN_LINES = re.compile(f"[\x00-\x1f{_INVISIBLE}]")
_IN_JSON = re.compile(f"[{_INVISIBLE}]")


def one_line(text: str) -> str:
    """The text with a mark in place of each character that a terminal would obey."""
    return _IN_LINES.sub("\N{REPLACEMENT CHARACTER}", text)


def as_json(value: Any) -> str:
    """The value as JSON, with such characters escaped: nothing is lost to a program."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return _IN_JSON.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
