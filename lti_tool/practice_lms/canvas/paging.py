"""Canvas's pages: numbers in the query, and a Link header with every way there is (5.1, 6)."""

from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import urlencode

from flask import request

from lti_tool.practice_lms.state import practice

Member = TypeVar("Member")


def one_page(
    members: Sequence[Member], *, size: int, largest: int
) -> tuple[Sequence[Member], dict[str, str]]:
    """The members of the page asked for, and the header to send.

    `limit` sets the size, is cut down to `largest` without a word, and is gone from the links.
    """
    wanted = _number("limit", _number("per_page", size))
    per_page = min(max(wanted, 1), largest)
    page = max(_number("page", 1), 1)
    last = max(-(-len(members) // per_page), 1)
    places = {"current": page, "first": 1, "last": last}
    if page < last:
        places["next"] = page + 1
    if page > 1:
        places["prev"] = page - 1
    order = ("current", "next", "prev", "first", "last")
    links = [f'<{_here(places[rel], per_page)}>; rel="{rel}"' for rel in order if rel in places]
    start = (page - 1) * per_page
    return members[start : start + per_page], {"link": ",".join(links)}


def _number(name: str, default: int) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else default


def _here(page: int, per_page: int) -> str:
    kept = {name: one for name, one in request.args.items() if name not in ("limit", "page")}
    query = urlencode({**kept, "page": page, "per_page": per_page})
    return practice().configuration.url(f"{request.path}?{query}")
