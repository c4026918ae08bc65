"""Refuse the JSON-LD spellings that would move signed words out of a reader's sight.

A signature covers the statements in a document, and JSON-LD can write one statement in many ways.
Somebody could take an expired badge, write `validUntil` as a full address, and keep the signature:
the statement is still there, but who reads `validUntil` no longer finds it. Or append a copy of a
criterion without its levels, which says nothing new. So names must be plain terms, contexts stand
only at the top, and what is said about one thing is said in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def first_hidden_name(document: Mapping[str, Any]) -> str | None:
    """The first name that could hide a statement, or None when the document is plain."""
    top = {name: value for name, value in document.items() if name not in ("@context", "proof")}
    objects = list(_objects(top))
    for item in objects:
        for name in item:
            if name.startswith("@") or ":" in name:
                return name
    return "id" if _is_torn_apart(objects) else None


def _is_torn_apart(objects: Iterable[Mapping[str, Any]]) -> bool:
    """Whether two objects say different things of one id.

    Whole copies hide nothing (one picture used twice). The issuer is often described once more, in
    other words, as the creator of the achievement; a name or address is all that could hide there.
    """
    seen: dict[str, Mapping[str, Any]] = {}
    for item in objects:
        if isinstance(item.get("id"), str) and len(item) > 1:
            first = seen.setdefault(item["id"], item)
            if first != item and not (_is_profile(first) and _is_profile(item)):
                return True
    return False


def _is_profile(item: Mapping[str, Any]) -> bool:
    return item.get("type") in ("Profile", ["Profile"])


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _objects(item)
    elif isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _objects(item)
