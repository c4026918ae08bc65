"""Bundled JSON-LD contexts by URL; anything else is refused."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from credentials.errors import UnknownContextError
from credentials.sentence import say

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_3_0_3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"

OPEN_BADGE = (CREDENTIALS_V2, OPEN_BADGES_3_0_3, OPEN_BADGES_EXTENSIONS)
"""The contexts of every badge we issue, in this order (Open Badges 3.0 §B.1)."""

FILES = {
    CREDENTIALS_V2: "credentials-v2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json": "open-badges-3.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": "open-badges-3.0.2.json",
    OPEN_BADGES_3_0_3: "open-badges-3.0.3.json",
    OPEN_BADGES_EXTENSIONS: "open-badges-extensions.json",
}


@cache
def bundled(url: str) -> dict[str, Any]:
    """The context document at `url`; treat it as read-only.

    Raises UnknownContextError when the context is not one of `FILES`. Fetching a context would
    let whoever serves it change what signed words mean, so this library never does.
    """
    if url not in FILES:
        raise UnknownContextError(
            say(
                "context.not-known",
                "This badge takes the meaning of its words from %(url)s, which this verifier does "
                "not know and will not fetch.",
                url=url,
            )
        )
    text = resources.files("credentials.contexts").joinpath(FILES[url]).read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
