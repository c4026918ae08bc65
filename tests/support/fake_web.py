"""A web in memory: serves DID documents and status lists to whoever has the shape of a fetcher."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from credentials.errors import FetchError
from credentials.sentence import say

Page = dict[str, Any] | FetchError | Callable[[], dict[str, Any]]


@dataclass
class FakeWeb:
    """Pages by address; an error as a page is raised. Remembers what was visited."""

    pages: dict[str, Page] = field(default_factory=dict)
    plain_http_hosts: Collection[str] = ()
    visited: list[str] = field(default_factory=list)

    def get_json(self, url: str) -> dict[str, Any]:
        """What stands at the address, as a copy, or FetchError when nothing does."""
        self.visited.append(url)
        page = self.pages.get(url)
        if isinstance(page, FetchError):
            raise page
        if page is None:
            raise FetchError(say("fake.nothing", "Nothing stands at %(url)s.", url=url))
        found = page() if callable(page) else page
        copied: dict[str, Any] = json.loads(json.dumps(found))
        return copied
