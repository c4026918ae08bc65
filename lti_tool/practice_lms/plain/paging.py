"""One page of a long list, and the Link header that leads to the next (RFC 8288)."""

from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import urlencode

from flask import request

from lti_tool.practice_lms.plain.guard import CallRefusedError
from lti_tool.practice_lms.state import practice

Member = TypeVar("Member")


def one_page(members: Sequence[Member]) -> tuple[Sequence[Member], dict[str, str]]:
    """The members that `limit` and `from` of the query ask for, and the headers to send.

    Without a limit there is one page with everybody, as on Moodle.
    """
    limit = _number("limit", len(members))
    start = _number("from", 0)
    end = start + limit
    headers = {"Link": f'<{_here(start=end)}>; rel="next"'} if end < len(members) else {}
    return members[start:end], headers


def _number(name: str, default: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or (name == "limit" and int(text) < 1):
        raise CallRefusedError(400, f"The value of {name} must be a whole number.")
    return int(text)


def _here(*, start: int) -> str:
    query = {**request.args.to_dict(), "from": str(start)}
    return practice().configuration.url(f"{request.path}?{urlencode(query)}")
