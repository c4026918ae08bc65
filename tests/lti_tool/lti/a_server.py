"""A platform's HTTP server on loopback: answers as told, remembers what it was asked."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Reply:
    """What to answer. `write` replaces the ordinary answer, to misbehave below HTTP."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    write: Callable[[Any], None] | None = None


class AServer:
    """Answers each path with its replies in turn; the last one stays.

    A path may have its method before it ("POST /token"), to answer that method alone.
    """

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.replies: dict[str, list[Reply]] = {}
        self.url = ""

    def will_answer(self, path: str, *replies: Reply) -> str:
        """Set a path's replies; returns its address."""
        self.replies[path] = list(replies)
        return self.url + path

    def asked_at(self, path: str) -> list[Asked]:
        """The requests a path got, with or without a query."""
        return [asked for asked in self.asked if asked.path.split("?")[0] == path]

    def reply_to(self, asked: Asked) -> Reply:
        """Remember a request and choose its reply."""
        self.asked.append(asked)
        path = asked.path.split("?")[0]
        ordinary = self.replies.get(path, [Reply(404)])
        replies = self.replies.get(f"{asked.method} {path}", ordinary)
        return replies.pop(0) if len(replies) > 1 else replies[0]


class _Handler(BaseHTTPRequestHandler):
    server_version = "Test"
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        server: AServer = self.server.behaviour  # type: ignore[attr-defined]
        reply = server.reply_to(Asked(self.command, self.path, headers, body))
        if reply.write is not None:
            self.close_connection = True
            reply.write(self)
            return
        # No Date and no Server of its own: a test says what time the platform has.
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST = _answer  # noqa: N815 - http.server's own names

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Silence: that callers hang up is what some tests are about."""


@contextmanager
def a_server() -> Iterator[AServer]:
    """A running server on a free port of 127.0.0.1."""
    behaviour = AServer()
    with _QuietServer(("127.0.0.1", 0), _Handler) as server:
        server.behaviour = behaviour  # type: ignore[attr-defined]
        behaviour.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield behaviour
        server.shutdown()
        thread.join()
