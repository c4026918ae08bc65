"""Every call to a platform: tokens, time-outs, paging, retries, size and address guards."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from lti_tool.errors import PlatformError
from lti_tool.lti.calling.access_tokens import AccessToken, AccessTokens
from lti_tool.lti.calling.calls import LONG, QUICK, Answer, Bounds, PlatformHttp
from lti_tool.lti.calling.faults import unreachable
from lti_tool.lti.calling.paging import (
    MOST_BYTES,
    MOST_PAGES,
    MOST_SECONDS,
    next_page,
    too_many_pages,
)
from lti_tool.lti.calling.service_errors import service_error
from lti_tool.lti.calling.token_endpoint import TokenEndpoint
from lti_tool.lti.registrations import RegistrationInfo
from lti_tool.store.database import Database
from lti_tool.store.encryption import SealingKey

_UNAUTHORIZED = 401


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """What to ask of a platform's service, and the scopes it needs."""

    method: str
    url: str
    scopes: frozenset[str]
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    bounds: Bounds = QUICK


class Connector:
    """Calls platforms' services as ourselves; access_tokens.py says how tokens are kept."""

    def __init__(
        self,
        db: Database,
        sealing_key: SealingKey,
        http: PlatformHttp,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], UUID],
    ) -> None:
        self._http = http
        self._now = now
        self._endpoint = TokenEndpoint(db, sealing_key, http, now=now, new_id=new_id)
        self._tokens = AccessTokens(db, sealing_key, self._endpoint, now=now)
        self._list_seconds = MOST_SECONDS

    def within(self, seconds: float) -> "Connector":
        """The same, for somebody who waits: no list is read for longer than this."""
        hurried = copy(self)
        hurried._list_seconds = seconds
        return hurried

    def call(self, registration: RegistrationInfo, call: ServiceCall) -> Answer:
        """Call a service with an access token for its scopes; returns an answer of 200 to 299.

        A token that is refused is replaced once, and of the scopes those are used that the
        platform grants. Raises PlatformError; `retryable` follows the
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
        access_token = self._tokens.get(registration, call.scopes)
        answer = self._send(call, access_token)
        if answer.status == _UNAUTHORIZED:
            another = self._tokens.replace(registration, call.scopes, refused=access_token)
            answer = self._send(call, another)
        return answer

    def refusal(self, answer: Answer) -> PlatformError:
        """The error for an answer that isn't 200 to 299, as `call` raises it."""
        return service_error(answer, now=self._now())

    def read_pages(self, registration: RegistrationInfo, call: ServiceCall) -> tuple[Answer, ...]:
        """Every page of a list, by the Link header (RFC 8288): all of them, or PlatformError.

        Beside what `call` raises: `platform.pages-elsewhere` for a next page on another host,
        `platform.pages-endless` for a page that comes again, more than 500 pages, or 50 MB, and
        `platform.unreachable` (retryable) for a list that takes over three minutes.
        """
        ends_at = self._now() + timedelta(seconds=self._list_seconds)
        pages: list[Answer] = []
        seen: set[str] = set()
        url: str | None = call.url
        while url is not None:
            bounds = _bounds_until(ends_at, self._now())
            pages.append(self.call(registration, replace(call, url=url, bounds=bounds)))
            seen.add(url)
            size = sum(len(page.body) for page in pages)
            url = next_page(pages[-1], url)
            if url is not None and (url in seen or len(seen) >= MOST_PAGES or size > MOST_BYTES):
                raise too_many_pages()
        return tuple(pages)

    def granted_scopes(
        self, registration: RegistrationInfo, scopes: frozenset[str]
    ) -> frozenset[str]:
        """Which of `scopes` the platform grants now, by asking it for a new token.

        For people who look for a fault; the token is not kept, and what was granted when the
        tool was registered is not believed. Raises PlatformError.
        """
        open_minded = replace(registration, scopes=None)
        return self._endpoint.ask(open_minded, scopes).scopes & scopes

    def _send(self, call: ServiceCall, access_token: AccessToken) -> Answer:
        headers = {**call.headers, "Authorization": f"Bearer {access_token.value}"}
        return self._http.send(
            call.method, call.url, headers=headers, body=call.body, bounds=call.bounds
        )


def _bounds_until(ends_at: datetime, now: datetime) -> Bounds:
    """What a page may take of the time its list has left; PlatformError when there is none."""
    left = (ends_at - now).total_seconds()
    if left <= 0:
        raise unreachable()
    return replace(LONG, seconds=min(LONG.seconds, left))
