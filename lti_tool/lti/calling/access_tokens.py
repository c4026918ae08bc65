"""Access tokens: shared by all processes, sealed at rest, replaced once when refused."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Protocol
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite

from lti_tool.lti.registrations import RegistrationInfo
from lti_tool.store.database import Database
from lti_tool.store.encryption import CannotOpenError, SealingKey, place_of
from lti_tool.store.tables.platforms import AccessToken as Row

_Name = tuple[UUID, str, str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a platform gave us: the token, what it may do, and until when we use it."""

    value: str = field(repr=False)
    scopes: frozenset[str]
    good_until: datetime


class AsksForTokens(Protocol):
    """Asks a platform for a token; waits for the network. Raises PlatformError."""

    def ask(self, registration: RegistrationInfo, scopes: frozenset[str]) -> AccessToken:
        """A new token for these scopes, or for those of them that are granted."""
        ...


class AccessTokens:
    """Finds a token in memory, then in the table, then at the platform.

    Kept per registration, client id, token address and scopes: hosted Canvas has one issuer for
    every customer, so anything less could show one school's token to another. Threads that need
    the same token wait for one request; no transaction is open meanwhile.
    """

    def __init__(
        self,
        db: Database,
        sealing_key: SealingKey,
        endpoint: AsksForTokens,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._sealing_key = sealing_key
        self._endpoint = endpoint
        self._now = now
        self._known: dict[_Name, AccessToken] = {}
        self._locks: dict[_Name, Lock] = {}

    def get(self, registration: RegistrationInfo, scopes: frozenset[str]) -> AccessToken:
        """A token that is still good. Raises PlatformError."""
        known = self._known.get(_name(registration, scopes))
        if known is not None and self._is_good(known):
            return known
        return self._renewed(registration, scopes, refused=None)

    def replace(
        self, registration: RegistrationInfo, scopes: frozenset[str], *, refused: AccessToken
    ) -> AccessToken:
        """Another token than `refused`: the one somebody else got meanwhile, or a new one."""
        return self._renewed(registration, scopes, refused=refused.value)

    def _renewed(
        self, registration: RegistrationInfo, scopes: frozenset[str], *, refused: str | None
    ) -> AccessToken:
        name = _name(registration, scopes)
        with self._locks.setdefault(name, Lock()):
            for known in (self._known.get(name), self._stored(registration, scopes)):
                if known is not None and known.value != refused and self._is_good(known):
                    break
            else:
                known = self._endpoint.ask(registration, scopes)
                self._store(registration, scopes, known)
            self._known[name] = known
        return known

    def _is_good(self, token: AccessToken) -> bool:
        return token.good_until > self._now()

    def _stored(self, registration: RegistrationInfo, scopes: frozenset[str]) -> AccessToken | None:
        name_hash = _name_hash(registration, scopes)
        with self._db.read() as session:
            row = session.get(Row, (registration.institution_id, registration.id, name_hash))
        if row is None:
            return None
        try:
            opened = self._sealing_key.open(row.sealed, place=_place(registration, name_hash))
        except CannotOpenError:
            # Sealed under a master key that was replaced: a token is easily had again.
            return None
        kept = json.loads(opened)
        return AccessToken(kept["value"], frozenset(kept["scopes"]), row.good_until)

    def _store(
        self, registration: RegistrationInfo, scopes: frozenset[str], token: AccessToken
    ) -> None:
        name_hash = _name_hash(registration, scopes)
        kept = json.dumps({"value": token.value, "scopes": sorted(token.scopes)}).encode()
        values = {
            "sealed": self._sealing_key.seal(kept, place=_place(registration, name_hash)),
            "good_until": token.good_until,
        }
        with self._db.begin() as session:
            dialect = session.get_bind().dialect.name
            insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
            statement = insert(Row).values(
                institution_id=registration.institution_id,
                registration_id=registration.id,
                name_hash=name_hash,
                **values,
            )
            session.execute(
                statement.on_conflict_do_update(
                    index_elements=["institution_id", "registration_id", "name_hash"],
                    set_=values,
                )
            )


def _name(registration: RegistrationInfo, scopes: frozenset[str]) -> _Name:
    return registration.id, registration.client_id, registration.token_url, scopes


def _name_hash(registration: RegistrationInfo, scopes: frozenset[str]) -> bytes:
    _, client_id, token_url, _ = _name(registration, scopes)
    return sha256("\n".join([client_id, token_url, *sorted(scopes)]).encode()).digest()


def _place(registration: RegistrationInfo, name_hash: bytes) -> str:
    return place_of(
        registration.institution_id, "access_tokens", "sealed", registration.id, name_hash.hex()
    )
