"""How much work something is, counted in calls: the same on a fast machine and a busy one."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def calls_made_by(work: Callable[[], Any]) -> int:
    """How many functions are called, in Python or in C, until `work` returns or raises."""
    count = 0

    def note(_frame: FrameType, event: str, _what: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
