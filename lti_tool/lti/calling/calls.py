"""One bounded HTTP call to a platform: public address, time-outs, a limit on what we read."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import requests
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.exceptions import HTTPError

from lti_tool.lti.calling.deadline import Deadline
from lti_tool.lti.calling.doors import Doors
from lti_tool.lti.calling.faults import (
    address_private,
    answer_too_large,
    answer_unreadable,
    unreachable,
)
from lti_tool.lti.reading.addresses import joined, origin_of


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
MOST_REDIRECTS = 2
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform answered; header names are in lower case.

    `reason` is the phrase beside the status. Moodle puts its explanation there, and what was
    posted with it: it is for telling refusals apart, and neither kept nor shown.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    reason: str = field(default="", repr=False)

    def json(self) -> object:
        """The body as JSON; PlatformError `platform.answer-unreadable` when it isn't."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise answer_unreadable(self.status) from None


class PlatformHttp:
    """The only way out of this room. Keeps connections, and nothing else, between calls.

    Only https to public addresses, but for `private_hosts` ("lms.example.edu" or "host:port"):
    self-hosted LMSs in a network of their own, which may also speak plain http (doors.py).
    `ca_file` names the certificate authorities to trust in place of the public ones.
    """

    def __init__(
        self,
        *,
        private_hosts: Collection[str] = (),
        ca_file: Path | None = None,
    ) -> None:
        self._doors = Doors(private_hosts, ca_file=ca_file)

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

        Raises PlatformError: `platform.address-refused`, `platform.address-private`,
        `platform.unreachable` (retryable), `platform.answer-too-large` (of an error, 400 and up,
        the beginning is returned). No body and no address but the host is kept in the error.
        """
        door = self._doors.door_to(url)
        deadline = Deadline(bounds.seconds)
        try:
            with (
                deadline,
                door.request(
                    method,
                    url,
                    headers=headers,
                    data=body,
                    timeout=(CONNECTING, bounds.pause),
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                answer = _read(response, bounds.most_bytes)
        except InvalidIPAddress:
            raise address_private(url) from None
        # ValueError: a name that can't be written for the name service, a Location that is none.
        except (requests.RequestException, HTTPError, OSError, ValueError):
            raise unreachable() from None
        if deadline.has_passed:
            raise unreachable()
        return Answer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=answer,
            reason=response.reason or "",
        )

    def get_json(self, url: str) -> object:
        """GET a public JSON document; anything but 200 is a retryable PlatformError.

        Follows two redirects that stay on the host, as these documents hold no secret and are
        asked for with none.
        """
        for _ in range(MOST_REDIRECTS):
            answer = self._get_document(url)
            onwards = joined(url, answer.headers.get("location", ""))
            if answer.status not in _REDIRECTS or origin_of(onwards) != origin_of(url):
                break
            url = onwards
        else:
            answer = self._get_document(url)
        if answer.status != 200:
            raise unreachable(answer.status)
        return answer.json()

    def _get_document(self, url: str) -> Answer:
        return self.send("GET", url, headers={"Accept": "application/json, */*;q=0.5"})

    def check(self, url: str) -> None:
        """Raise what `send` would raise for this address before it calls anybody."""
        self._doors.door_to(url)

    def close(self) -> None:
        """Close the kept connections."""
        self._doors.close()


def _read(response: requests.Response, most: int) -> bytes:
    read = bytearray()
    # read1 returns what has come, where read would wait until the piece is full.
    while piece := response.raw.read1(8192, decode_content=True):
        read += piece
        if len(read) > most and response.status_code >= 400:
            # A page for people, mostly. Its status says whether to try again, its beginning why.
            return bytes(read[:most])
        if len(read) > most:
            raise answer_too_large()
    return bytes(read)
