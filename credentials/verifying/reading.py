"""From bytes somebody gave us to an UnverifiedCredential: a picture, JSON or a VC-JWT."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from credentials import baking, strict_json
from credentials.credential import UnverifiedCredential
from credentials.errors import UnreadableError
from credentials.sentence import say

# VC-JWT adds these beside the credential's own terms (Open Badges 3.0 §8.2.2).
_REGISTERED_CLAIMS = ("iss", "sub", "jti", "nbf", "exp", "iat", "aud")


def read(data: bytes) -> UnverifiedCredential:
    """The credential in the bytes.

    Raises UnreadableError when they are not a picture, JSON or JWT that carries one.
    """
    if baking.is_image(data):
        data = baking.unbake(data).encode("utf-8")
    data = data.strip()
    if data.startswith(b"eyJ") and data.count(b".") == 2:
        return _checked(UnverifiedCredential(_jwt_payload(data), secured_as="jwt"))
    return _checked(UnverifiedCredential(strict_json.read_object(data)))


def _jwt_payload(data: bytes) -> dict[str, Any]:
    """The claims, unverified: what the signature is worth is for the checks to say."""
    payload = data.split(b".")[1]
    try:
        claims = strict_json.read_object(
            base64.b64decode(payload + b"=" * (-len(payload) % 4), altchars=b"-_", validate=True)
        )
    except binascii.Error:
        raise UnreadableError(
            say("reading.damaged-jwt", "This badge is damaged; get a fresh copy of it.")
        ) from None
    return {name: value for name, value in claims.items() if name not in _REGISTERED_CLAIMS}


def _checked(credential: UnverifiedCredential) -> UnverifiedCredential:
    document = credential.document
    if "credentialSubject" in document:
        return credential
    if "badge" in document and "recipient" in document:
        raise UnreadableError(
            say(
                "reading.older-format",
                "This is a badge in the older format Open Badges 2. This verifier reads version "
                "3; ask the issuer for a newer copy, or use a verifier for version 2.",
            )
        )
    raise UnreadableError(
        say("reading.no-badge", "This file is JSON, but there is no badge in it.")
    )
