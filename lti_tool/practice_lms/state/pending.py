"""Launches begun and not yet answered: each message hint is good once, for five minutes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from lti_tool.practice_lms.vocabulary import RESOURCE_LINK_REQUEST

LIFETIME = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Opening:
    """Who opened what, and when.

    `link_id` is None where no link is opened: by a picker, or from the course's menu. `target`
    is the address asked for when it isn't the link's own. `for_user_id` is the student whose
    submission is reviewed. `placement` is the button of Canvas that was pressed.
    """

    user_id: str
    course_id: str
    begun_at: datetime
    link_id: str | None = None
    message: str = RESOURCE_LINK_REQUEST
    target: str = ""
    for_user_id: str | None = None
    placement: str | None = None
    is_mobile: bool = False


class PendingLaunches:
    """The launches waiting for the tool's authentication request, by message hint."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[str, Opening] = {}
        self._claim_changes: dict[str, Any] = {}
        self._refusal: str | None = None

    def begin(self, opening: Opening, *, hint: str) -> None:
        """Remember a launch by the hint that the tool will bring back."""
        with self._lock:
            self._forget_old(opening.begun_at)
            self._waiting[hint] = opening

    def take(self, hint: str, *, now: datetime) -> Opening | None:
        """The launch with this hint; a second asking, or a late one, gets nothing."""
        with self._lock:
            self._forget_old(now)
            return self._waiting.pop(hint, None)

    def change_next_claims(self, changes: Mapping[str, Any]) -> None:
        """Put these claims into the next id_token; a claim changed to None is left out."""
        with self._lock:
            self._claim_changes = dict(changes)

    def take_claim_changes(self) -> dict[str, Any]:
        """The changes asked for the next id_token, once."""
        with self._lock:
            changes, self._claim_changes = self._claim_changes, {}
        return changes

    def refuse_next(self, error: str) -> None:
        """Answer the next authentication request with this error instead of an id_token."""
        with self._lock:
            self._refusal = error

    def take_refusal(self) -> str | None:
        """The error asked for the next answer, once."""
        with self._lock:
            error, self._refusal = self._refusal, None
        return error

    def _forget_old(self, now: datetime) -> None:
        self._waiting = {
            hint: opening
            for hint, opening in self._waiting.items()
            if now - opening.begun_at <= LIFETIME
        }
