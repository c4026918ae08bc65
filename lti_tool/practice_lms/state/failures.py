"""Failures on request: the next calls of a service are answered badly, late, or not at all."""

from dataclasses import dataclass, replace
from threading import Lock

SERVICES = ("score", "token", "jwks", "nrps", "line_items", "results", "registration", "picker")


@dataclass(frozen=True, slots=True)
class Failure:
    """How a service fails.

    `status` is the HTTP status answered, None for the usual answer (after `delay` seconds).
    With `after_storing` the call takes effect and only its answer is lost.
    """

    status: int | None = 503
    times: int = 1
    delay: float = 0.0
    after_storing: bool = False


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
