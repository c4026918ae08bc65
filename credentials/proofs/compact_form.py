"""Refuse the JSON-LD spellings that would move signed words out of a reader's sight.

A signature covers the statements in a document, and JSON-LD can write one statement in many ways.
Somebody could take an expired badge, write `validUntil` as a full address, and keep the signature:
the statement is still there, but who reads `validUntil` no longer finds it. So names must be plain
terms, contexts stand only at the top, and what is said about the credential is said in one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def first_hidden_name(document: Mapping[str, Any]) -> str | None:
    """The first name that could hide a statement, or None when the document is plain."""
    top = {name: value for name, value in document.items() if name not in ("@context", "proof")}
    return next(_hidden_names(top, own_id=document.get("id")), None)


def _hidden_names(value: Any, *, own_id: Any, is_top: bool = True) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _hidden_names(item, own_id=own_id, is_top=False)
    elif isinstance(value, dict):
        if not is_top and len(value) > 1 and value.get("id") == own_id is not None:
            yield "id"
        for name, item in value.items():
            if name.startswith("@") or ":" in name:
                yield name
            yield from _hidden_names(item, own_id=own_id, is_top=False)
