"""Canonical N-Quads of an RDF dataset (RDFC-1.0), with a bound on the work."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyld.canon import URDNA2015

from credentials.errors import TooComplexError
from credentials.sentence import say

Quad = tuple[str, str, str, str]
"""Subject, predicate, object and graph in N-Quads form; blank nodes as "_:b0"; graph may be ""."""

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_MAX_QUADS = 5000
_MAX_ALIKE = 6  # telling n alike nodes apart may take n! steps
_ESCAPES = {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')


def canonical_nquads(dataset: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """The dataset (in pyld's form) as canonical N-Quads, lines sorted by code point.

    When every blank node can be told from the others by its own quads (RDFC-1.0 §4.6), labels
    follow from those hashes alone. Otherwise pyld's URDNA2015 decides, for few nodes only: graphs
    exist on which it would never end. Raises TooComplexError for those and for large ones.
    """
    quads = _quads(dataset)
    if len(quads) > _MAX_QUADS:
        raise TooComplexError(
            say("canonical.too-many", "This badge says far more than a badge ever does.")
        )
    hashes = _first_degree_hashes(quads)
    alike = _count_alike(hashes)
    if alike == 0:
        order = sorted(hashes, key=lambda node: hashes[node])
        labels = {node: f"_:c14n{place}" for place, node in enumerate(order)}
        return "".join(_sorted_lines(quads, lambda node: labels[node]))
    if alike > _MAX_ALIKE or any(_ESCAPED_BY_US_ONLY.search(quad[2]) for quad in quads):
        raise TooComplexError(
            say(
                "canonical.too-alike",
                "This badge has so many parts that look alike that its signature cannot be "
                "checked in reasonable time.",
            )
        )
    text: str = URDNA2015().main(dataset, {"format": "application/n-quads"})
    return text


def has_ties(dataset: Mapping[str, Sequence[Mapping[str, Any]]]) -> bool:
    """Whether two blank nodes look alike from their own quads; implementations differ on those."""
    return _count_alike(_first_degree_hashes(_quads(dataset))) > 0


# pyld 3.3 writes these characters as they are; RDFC-1.0 §5 writes them as escapes.
_ESCAPED_BY_US_ONLY = re.compile(r"\\b|\\f|\\u00")


def _quads(dataset: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Quad]:
    """Each statement once: a dataset is a set."""
    quads = (
        (_term(triple["subject"]), _term(triple["predicate"]), _term(triple["object"]), graph)
        for graph, triples in ((_graph(name), triples) for name, triples in dataset.items())
        for triple in triples
    )
    return list(dict.fromkeys(quads))


def _graph(name: str) -> str:
    if name == "@default":
        return ""
    return name if name.startswith("_:") else f"<{name}>"


def _term(term: Mapping[str, Any]) -> str:
    value: str = term["value"]
    if term["type"] == "IRI":
        return f"<{value}>"
    if term["type"] == "blank node":
        return value
    quoted = '"' + _ESCAPED.sub(_escape, value) + '"'
    if term["datatype"] == _LANG_STRING:
        return f"{quoted}@{term['language']}"
    return quoted if term["datatype"] == _XSD_STRING else f"{quoted}^^<{term['datatype']}>"


def _escape(match: re.Match[str]) -> str:
    letter = match.group()
    return _ESCAPES.get(letter) or f"\\u{ord(letter):04X}"


def _first_degree_hashes(quads: Sequence[Quad]) -> dict[str, str]:
    """For each blank node, the hash of its quads with itself as _:a and others as _:z."""
    mentions: dict[str, list[Quad]] = {}
    for quad in quads:
        for node in {term for term in quad if term.startswith("_:")}:
            mentions.setdefault(node, []).append(quad)
    return {node: _first_degree_hash(node, own) for node, own in mentions.items()}


def _first_degree_hash(node: str, quads: Sequence[Quad]) -> str:
    lines = _sorted_lines(quads, lambda other: "_:a" if other == node else "_:z")
    return hashlib.sha256("".join(lines).encode("utf-8")).hexdigest()


def _sorted_lines(quads: Sequence[Quad], label: Callable[[str], str]) -> list[str]:
    """One line a quad; quads may become alike under these labels, and each still counts."""
    return sorted(_line(quad, label) for quad in quads)


def _line(quad: Quad, label: Callable[[str], str]) -> str:
    terms = [label(term) if term.startswith("_:") else term for term in quad if term]
    return " ".join(terms) + " .\n"


def _count_alike(hashes: Mapping[str, str]) -> int:
    return sum(count for count in Counter(hashes.values()).values() if count > 1)
