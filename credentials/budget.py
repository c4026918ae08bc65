"""One allowance of time for everything a piece of work fetches."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ends_at: ContextVar[float] = ContextVar("ends_at", default=math.inf)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """What is fetched inside takes so many seconds altogether; an outer, shorter time stays.

    Each request has its own bound, but a badge can name several addresses, all of them slow.
    """
    token = _ends_at.set(min(_ends_at.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _ends_at.reset(token)


def left() -> float:
    """How many seconds are left; endless when nobody set a bound."""
    return max(0.0, _ends_at.get() - time.monotonic())
