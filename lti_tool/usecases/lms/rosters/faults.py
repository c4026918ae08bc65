"""Why a course's roster could not be read, kept as a code and said to those who teach there."""

from collections.abc import Mapping
from typing import Any

from lti_tool.errors import PlatformError
from lti_tool.sentence import Sentence, say

_BUSY = say(
    "roster.fault-busy",
    "The LMS could not send the list of people when we asked. We ask again by ourselves.",
)
_SILENT = say(
    "roster.fault-silent",
    "The LMS did not answer when we asked for the list of people. We ask again by ourselves.",
)
_REFUSED = say(
    "roster.fault-refused",
    "The LMS does not let this tool read who is in the course. If you want it to, ask the "
    "administrator of the LMS to allow this tool the service “Names and Roles”.",
)
_GONE = say(
    "roster.fault-gone",
    "The LMS says that it has no list of people for this course. If the course has ended there, "
    "nothing needs to be done.",
)
_UNREADABLE = say(
    "roster.fault-unreadable",
    "The LMS sent a list of people that is not complete or can't be read, so it was not used. If "
    "this stays so, tell the administrator of the LMS.",
)
_OTHER = say(
    "roster.fault-other",
    "The list of people could not be read. If this stays so, ask the administrator of the LMS to "
    "look at the connection with this tool.",
)

_SENTENCES: dict[str, Sentence] = {
    "busy": _BUSY,
    "silent": _SILENT,
    "refused": _REFUSED,
    "gone": _GONE,
    "unreadable": _UNREADABLE,
}
_READ_AND_REFUSED = frozenset(
    {
        "roster.unreadable",
        "roster.other-course",
        "roster.too-long",
        "platform.answer-too-large",
        "platform.answer-unreadable",
        "platform.pages-elsewhere",
        "platform.pages-endless",
    }
)
_ENDED = frozenset({404, 410})
_NOT_ALLOWED = frozenset({400, 401, 403})
"""Moodle says 401 where a scope is missing, never 403; token addresses say 400."""


def fault_of(error: PlatformError) -> dict[str, Any]:
    """What to keep of a failure: a code of ours, and nothing that the LMS wrote."""
    return {"code": _code_of(error), "values": {}}


def sentence_of(fault: Mapping[str, Any] | None) -> Sentence | None:
    """The sentence for a kept fault; None for none."""
    return None if fault is None else _SENTENCES.get(fault["code"], _OTHER)


def _code_of(error: PlatformError) -> str:
    if error.code in _READ_AND_REFUSED:
        return "unreadable"
    if error.retryable:
        return "silent" if error.status is None else "busy"
    if error.status in _NOT_ALLOWED:
        return "refused"
    return "gone" if error.status in _ENDED else "other"
