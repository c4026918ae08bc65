"""Asking a platform for an access token: proving ourselves, and making do with fewer scopes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import jwt

from lti_tool.errors import PlatformError
from lti_tool.lti.calling.access_tokens import AccessToken
from lti_tool.lti.calling.calls import Answer, PlatformHttp
from lti_tool.lti.calling.token_refusals import NO_SCOPE, access_refused, scopes_refused
from lti_tool.lti.registrations import RegistrationInfo
from lti_tool.lti.tool_keys import signing_tool_key
from lti_tool.store.database import Database
from lti_tool.store.encryption import SealingKey

ASSERTION_LIFETIME = timedelta(minutes=5)
_BACKDATED = timedelta(seconds=5)
"""Moodle refuses an assertion dated a second ahead of its own clock."""
_EARLY = 60
"""Seconds before its end at which an access token is no longer used."""
_REFUSED = 400
_UNSAID_LIFETIME = 300
"""Seconds an access token is used when the platform does not say how long it lives."""
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class TokenEndpoint:
    """Platforms' token addresses (1EdTech Security Framework §4.1; RFC 7523 §2.2)."""

    def __init__(
        self,
        db: Database,
        sealing_key: SealingKey,
        http: PlatformHttp,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], UUID],
    ) -> None:
        self._db = db
        self._sealing_key = sealing_key
        self._http = http
        self._now = now
        self._new_id = new_id

    def ask(self, registration: RegistrationInfo, scopes: frozenset[str]) -> AccessToken:
        """A token for these scopes, or for those of them that the platform grants.

        One scope that isn't granted makes Canvas refuse them all, and administrators can switch
        scopes off at any time: then each is tried alone. Raises PlatformError (token_refusals.py),
        `platform.scopes-refused` when none is granted, and NotFoundError `tool-keys.none`.
        """
        wanted = (scopes & frozenset(registration.scopes or scopes)) or scopes
        try:
            return self._asked(registration, wanted)
        except PlatformError as error:
            if error.code != NO_SCOPE or len(wanted) == 1:
                raise
        granted = frozenset(one for one in wanted if self._is_granted(registration, one))
        if not granted:
            raise scopes_refused(wanted, status=_REFUSED)
        return self._asked(registration, granted)

    def _is_granted(self, registration: RegistrationInfo, scope: str) -> bool:
        try:
            self._asked(registration, frozenset({scope}))
        except PlatformError as error:
            if error.code != NO_SCOPE:
                raise
            return False
        return True

    def _asked(self, registration: RegistrationInfo, scopes: frozenset[str]) -> AccessToken:
        asked_at = self._now()
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": self._assertion(registration, asked_at),
            "scope": " ".join(sorted(scopes)),
        }
        answer = self._http.send(
            "POST",
            registration.token_url,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode(form).encode(),
        )
        if answer.status != 200:
            raise access_refused(answer, scopes, now=asked_at)
        return _read(answer, scopes, asked_at)

    def _assertion(self, registration: RegistrationInfo, now: datetime) -> str:
        with self._db.read() as session:
            key = signing_tool_key(
                session,
                institution_id=registration.institution_id,
                sealing_key=self._sealing_key,
                now=now,
            )
        issued = now - _BACKDATED
        claims = {
            "iss": registration.client_id,
            "sub": registration.client_id,
            "aud": registration.token_audience or registration.token_url,
            "iat": int(issued.timestamp()),
            "exp": int((issued + ASSERTION_LIFETIME).timestamp()),
            "jti": str(self._new_id()),
        }
        return jwt.encode(claims, key.private_key, algorithm="RS256", headers={"kid": key.kid})


def _read(answer: Answer, asked: frozenset[str], asked_at: datetime) -> AccessToken:
    document = answer.json()
    members = document if isinstance(document, dict) else {}
    value = members.get("access_token")
    # It goes into a header: what is not plain text there is no token (RFC 6750 §2.1).
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or not value:
        raise access_refused(answer, asked, now=asked_at)
    granted = _granted(members.get("scope"), asked)
    if asked and not granted & asked:
        # Moodle drops what it does not grant without a word.
        raise scopes_refused(asked, status=answer.status)
    seconds = _seconds(members.get("expires_in"))
    return AccessToken(value, granted, asked_at + timedelta(seconds=max(seconds - _EARLY, 0)))


def _granted(said: object, asked: frozenset[str]) -> frozenset[str]:
    """The scopes the answer names; all that were asked for when it names none (RFC 6749 §5.1)."""
    if isinstance(said, list):
        said = " ".join(one for one in said if isinstance(one, str))
    return frozenset(said.split()) if isinstance(said, str) and said.strip() else asked


def _seconds(lifetime: object) -> int:
    try:
        return min(int(str(lifetime)), 86_400)
    except ValueError:
        return _UNSAID_LIFETIME
