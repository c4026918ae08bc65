"""A platform's refusal as one of our errors: what it means, and whether to try again."""

from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime

from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import Answer
from lti_tool.sentence import Sentence, say

_LONGEST_WAIT = 86_400.0
_TIMED_OUT, _TOO_MANY = 408, 429


def service_error(answer: Answer, *, now: datetime) -> PlatformError:
    """The error for a service's answer that isn't 200 to 299.

    429, 408 and every 5xx pass by themselves, and so does Canvas' 403 for calling too fast; any
    other answer will be the same the next time.
    """
    retryable = _passes_by_itself(answer)
    sentence = (
        say(
            "platform.busy",
            "The learning platform could not take this just now (it answered %(status)s). We "
            "try again by ourselves.",
            status=answer.status,
        )
        if retryable
        else say(
            "platform.refused",
            "The learning platform did not accept this (it answered %(status)s). Its "
            "administrator can say why.",
            status=answer.status,
        )
    )
    return _error(sentence.id, sentence, answer, retryable=retryable, now=now)


def access_refused(answer: Answer, *, now: datetime) -> PlatformError:
    """The error for a token address that gave no access token."""
    retryable = _passes_by_itself(answer)
    sentence = say(
        "platform.access-refused",
        "The learning platform did not let this tool in (it answered %(status)s). Its "
        "administrator should check that the tool is switched on, may use the grade service, and "
        "that the platform can reach this tool's keys.",
        status=answer.status,
    )
    return _error(sentence.id, sentence, answer, retryable=retryable, now=now)


def _error(
    code: str, sentence: Sentence, answer: Answer, *, retryable: bool, now: datetime
) -> PlatformError:
    return PlatformError(
        code,
        sentence,
        retryable=retryable,
        status=answer.status,
        retry_after=_wait(answer.headers.get("retry-after", ""), now) if retryable else None,
    )


def _passes_by_itself(answer: Answer) -> bool:
    return (
        answer.status in (_TIMED_OUT, _TOO_MANY)
        or answer.status >= 500
        or (answer.status == 403 and _says_too_fast(answer))
    )


def _says_too_fast(answer: Answer) -> bool:
    """Canvas' classic throttling: 403, plain text, with the rest of its allowance in a header."""
    if b"rate limit exceeded" in answer.body[:200].lower():
        return True
    with suppress(ValueError):
        return float(answer.headers.get("x-rate-limit-remaining", "")) <= 0
    return False


def _wait(retry_after: str, now: datetime) -> float | None:
    """Seconds to wait as a Retry-After header says it, in seconds or as a date (RFC 9110 §10.2.3).

    At most a day: a platform's slip must not park a grade for good.
    """
    with suppress(ValueError):
        return min(max(float(int(retry_after)), 0.0), _LONGEST_WAIT)
    with suppress(ValueError, TypeError):
        seconds = (parsedate_to_datetime(retry_after) - now).total_seconds()
        return min(max(seconds, 0.0), _LONGEST_WAIT)
    return None
