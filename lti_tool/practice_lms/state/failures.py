"""Failures on request: the next calls of a service are answered badly, late, or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock

SERVICES = (
    "score",
    "results",
    "line_items",
    "nrps",
    "token",
    "jwks",
    "registration",
    "picker",
)


@dataclass(frozen=True, slots=True)
class Failure:
    """How a service fails.

    `status` is the HTTP status answered, None for the usual answer (after `delay` seconds), with
    `body` and `headers`. With `after_storing` the call takes effect and only its answer is lost.
    """

    status: int | None = 503
    times: int = 1
    delay: float = 0.0
    after_storing: bool = False
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


_SPENT = {"x-rate-limit-remaining": "0.0", "content-type": "text/plain; charset=utf-8"}
THROTTLED = Failure(status=403, body="403 Forbidden (Rate Limit Exceeded)\n", headers=_SPENT)
"""Canvas's refusal of a caller who is too fast; no Retry-After comes along (section 4)."""
THROTTLED_BY_STATUS = Failure(
    status=429, body="429 Too Many Requests (Rate Limit Exceeded)\n", headers=_SPENT
)
"""The same from a newer Canvas."""


class Failures:
    """What has been asked to fail, by service."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[str, Failure] = {}

    def ask(self, service: str, failure: Failure) -> None:
        """Let the next calls of this service fail."""
        with self._lock:
            self._waiting[service] = failure

    def take(self, service: str) -> Failure | None:
        """How this call is to fail, if it is; each failure counts down."""
        with self._lock:
            failure = self._waiting.get(service)
            if failure is None or failure.times < 1:
                return None
            self._waiting[service] = replace(failure, times=failure.times - 1)
            return failure
