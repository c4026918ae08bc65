"""JSON in, strictly (no duplicate names, no NaN, bounded); JSON out, always the same bytes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Never

from credentials.errors import UnreadableError
from credentials.sentence import Sentence, say

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32


def read_object(data: bytes, *, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Read UTF-8 bytes as one JSON object.

    Two programs may understand a document differently when a name occurs twice or a number is not
    one, so a signature would vouch for two different badges: such documents are refused.

    Raises UnreadableError when it is not JSON, not an object, too large, nested deeper than
    `MAX_DEPTH`, or holds a duplicate name, NaN, Infinity or half a character (RFC 8259, RFC 7493).
    """
    if len(data) > max_bytes:
        raise UnreadableError(
            say(
                "reading.too-large",
                "This file is larger than %(limit)s KiB, which is more than a badge needs.",
                limit=max_bytes // 1024,
            )
        )
    document = _parse(data)
    _check_values(document)
    if not isinstance(document, dict):
        raise UnreadableError(
            say("reading.not-object", "This file is JSON, but a list or a value, not a badge.")
        )
    return document


def write(document: Mapping[str, Any]) -> bytes:
    """The document as UTF-8 JSON without spaces, names sorted: the same bytes each time."""
    text = json.dumps(
        document, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode("utf-8")


def _parse(data: bytes) -> Any:
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_object_without_duplicates,
            parse_constant=_refuse_constant,
        )
    except RecursionError:
        raise UnreadableError(_TOO_DEEP) from None
    except ValueError:
        raise UnreadableError(
            say(
                "reading.not-json",
                "This file is neither a badge picture nor badge data that can be read.",
            )
        ) from None


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    [(twice, _)] = Counter(map(itemgetter(0), pairs)).most_common(1)
    raise UnreadableError(
        say(
            "reading.duplicate-name",
            "This file says “%(name)s” twice in one place, so it can be read in two ways.",
            name=twice,
        )
    )


def _refuse_constant(text: str) -> Never:
    raise UnreadableError(
        say("reading.not-a-number", "This file holds %(text)s where a number belongs.", text=text)
    )


def _check_values(document: Any) -> None:
    """Walk without recursion, so that depth is a sentence and never a crash."""
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [child for value in level for child in _children(value)]
        if not level:
            return
    raise UnreadableError(_TOO_DEEP)


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        _refuse_half_characters(value)
    elif isinstance(value, float) and value in (float("inf"), float("-inf")):
        _refuse_constant("a number without end")
    return []


def _refuse_half_characters(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise UnreadableError(
            say("reading.half-character", "This file holds half a character, so it is damaged.")
        ) from None


_TOO_DEEP: Sentence = say(
    "reading.too-deep", "This file is nested far deeper than a badge ever is."
)
