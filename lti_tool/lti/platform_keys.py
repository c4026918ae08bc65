"""Platforms' JWKS: cached, refreshed on an unknown kid, stale while failing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from uuid import UUID

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError
from sqlalchemy.dialects import postgresql, sqlite

from lti_tool.errors import PlatformError
from lti_tool.lti.refusals import refused
from lti_tool.lti.registrations import RegistrationInfo
from lti_tool.store.database import Database
from lti_tool.store.tables.platforms import PlatformKeys

FRESH_FOR = timedelta(hours=1)
"""After this the set is fetched again, so that a key the platform withdrew stops working."""
STALE_FOR = timedelta(days=7)
"""How long an old set serves while the platform's key page fails."""
RETRY_AFTER = timedelta(seconds=10)
"""Least time between two fetches for one registration, however many tokens ask for one."""
RETRY_STALE_AFTER = timedelta(minutes=5)
"""The same while the key asked for is known and only old: nobody waits for it but one launch."""
SAMPLE_KID = "2018-06-18T22:33:20Z"
"""The key in Canvas' source code: anybody can sign launches of a platform that still uses it."""
_KEY_BITS = range(2048, 8193)

log = structlog.get_logger(__name__)

FetchJson = Callable[[str], object]

_Page = tuple[UUID, str]
"""A registration and its key page: keys of a page it no longer names are not its own."""


@dataclass(frozen=True, slots=True)
class _KeySet:
    keys: Mapping[str, RSAPublicKey]
    fetched_at: datetime

    def has_fresh(self, kid: str, now: datetime) -> bool:
        return kid in self.keys and now - self.fetched_at < FRESH_FOR

    def has_stale(self, kid: str, now: datetime) -> bool:
        return kid in self.keys and now - self.fetched_at <= STALE_FOR


class PlatformKeyStore:
    """Finds the key a token names: in memory, then in the table, then at the platform.

    `fetch` gets a URL and returns its JSON or raises PlatformError. Only sets with a usable key
    are kept, so an error page never replaces good keys.
    """

    def __init__(self, db: Database, fetch: FetchJson) -> None:
        self._db = db
        self._fetch = fetch
        self._known: dict[_Page, _KeySet] = {}
        self._tried_at: dict[_Page, datetime] = {}
        self._locks: dict[_Page, Lock] = {}

    def find(self, registration: RegistrationInfo, kid: str, *, now: datetime) -> RSAPublicKey:
        """The platform's RSA key of that name.

        Holds no transaction while fetching. Of launches that arrive together one fetches; the
        others wait for it only when they have no key, and take the old one otherwise. Raises
        LaunchRejectedError `launch.key-unknown` or `launch.platform-keys-unreachable` (503).
        """
        known = self._known.get(_page(registration))
        if known is None or not known.has_fresh(kid, now):
            has_stale = known is not None and known.has_stale(kid, now)
            lock = self._locks.setdefault(_page(registration), Lock())
            if lock.acquire(blocking=not has_stale):
                try:
                    known = self._current(registration, kid, now)
                finally:
                    lock.release()
        if known is None:
            raise refused("launch.platform-keys-unreachable")
        if kid not in known.keys:
            raise refused("launch.key-unknown")
        return known.keys[kid]

    def _current(self, registration: RegistrationInfo, kid: str, now: datetime) -> _KeySet | None:
        known = self._newest(registration)
        if known is not None and known.has_fresh(kid, now):
            return known
        has_stale = known is not None and known.has_stale(kid, now)
        pause = RETRY_STALE_AFTER if has_stale else RETRY_AFTER
        if self._may_fetch(registration, known, now - pause):
            self._tried_at[_page(registration)] = now
            known = self._fetched(registration, now) or known
        if known is not None and now - known.fetched_at > STALE_FOR:
            return None
        return known

    def _newest(self, registration: RegistrationInfo) -> _KeySet | None:
        """The newer of what this process and what any process has fetched."""
        known = self._known.get(_page(registration))
        with self._db.read() as session:
            row = session.get(PlatformKeys, (registration.institution_id, registration.id))
            stored = _KeySet(usable_keys(row.jwks), row.fetched_at) if row is not None else None
        if stored is not None and (known is None or stored.fetched_at > known.fetched_at):
            self._known[_page(registration)] = known = stored
        return known

    def _may_fetch(
        self, registration: RegistrationInfo, known: _KeySet | None, before: datetime
    ) -> bool:
        times = [self._tried_at.get(_page(registration)), known.fetched_at if known else None]
        return all(time is None or time <= before for time in times)

    def _fetched(self, registration: RegistrationInfo, now: datetime) -> _KeySet | None:
        try:
            document = self._fetch(registration.jwks_url)
        except PlatformError as error:
            log.warning("platform-keys.failed", registration=str(registration.id), code=error.code)
            return None
        keys = usable_keys(document)
        if not keys:
            log.warning("platform-keys.empty", registration=str(registration.id))
            return None
        if SAMPLE_KID in keys:
            log.warning("platform-keys.sample", registration=str(registration.id))
        # Written anew from the keys: whatever else the page says is not kept.
        jwks = {"keys": [as_jwk(kid, key) for kid, key in keys.items()]}
        self._remember(registration, jwks, now)
        known = self._known[_page(registration)] = _KeySet(keys, now)
        return known

    def _remember(self, registration: RegistrationInfo, jwks: Any, now: datetime) -> None:
        with self._db.begin() as session:
            dialect = session.get_bind().dialect.name
            insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
            values = {"jwks": jwks, "fetched_at": now}
            statement = insert(PlatformKeys).values(
                institution_id=registration.institution_id,
                registration_id=registration.id,
                **values,
            )
            session.execute(
                statement.on_conflict_do_update(
                    index_elements=["institution_id", "registration_id"], set_=values
                )
            )


def _page(registration: RegistrationInfo) -> _Page:
    return registration.id, registration.jwks_url


def usable_keys(document: object) -> dict[str, RSAPublicKey]:
    """The RSA signing keys of 2,048 to 8,192 bits in a JWKS (RFC 7517), by kid; {} if none."""
    jwks = document.get("keys") if isinstance(document, Mapping) else None
    keys = (_public_key(jwk) for jwk in (jwks if isinstance(jwks, list) else ()))
    return {kid: key for kid, key in keys if key is not None}


def _public_key(jwk: object) -> tuple[str, RSAPublicKey | None]:
    if not isinstance(jwk, Mapping):
        return "", None
    kid = jwk.get("kid")
    fits = (
        isinstance(kid, str)
        and jwk.get("kty") == "RSA"
        # Open edX names neither use nor algorithm; what is named must be right.
        and jwk.get("use", "sig") == "sig"
        and jwk.get("alg", "RS256") == "RS256"
    )
    if not fits:
        return "", None
    try:
        key = RSAAlgorithm.from_jwk({"kty": "RSA", "n": jwk.get("n"), "e": jwk.get("e")})
    except (InvalidKeyError, ValueError, TypeError, AttributeError):
        return "", None
    if not isinstance(key, RSAPublicKey) or key.key_size not in _KEY_BITS:
        return "", None
    return str(kid), key


def as_jwk(kid: str, key: RSAPublicKey) -> dict[str, str]:
    """A public key as a JWK with kid, alg and use (RFC 7517)."""
    jwk = RSAAlgorithm.to_jwk(key, as_dict=True)
    return {
        "kty": "RSA",
        "kid": kid,
        "alg": "RS256",
        "use": "sig",
        "n": str(jwk["n"]),
        "e": str(jwk["e"]),
    }
