"""Ends a call when its time is up, even while its headers trickle in byte by byte."""

import socket
import threading
from contextlib import suppress
from functools import cache
from types import TracebackType
from typing import Any, Self

from requests.adapters import HTTPAdapter

_running = threading.local()


class Deadline:
    """Cuts the connection this thread uses once so many seconds have gone by.

    Time-outs of sockets start anew with each byte, so a slow sender could hold us for hours. An
    answer without a length that was cut looks like a whole one: ask `has_passed` after reading.
    """

    def __init__(self, seconds: float) -> None:
        self.has_passed = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        _running.deadline = self
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        _running.deadline = None
        with self._lock:
            # A connection that was not cut goes back to the others, for the next call.
            self._sockets.clear()

    def watch(self, connection: socket.socket) -> None:
        """Cut this connection too when the time is up, or at once when it is already."""
        with self._lock:
            self._sockets.append(connection)
            if self.has_passed:
                _shut(connection)

    def _cut(self) -> None:
        with self._lock:
            self.has_passed = True
            for connection in self._sockets:
                _shut(connection)


class TimedAdapter(HTTPAdapter):
    """Shows the connection of each request to the deadline of its thread."""

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """The pool for a request, whose connections can be cut."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        if not getattr(pool.ConnectionCls, "is_timed", False):
            pool.ConnectionCls = _timed(pool.ConnectionCls)
        return pool


@cache
def _timed(base: Any) -> Any:
    class Timed(base):  # type: ignore[misc]  # urllib3 picks the class per pool
        is_timed = True

        def getresponse(self) -> Any:
            # Also a kept connection comes by here, and nothing of the answer is read before.
            deadline: Deadline | None = getattr(_running, "deadline", None)
            if deadline is not None and self.sock is not None:
                deadline.watch(self.sock)
            return super().getresponse()

    return Timed


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
