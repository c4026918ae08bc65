"""Our own rules for a credential we are about to sign, stricter than the standard."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from credentials import contexts, schemas
from credentials.credential import UnverifiedCredential, mapping, objects
from credentials.errors import CanonicalizationError, LintError
from credentials.proofs import canonical
from credentials.sentence import Sentence, say

# Word processors leave these behind (a pasted vertical tab, say), and verifiers differ on them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MOMENTS = ("validFrom", "validUntil", "awardedDate")


def lint(unsigned: Mapping[str, Any]) -> None:
    """Raise LintError with everything that is wrong, or return.

    Other verifiers differ in corner cases (control characters, look-alike parts, unknown words);
    a badge that avoids them verifies everywhere, and goes on doing so.
    """
    problems = list(_problems(unsigned)) or list(_signable(unsigned))
    if problems:
        raise LintError(problems)


def _problems(unsigned: Mapping[str, Any]) -> Iterator[Sentence]:
    fault = schemas.first_fault(unsigned, schema="open_badge")
    if fault is not None:
        yield say("lint.schema", "The badge breaks the standard's form at %(place)s.", place=fault)
        return
    yield from _wording(unsigned)
    yield from _times(unsigned)
    yield from _results(unsigned)


def _wording(unsigned: Mapping[str, Any]) -> Iterator[Sentence]:
    if list(unsigned["@context"]) != list(contexts.OPEN_BADGE):
        yield say(
            "lint.contexts", "The badge must name exactly the three contexts of Open Badges 3.0."
        )
    if "proof" in unsigned:
        yield say("lint.signed-already", "The badge is signed already.")
    for text in _texts(unsigned):
        if _CONTROL.search(text):
            yield say(
                "lint.control-character",
                "The text “%(text)s” holds an invisible control character; remove it.",
                text=_CONTROL.sub("?", text)[:80],
            )


def _times(unsigned: Mapping[str, Any]) -> Iterator[Sentence]:
    credential = UnverifiedCredential(unsigned)
    for name in _MOMENTS:
        if name in unsigned and not (credential.moment(name) and unsigned[name].endswith("Z")):
            yield say(
                "lint.time-zone", "%(name)s must be a real time in UTC, ending in Z.", name=name
            )
    start, end = credential.moment("validFrom"), credential.moment("validUntil")
    if start and end and end <= start:
        yield say("lint.never-valid", "The badge would end before it begins to be valid.")


def _results(unsigned: Mapping[str, Any]) -> Iterator[Sentence]:
    """Each result must point at a level that the achievement describes."""
    subject = mapping(unsigned["credentialSubject"])
    levels = {
        description["id"]: {level["id"] for level in objects(description["rubricCriterionLevel"])}
        for description in objects(subject["achievement"].get("resultDescription"))
        if "rubricCriterionLevel" in description
    }
    for result in objects(subject.get("result")):
        if result.get("achievedLevel") not in levels.get(result.get("resultDescription"), ()):
            yield say(
                "lint.unknown-level",
                "A result names the level %(level)s, which its criterion does not have.",
                level=result.get("achievedLevel"),
            )


def _signable(unsigned: Mapping[str, Any]) -> Iterator[Sentence]:
    try:
        if canonical.has_ties(unsigned):
            yield say(
                "lint.look-alikes",
                "Two parts of the badge say exactly the same, so verifiers may disagree on it.",
            )
    except CanonicalizationError as error:
        yield error.sentence


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield name
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
