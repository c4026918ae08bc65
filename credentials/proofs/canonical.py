"""Canonical bytes of a JSON-LD document, from bundled contexts only."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from typing import Any, Never

from pyld import jsonld

from credentials import contexts
from credentials.errors import CanonicalizationError, TooComplexError
from credentials.proofs import compact_form, rdf
from credentials.sentence import say

# RFC 3987 scheme, then nothing that could end the <…> of an N-Quad early.
_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f]*")
# pyld makes relative names absolute with the base it is given, or with a made-up one. With a scheme
# of our own they can be told apart again, whatever shape they had ("a", "//host/a").
_RELATIVE = "x-relative:"
_BASE = "x-relative://base/"
_ONE_AT_A_TIME = threading.Lock()  # pyld's cache of contexts is shared and knows no threads
# Besides its own error pyld lets these escape for values of a kind it does not expect.
_PYLD_FAULTS = (jsonld.JsonLdError, AttributeError, KeyError, TypeError, ValueError)
# pyld compares each item of a list with every other, so work grows with the square of these, and
# everybody else waits meanwhile. A badge with ten criteria of five levels has 500 values.
_MAX_ITEMS = 100
_MAX_VALUES = 2000
_MAX_CONTEXTS = 5
_KEYWORD_TYPES = ("@json", "@id", "@vocab", "@none")


def canonicalize(document: Mapping[str, Any]) -> bytes:
    """The document as canonical N-Quads in UTF-8 (RDFC-1.0).

    Raises CanonicalizationError when a signature over the result would not cover every word: a
    term no context explains, an identifier without a scheme, a context not bundled (JSON-LD "safe
    mode"), a spelling that hides a statement (see `compact_form`); or when it would take too long.
    """
    return rdf.canonical_nquads(to_dataset(document)).encode("utf-8")


def has_ties(document: Mapping[str, Any]) -> bool:
    """Whether parts of the document look so alike that implementations label them differently."""
    return rdf.has_ties(to_dataset(document))


def to_dataset(document: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The document as an RDF dataset in pyld's form; every term accounted for."""
    _check_size(document)
    _check_form(document)
    options = {"documentLoader": _load, "base": _BASE}
    try:
        with _ONE_AT_A_TIME:
            expanded = jsonld.expand(document, options, on_property_dropped=_refuse_term)
            _check_expanded(expanded)
            dataset: dict[str, list[dict[str, Any]]] = jsonld.to_rdf(expanded, options)
    except _PYLD_FAULTS as error:
        _raise_bundled_reason(error)
        raise CanonicalizationError(
            say(
                "canonical.not-json-ld",
                "The words of this badge do not follow the rules of JSON-LD, so a signature over "
                "them means nothing.",
            )
        ) from error
    return dataset


def _check_form(document: Mapping[str, Any]) -> None:
    used = document.get("@context")
    hidden = compact_form.first_hidden_name(document)
    if not isinstance(used, list) or not all(isinstance(context, str) for context in used):
        hidden = "@context"
    if hidden is not None:
        raise CanonicalizationError(
            say(
                "canonical.hidden-name",
                "This badge writes “%(name)s” in a way that could hide something from its reader.",
                name=hidden,
            )
        )


def _check_size(document: Mapping[str, Any]) -> None:
    """Refuse what would take minutes, before the work starts; level by level, without recursion."""
    used = document.get("@context")
    is_too_much = len(used) > _MAX_CONTEXTS if isinstance(used, list) else False
    level: list[Any] = [document]
    count = 0
    while level and not is_too_much:
        groups = [_parts(value) for value in level]
        level = [part for group in groups for part in group]
        count += len(level)
        is_too_much = count > _MAX_VALUES or any(len(group) > _MAX_ITEMS for group in groups)
    if is_too_much:
        raise TooComplexError(
            say("canonical.too-many", "This badge says far more than a badge ever does.")
        )


def _parts(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []


def _load(url: str, _options: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": contexts.bundled(url),
        # Lets pyld keep what it made of a context, a quarter of the work: ours never change.
        "tag": "static",
    }


def _raise_bundled_reason(error: BaseException) -> None:
    """pyld wraps what its loader raises; the reader wants the reason inside."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, CanonicalizationError):
            raise cause
        cause = getattr(cause, "cause", None) or cause.__cause__


def _refuse_term(term: str | None) -> Never:
    raise CanonicalizationError(
        say(
            "canonical.unknown-term",
            "This badge says something under the name “%(term)s”, which none of its contexts "
            "explains; a signature cannot cover that.",
            term=term or "?",
        )
    )


def _check_expanded(value: Any) -> None:
    """Every @id, @type and property must be absolute: RDF would silently leave out the rest."""
    for item in value if isinstance(value, list) else ():
        _check_expanded(item)
    for key, item in value.items() if isinstance(value, dict) else ():
        _check_entry(key, item)


def _check_entry(key: str, item: Any) -> None:
    if key in ("@id", "@type"):
        for iri in item if isinstance(item, list) else [item]:
            _check_iri(iri)
    elif key != "@value":
        if not key.startswith("@"):
            _check_iri(key)
        _check_expanded(item)


def _check_iri(iri: object) -> None:
    if iri in _KEYWORD_TYPES:
        return
    if not isinstance(iri, str) or iri.startswith(_RELATIVE) or not _ABSOLUTE_IRI.fullmatch(iri):
        raise CanonicalizationError(
            say(
                "canonical.relative",
                "This badge names something “%(name)s”, which is not a full address or a known "
                "kind; a signature cannot cover that.",
                name=str(iri).removeprefix(_BASE),
            )
        )
