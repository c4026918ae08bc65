"""The one way a parsed file or value is written as bytes, so that its digest is its identity."""

import hashlib
import json


def canonical_bytes(value: object) -> bytes:
    """Return JSON without white space, keys sorted by code point, UTF-8 (after RFC 8785).

    Values are what JSON holds: dict with text keys, list, str, int, float, bool, None.
    """
    text = json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode("utf-8")


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical bytes: 64 lower-case hexadecimal digits."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()
