"""One bounded HTTP call to a platform: time-outs, no redirects, a limit on what we read."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy

import requests
from urllib3.exceptions import HTTPError

from lti_tool.errors import PlatformError
from lti_tool.lti.reading.addresses import split_address
from lti_tool.sentence import say


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one answer may be, and how long it may take.

    `seconds` is for the whole answer: a server that sends a byte now and then never times out.
    """

    most_bytes: int
    pause: float
    seconds: float


QUICK = Bounds(most_bytes=64 * 1024, pause=5.0, seconds=10.0)
"""For what somebody waits for: keys, access tokens, one score."""
LONG = Bounds(most_bytes=5_000_000, pause=30.0, seconds=60.0)
"""For rosters and lists: Moodle sends a course of thousands in one piece, slowly."""
CONNECTING = 3.0
"""Seconds to connect."""
# Hosted Canvas and some Moodles answer 403 to callers that do not say what they are.
USER_AGENT = "Testamur (LTI 1.3 tool)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform answered; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> object:
        """The body as JSON; PlatformError `platform.answer-unreadable` when it isn't."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise _unreadable(self.status) from None


class PlatformHttp:
    """The only way out of this room. Keeps connections, and nothing else, between calls."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._session = requests.Session()
        self._session.headers["User-Agent"] = USER_AGENT
        self._session.headers["Accept-Encoding"] = "identity"
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # Without this, requests replaces our Authorization header by what a .netrc says.
        self._session.auth = _unchanged

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        bounds: Bounds = QUICK,
    ) -> Answer:
        """Call and read the answer, whatever its status; redirects are answers too.

        Raises PlatformError: `platform.address-refused`, `platform.unreachable` (retryable),
        `platform.answer-too-large`. No body and no address is kept in the error.
        """
        if split_address(url) is None:
            raise _address_refused()
        give_up_at = self._monotonic() + bounds.seconds
        try:
            with self._session.request(
                method,
                url,
                headers=headers,
                data=body,
                timeout=(CONNECTING, bounds.pause),
                allow_redirects=False,
                stream=True,
            ) as response:
                answer = self._read(response, give_up_at, bounds.most_bytes)
        except (requests.RequestException, HTTPError, OSError):
            raise _unreachable() from None
        return Answer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=answer,
        )

    def get_json(self, url: str) -> object:
        """GET a public JSON document; anything but 200 is a retryable PlatformError."""
        answer = self.send("GET", url, headers={"Accept": "application/json, */*;q=0.5"})
        if answer.status != 200:
            raise _unreachable(answer.status)
        return answer.json()

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()

    def _read(self, response: requests.Response, give_up_at: float, most: int) -> bytes:
        read = bytearray()
        # read1 returns what has come, where read would wait until the piece is full.
        while piece := response.raw.read1(8192, decode_content=True):
            read += piece
            if len(read) > most:
                raise _too_large()
            if self._monotonic() > give_up_at:
                raise _unreachable()
        return bytes(read)


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _unreachable(status: int | None = None) -> PlatformError:
    return PlatformError(
        "platform.unreachable",
        say(
            "platform.unreachable",
            "The learning platform did not answer, or not in time. We try again by ourselves.",
        ),
        retryable=True,
        status=status,
    )


def _too_large() -> PlatformError:
    return PlatformError(
        "platform.answer-too-large",
        say(
            "platform.answer-too-large",
            "The learning platform's answer was larger than we read. Its administrator should "
            "check the addresses of the registration.",
        ),
        retryable=False,
    )


def _unreadable(status: int) -> PlatformError:
    return PlatformError(
        "platform.answer-unreadable",
        say(
            "platform.answer-unreadable",
            "The learning platform's answer can't be read. Its administrator should check the "
            "addresses of the registration.",
        ),
        retryable=True,
        status=status,
    )


def _address_refused() -> PlatformError:
    return PlatformError(
        "platform.address-refused",
        say(
            "platform.address-refused",
            "An address the learning platform gave us is not one we can call.",
        ),
        retryable=False,
    )
