"""What one verification asks from outside: every key document and page once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from credentials.errors import FetchError, ResolvingError
from credentials.resolving import JsonPages, Resolver


@dataclass(frozen=True, slots=True)
class AskingOnce:
    """A resolver and a door that remember each answer, and each refusal, for one verification.

    A badge with four status entries would otherwise have the same pages fetched again and again.
    """

    resolver: Resolver
    fetcher: JsonPages
    _documents: dict[str, Any] = field(default_factory=dict)
    _pages: dict[str, Any] = field(default_factory=dict)

    def resolve(self, did: str) -> Mapping[str, Any]:
        """The DID document; raises FetchError or ResolvingError."""
        document: Mapping[str, Any] = _remembered(self._documents, did, self.resolver.resolve)
        return document

    def get_json(self, url: str) -> dict[str, Any]:
        """The JSON object at `url`; raises FetchError."""
        page: dict[str, Any] = _remembered(self._pages, url, self.fetcher.get_json)
        return page


def _remembered(answers: dict[str, Any], name: str, ask: Callable[[str], Any]) -> Any:
    if name not in answers:
        try:
            answers[name] = ask(name)
        except (FetchError, ResolvingError) as error:
            answers[name] = error
    if isinstance(answers[name], FetchError | ResolvingError):
        raise answers[name]
    return answers[name]
