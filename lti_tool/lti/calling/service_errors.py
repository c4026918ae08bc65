"""A service's refusal as one of our errors: what it means, and whether to try again."""

import re
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime

from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import Answer
from lti_tool.sentence import Sentence, say

_LONGEST_WAIT = 86_400.0
_TIMED_OUT, _TOO_MANY = 408, 429
_SEARCHED = 2_000
_ENDED = re.compile(r"\bcourse has concluded\b")


def service_error(answer: Answer, *, now: datetime) -> PlatformError:
    """The error for a service's answer that isn't 200 to 299.

    429, 408 and every 5xx pass by themselves, and so does Canvas' 403 for calling too fast; any
    other answer will be the same the next time. Both LMSs say 401 for a missing scope as well as
    for a tool that is switched off or not in this course.
    """
    retryable = passes_by_itself(answer)
    sentence = _busy(answer) if retryable else _refused(answer)
    return PlatformError(
        sentence.id,
        sentence,
        retryable=retryable,
        status=answer.status,
        retry_after=wait_asked_for(answer, now) if retryable else None,
    )


def passes_by_itself(answer: Answer) -> bool:
    """Whether the same call may well be answered another time."""
    return (
        answer.status in (_TIMED_OUT, _TOO_MANY)
        or answer.status >= 500
        or (answer.status == 403 and _says_too_fast(answer))
    )


def wait_asked_for(answer: Answer, now: datetime) -> float | None:
    """Seconds to wait as a Retry-After header says it, in seconds or as a date (RFC 9110 §10.2.3).

    At most a day: a platform's slip must not park a grade for good.
    """
    retry_after = answer.headers.get("retry-after", "")
    with suppress(ValueError):
        return min(max(float(int(retry_after)), 0.0), _LONGEST_WAIT)
    with suppress(ValueError, TypeError):
        seconds = (parsedate_to_datetime(retry_after) - now).total_seconds()
        return min(max(seconds, 0.0), _LONGEST_WAIT)
    return None


def moved(answer: Answer) -> Sentence:
    """What a redirect means where none is followed: our access must not go to another address."""
    return say(
        "platform.moved",
        "The learning platform sends this tool on to another address (it answered %(status)s), "
        "where it does not follow with its access. If the platform has a new address, for example "
        "https:// in place of http://, its administrator should register the tool anew.",
        status=answer.status,
    )


def _says_too_fast(answer: Answer) -> bool:
    """Canvas' classic throttling: 403, plain text, with the rest of its allowance in a header."""
    if b"rate limit exceeded" in answer.body[:200].lower():
        return True
    with suppress(ValueError):
        return float(answer.headers.get("x-rate-limit-remaining", "")) <= 0
    return False


def _busy(answer: Answer) -> Sentence:
    return say(
        "platform.busy",
        "The learning platform could not take this just now (it answered %(status)s). We try "
        "again by ourselves.",
        status=answer.status,
    )


def _refused(answer: Answer) -> Sentence:
    if _ENDED.search(answer.body[:_SEARCHED].decode(errors="replace").lower()):
        return say(
            "platform.course-ended",
            "The course has ended in the learning platform, which now takes nothing more for it "
            "(it answered %(status)s). Whoever runs the course there can open it again.",
            status=answer.status,
        )
    if 300 <= answer.status < 400:
        return moved(answer)
    match answer.status:
        case 401:
            return _not_let_in(answer)
        case 403:
            return _not_allowed(answer)
        case 404 | 410:
            return _gone(answer)
        case 412:
            return _not_ours(answer)
    return say(
        "platform.refused",
        "The learning platform did not accept this (it answered %(status)s). Its administrator "
        "can say why.",
        status=answer.status,
    )


def _not_let_in(answer: Answer) -> Sentence:
    return say(
        "platform.not-let-in",
        "The learning platform gave this tool access and then did not accept it (it answered "
        "%(status)s). Its administrator should check that the tool is switched on, installed for "
        "this course, and may use this service.",
        status=answer.status,
    )


def _not_allowed(answer: Answer) -> Sentence:
    return say(
        "platform.not-allowed",
        "The learning platform does not allow this tool to do this (it answered %(status)s). Its "
        "administrator should check which services the tool may use; and that no firewall in "
        "front of the platform turns the tool away.",
        status=answer.status,
    )


def _gone(answer: Answer) -> Sentence:
    return say(
        "platform.gone",
        "The learning platform no longer has what this tool asked for (it answered %(status)s): "
        "the activity or column was deleted, or the course has ended there.",
        status=answer.status,
    )


def _not_ours(answer: Answer) -> Sentence:
    return say(
        "platform.not-ours",
        "The learning platform says that this gradebook column does not belong to this tool, or "
        "is no longer there (it answered %(status)s). Place the activity in the course again.",
        status=answer.status,
    )
