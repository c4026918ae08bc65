"""Dynamic registrations begun here, and the registration tokens that are used up."""

from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, slots=True)
class Started:
    """One registration that an administrator began.

    `client_id` is what the tool will get. `is_update` keeps the client that is there.
    """

    client_id: str
    registration_url: str
    is_update: bool = False


class Registrations:
    """The registrations that may still be made, by the id in their token; each is good once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: dict[str, Started] = {}
        self._made: dict[str, dict[str, object]] = {}

    def begin(self, token_id: str, started: Started) -> None:
        """Let one registration be made with this token."""
        with self._lock:
            self._open[token_id] = started

    def peek(self, token_id: str) -> Started | None:
        """The registration of a token that isn't used yet."""
        with self._lock:
            return self._open.get(token_id)

    def finish(self, token_id: str, answer: dict[str, object]) -> None:
        """Use the token up, and keep what was answered under its client id."""
        with self._lock:
            started = self._open.pop(token_id)
            self._made[started.client_id] = answer

    def made(self, client_id: str) -> dict[str, object] | None:
        """What the client with this id was answered, if it was registered here."""
        with self._lock:
            return self._made.get(client_id)
