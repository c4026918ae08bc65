"""Public keys as JSON Web Keys: the form some issuers publish instead of Multikey."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def decode_public_key(jwk: Mapping[str, Any]) -> Ed25519PublicKey:
    """The Ed25519 key in a JWK (RFC 8037 §2). Raises ValueError when it holds no such key."""
    x = jwk.get("x")
    if (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519") or not isinstance(x, str):
        raise ValueError("not an Ed25519 key")
    data = base64.b64decode(x + "=" * (-len(x) % 4), altchars=b"-_", validate=True)
    return Ed25519PublicKey.from_public_bytes(data)
