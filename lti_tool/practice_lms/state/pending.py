"""Launches begun and not yet answered: each message hint is good once, for five minutes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

LIFETIME = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class PendingLaunch:
    """Who opened which link, and when."""

    user_id: str
    link_id: str
    begun_at: datetime


class PendingLaunches:
    """The launches waiting for the tool's authentication request, by message hint."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[str, PendingLaunch] = {}
        self._claim_changes: dict[str, Any] = {}

    def begin(self, launch: PendingLaunch, *, launch_id: str) -> str:
        """Remember a launch and return its hint: JSON text, as Moodle's is, so that a tool
        which forgets to URL-encode it is found out."""
        hint = json.dumps({"launchid": launch_id})
        with self._lock:
            self._forget_old(launch.begun_at)
            self._waiting[hint] = launch
        return hint

    def take(self, hint: str, *, now: datetime) -> PendingLaunch | None:
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

    def _forget_old(self, now: datetime) -> None:
        self._waiting = {
            hint: launch
            for hint, launch in self._waiting.items()
            if now - launch.begun_at <= LIFETIME
        }
