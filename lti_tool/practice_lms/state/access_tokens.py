"""Access tokens we gave to the tool, and the assertions it has already used."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

LIFETIME = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What the holder may do, and until when."""

    scopes: frozenset[str]
    expires_at: datetime


class AccessTokens:
    """The tokens in force, by their text."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tokens: dict[str, AccessToken] = {}
        self._used_assertions: dict[str, datetime] = {}

    def give(self, text: str, scopes: Collection[str], *, now: datetime) -> None:
        """Put a new token in force for one hour."""
        with self._lock:
            self._tokens = {
                known: token for known, token in self._tokens.items() if token.expires_at > now
            }
            self._tokens[text] = AccessToken(frozenset(scopes), now + LIFETIME)

    def may(self, text: str, scopes: Collection[str], *, now: datetime) -> bool:
        """Whether this token is in force and carries at least one of the scopes."""
        with self._lock:
            token = self._tokens.get(text)
        return token is not None and token.expires_at > now and not token.scopes.isdisjoint(scopes)

    def use_assertion(self, jti: str, *, until: datetime, now: datetime) -> bool:
        """Note that an assertion is used; False when it was used before (RFC 7523 section 3)."""
        with self._lock:
            self._used_assertions = {
                used: expiry for used, expiry in self._used_assertions.items() if expiry > now
            }
            if jti in self._used_assertions:
                return False
            self._used_assertions[jti] = until
            return True
