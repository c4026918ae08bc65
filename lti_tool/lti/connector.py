"""Every call to a platform: tokens, time-outs, paging, retries, size and address guards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import jwt

from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import LONG, QUICK, Answer, Bounds, PlatformHttp
from lti_tool.lti.calling.paging import MOST_BYTES, MOST_PAGES, next_page, too_many_pages
from lti_tool.lti.calling.service_errors import access_refused, service_error
from lti_tool.lti.registrations import RegistrationInfo
from lti_tool.lti.tool_keys import signing_tool_key
from lti_tool.store.database import Database
from lti_tool.store.encryption import SealingKey

ASSERTION_LIFETIME = timedelta(minutes=5)
_BACKDATED = timedelta(seconds=5)
"""Moodle refuses an assertion dated a second ahead of its own clock."""
_EARLY = 60
"""Seconds before its end at which an access token is no longer used."""
_UNSAID_LIFETIME = 300
"""Seconds an access token is used when the platform does not say how long it lives."""
_UNAUTHORIZED = 401
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

_TokenName = tuple[UUID, str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """What to ask of a platform's service, and the scopes it needs."""

    method: str
    url: str
    scopes: frozenset[str]
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    bounds: Bounds = QUICK


@dataclass(frozen=True, slots=True)
class _AccessToken:
    value: str = field(repr=False)
    good_until: datetime


class Connector:
    """Calls platforms' services as ourselves.

    Access tokens are kept per registration, token address and scopes: hosted Canvas has one
    issuer for every customer, so anything less could show one school's token to another.
    """

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
        self._tokens: dict[_TokenName, _AccessToken] = {}

    def call(self, registration: RegistrationInfo, call: ServiceCall) -> Answer:
        """Call a service with an access token for its scopes; returns an answer of 200 to 299.

        A token that is refused is replaced once. Raises PlatformError; `retryable` follows the
        status (service_errors.py), and nothing of the answer's body is kept. Raises NotFoundError
        `tool-keys.none` when the institution has no key to prove itself with.
        """
        answer = self.ask(registration, call)
        if not 200 <= answer.status < 300:
            raise self.refusal(answer)
        return answer

    def ask(self, registration: RegistrationInfo, call: ServiceCall) -> Answer:
        """As `call`, but returns the service's answer whatever its status.

        For callers that can say better than `refusal` what a status means here.
        """
        answer = self._call_once(registration, call)
        if answer.status == _UNAUTHORIZED:
            self._tokens.pop((registration.id, registration.token_url, call.scopes), None)
            answer = self._call_once(registration, call)
        return answer

    def refusal(self, answer: Answer) -> PlatformError:
        """The error for an answer that isn't 200 to 299, as `call` raises it."""
        return service_error(answer, now=self._now())

    def read_pages(self, registration: RegistrationInfo, call: ServiceCall) -> tuple[Answer, ...]:
        """Every page of a list, by the Link header (RFC 8288): all of them, or PlatformError.

        Beside what `call` raises: `platform.pages-elsewhere` for a next page on another host,
        `platform.pages-endless` for a page that comes again, more than 500 pages, or 50 MB.
        """
        pages: list[Answer] = []
        seen: set[str] = set()
        url: str | None = call.url
        while url is not None:
            pages.append(self.call(registration, replace(call, url=url, bounds=LONG)))
            seen.add(url)
            size = sum(len(page.body) for page in pages)
            url = next_page(pages[-1], url)
            if url is not None and (url in seen or len(seen) >= MOST_PAGES or size > MOST_BYTES):
                raise too_many_pages()
        return tuple(pages)

    def _call_once(self, registration: RegistrationInfo, call: ServiceCall) -> Answer:
        token = self._access_token(registration, call.scopes)
        headers = {**call.headers, "Authorization": f"Bearer {token}"}
        return self._http.send(
            call.method, call.url, headers=headers, body=call.body, bounds=call.bounds
        )

    def _access_token(self, registration: RegistrationInfo, scopes: frozenset[str]) -> str:
        name = (registration.id, registration.token_url, scopes)
        known = self._tokens.get(name)
        if known is None or known.good_until <= self._now():
            known = self._tokens[name] = self._requested_token(registration, scopes)
        return known.value

    def _requested_token(
        self, registration: RegistrationInfo, scopes: frozenset[str]
    ) -> _AccessToken:
        """Ask for a token (1EdTech Security Framework §4.1; RFC 7523 §2.2)."""
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
            raise access_refused(answer, now=asked_at)
        return _read_token(answer, asked_at)

    def _assertion(self, registration: RegistrationInfo, now: datetime) -> str:
        with self._db.begin() as session:
            key = signing_tool_key(
                session,
                institution_id=registration.institution_id,
                sealing_key=self._sealing_key,
            )
        issued = now - _BACKDATED
        claims = {
            "iss": registration.client_id,
            "sub": registration.client_id,
            "aud": registration.token_url,
            "iat": int(issued.timestamp()),
            "exp": int((issued + ASSERTION_LIFETIME).timestamp()),
            "jti": str(self._new_id()),
        }
        return jwt.encode(claims, key.private_key, algorithm="RS256", headers={"kid": key.kid})


def _read_token(answer: Answer, asked_at: datetime) -> _AccessToken:
    document = answer.json()
    members = document if isinstance(document, dict) else {}
    value, lifetime = members.get("access_token"), members.get("expires_in")
    # It goes into a header: what is not plain text there is no token (RFC 6750 §2.1).
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or not value:
        raise access_refused(answer, now=asked_at)
    seconds = _seconds(lifetime)
    return _AccessToken(value, asked_at + timedelta(seconds=max(seconds - _EARLY, 0)))


def _seconds(lifetime: object) -> int:
    try:
        return min(int(str(lifetime)), 86_400)
    except ValueError:
        return _UNSAID_LIFETIME
