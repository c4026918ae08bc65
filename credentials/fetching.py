"""The only door to the network: https, public addresses, size and time bounded."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Never
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter

from credentials import budget, strict_json
from credentials.errors import (
    BlockedAddressError,
    FetchError,
    TimedOutError,
    TooLargeError,
    UnreadableError,
)
from credentials.sentence import say

MAX_BYTES = 1024 * 1024
_PIECE_BYTES = 64 * 1024
MAX_AT_ONCE = 32
_AT_ONCE = threading.BoundedSemaphore(MAX_AT_ONCE)  # so many may hang in a dead name service
_HEADERS = {
    "Accept": "application/json, application/did+json, application/vc, */*;q=0.1",
    "Accept-Encoding": "identity",  # an unpacked answer could be a thousand times larger
    "User-Agent": "testamur-credentials",
}

# A blocked address is told in the report; on a terminal, Python would print the library's warning.
logging.getLogger("requests_hardened").addHandler(logging.NullHandler())

# ValueError: names that cannot be written for the name service, such as one with an empty label.
_NETWORK_FAULTS = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches JSON that a badge points to. Whoever wrote the badge chose the address.

    Only https to public addresses; the address is resolved once and that one is connected to, so a
    name cannot change its mind in between. No redirects, no proxies, no cookies, no compression.
    `plain_http_hosts` ("localhost:8000") may be asked over plain http; they must be loopback names.
    `seconds` bounds the whole request, looking up the name and all; `budget` may bound it further.
    """

    plain_http_hosts: Collection[str] = ()
    max_bytes: int = MAX_BYTES
    seconds: float = 10.0

    def __post_init__(self) -> None:
        """Plain http beyond this machine is never right, so a setting cannot allow it."""
        for host in self.plain_http_hosts:
            if not is_loopback(host):
                raise ValueError(f"{host} is not a name of this machine itself")

    def get_json(self, url: str) -> dict[str, Any]:
        """The JSON object at `url`.

        Raises BlockedAddressError, TooLargeError, TimedOutError, or FetchError for the rest.
        """
        self._check_address(url)
        try:
            return strict_json.read_object(self._in_time(url), max_bytes=self.max_bytes)
        except UnreadableError as error:
            raise FetchError(
                say(
                    "fetching.not-json",
                    "What stands at %(url)s cannot be read: %(reason)s",
                    url=url,
                    reason=error.sentence,
                )
            ) from error

    def _check_address(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            is_plain = parts.scheme == "http" and parts.netloc in self.plain_http_hosts
            is_fine = bool(parts.hostname) and "@" not in parts.netloc
        except ValueError:
            is_plain = is_fine = False
            parts = urlsplit("")
        if not is_fine or not (is_plain or parts.scheme == "https"):
            _refuse_address(url)

    def _in_time(self, url: str) -> bytes:
        """Wait so long and no longer: looking up a name cannot be cut short, only left behind."""
        seconds = min(self.seconds, budget.left())
        if seconds <= 0:
            raise _too_slow(url)
        if not _AT_ONCE.acquire(blocking=False):
            raise FetchError(say("fetching.busy", "%(url)s could not be asked just now.", url=url))
        answers: SimpleQueue[bytes | FetchError] = SimpleQueue()
        threading.Thread(
            target=lambda: answers.put(self._answer(url, seconds)), daemon=True
        ).start()
        try:
            answer = answers.get(timeout=seconds)
        except Empty:
            raise _too_slow(url) from None
        if isinstance(answer, FetchError):
            raise answer
        return answer

    def _answer(self, url: str, seconds: float) -> bytes | FetchError:
        try:
            return self._get(url, seconds)
        except FetchError as error:
            return error
        finally:
            _AT_ONCE.release()

    def _get(self, url: str, seconds: float) -> bytes:
        deadline = Deadline()
        body, fault = b"", None
        try:
            with deadline.within(seconds), self._session(deadline, seconds) as session:
                body = self._read(session, url)
        except InvalidIPAddress:
            _refuse_address(url)
        except _NETWORK_FAULTS as error:
            fault = error
        # Whatever came of it: a connection cut among the headers looks like a short answer.
        if deadline.has_passed or isinstance(fault, requests.Timeout):
            raise _too_slow(url) from fault
        if fault is not None:
            raise FetchError(
                say("fetching.unreachable", "%(url)s could not be reached.", url=url)
            ) from fault
        return body

    def _session(self, deadline: Deadline, seconds: float) -> HTTPSession:
        config = Config(
            ip_filter_enable=False,  # our own adapters below do it, and keep the deadline too
            ip_filter_allow_loopback_ips=False,
            never_redirect=True,
            default_timeout=(seconds, seconds),
        )
        session = HTTPSession(config)
        session.trust_env = False  # a proxy would connect to addresses we never saw
        session.mount("http://", _PublicAdapter(deadline, is_https=False))
        session.mount("https://", _PublicAdapter(deadline, is_https=True))
        for host in self.plain_http_hosts:
            session.mount(f"http://{host}/", _LoopbackAdapter(deadline))
        return session

    def _read(self, session: HTTPSession, url: str) -> bytes:
        with session.get(url, headers=_HEADERS, stream=True) as response:
            if response.status_code != 200 or response.headers.get("Content-Encoding"):
                raise FetchError(
                    say(
                        "fetching.no-answer",
                        "%(url)s did not give the page asked for (it answered %(code)s).",
                        url=url,
                        code=response.status_code,
                    )
                )
            body = bytearray()
            # Piece by piece: only a read after the last one tells a whole answer from a broken one.
            while piece := response.raw.read(_PIECE_BYTES):
                body += piece
                if len(body) > self.max_bytes:
                    raise TooLargeError(
                        say("fetching.too-large", "What stands at %(url)s is too large.", url=url)
                    )
        return bytes(body)


@dataclass
class Deadline:
    """Cuts the connections of one request when its time is up.

    Time-outs of sockets start anew with each byte, so a slow sender could hold us for hours.
    """

    has_passed: bool = False
    _sockets: list[socket.socket] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Cut everything watched once so many seconds have gone by."""
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            for copy in self._sockets:
                copy.close()

    def watch(self, connection: socket.socket) -> None:
        """Keep a copy: TLS takes the original away, and shutting a copy shuts the connection."""
        with self._lock:
            self._sockets.append(connection.dup())
            if self.has_passed:
                connection.shutdown(socket.SHUT_RDWR)

    def _cut(self) -> None:
        with self._lock:
            self.has_passed = True
            for copy in self._sockets:
                with suppress(OSError):
                    copy.shutdown(socket.SHUT_RDWR)


class _WatchedAdapter(HTTPAdapter):
    """Shows every connection it opens to the deadline."""

    deadline: Deadline

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        deadline = self.deadline
        base: Any = pool.ConnectionCls

        class Watched(base):  # type: ignore[misc]  # urllib3 picks the class per pool
            def _new_conn(self) -> socket.socket:
                connection: socket.socket = super()._new_conn()
                deadline.watch(connection)
                return connection

        pool.ConnectionCls = Watched
        return pool


class _PublicAdapter(_WatchedAdapter, IPFilterAdapter):  # type: ignore[misc]  # untyped base
    def __init__(self, deadline: Deadline, *, is_https: bool) -> None:
        IPFilterAdapter.__init__(self, is_https_proto=is_https)
        self.deadline = deadline


class _LoopbackAdapter(_WatchedAdapter):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self.deadline = deadline


def is_loopback(host: str) -> bool:
    """Whether "name" or "name:port" is this machine itself by name (RFC 6761 §6.3)."""
    name = urlsplit(f"//{host}").hostname or ""
    return name in ("localhost", "127.0.0.1", "::1") or name.endswith(".localhost")


def _too_slow(url: str) -> TimedOutError:
    return TimedOutError(say("fetching.too-slow", "%(url)s took too long to answer.", url=url))


def _refuse_address(url: str) -> Never:
    raise BlockedAddressError(
        say(
            "fetching.blocked",
            "%(url)s is not a public https address, so it was not visited.",
            url=url,
        )
    )
