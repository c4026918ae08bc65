"""The platform's own RSA keys: one signs id_tokens, all are published as a key set."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import RSAAlgorithm


class PlatformKey:
    """One loaded RSA key. Loading costs fifty times a signature, so it is done once."""

    def __init__(self, private_key: RSAPrivateKey, *, kid: str = "") -> None:
        self._private_key = private_key
        public = RSAAlgorithm.to_jwk(private_key.public_key(), as_dict=True)
        self._jwk = {"kty": "RSA", "n": public["n"], "e": public["e"]}
        self.kid = kid or _thumbprint(self._jwk)

    @classmethod
    def make(cls) -> "PlatformKey":
        """A new key of 2048 bits."""
        return cls(generate_private_key(public_exponent=65537, key_size=2048))

    @classmethod
    def from_pem(cls, pem: bytes) -> "PlatformKey":
        """The key in an unencrypted PEM text.

        Raises:
            ValueError: when the text holds no RSA key.
        """
        key = load_pem_private_key(pem, password=None)
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("The platform's key must be an RSA key.")
        return cls(key)

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A compact RS256 token of these claims, with our key's id in its header."""
        return jwt.encode(
            dict(claims), self._private_key, algorithm="RS256", headers={"kid": self.kid}
        )

    @property
    def public(self) -> dict[str, str]:
        """The public half as a JSON Web Key (RFC 7517 section 4)."""
        return {**self._jwk, "kid": self.kid, "alg": "RS256", "use": "sig"}

    def key_set(self) -> dict[str, list[dict[str, str]]]:
        """This key alone as a JSON Web Key Set (RFC 7517 section 5)."""
        return {"keys": [self.public]}


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The key that signs, with those published before and after it.

    Canvas publishes past, present and future and moves on monthly (its README, section 2.4);
    the others publish the present one alone.
    """

    present: PlatformKey
    past: tuple[PlatformKey, ...] = ()
    future: tuple[PlatformKey, ...] = ()

    def rotated(self, new: PlatformKey) -> "KeyRing":
        """One step on: the future key signs and `new` waits; without a future `new` signs."""
        if not self.future:
            return KeyRing(new)
        coming, *later = self.future
        return KeyRing(coming, (self.present,), (*later, new))

    def key_set(self) -> dict[str, list[dict[str, str]]]:
        """All published keys as a JSON Web Key Set."""
        return {"keys": [key.public for key in (*self.past, self.present, *self.future)]}


def _thumbprint(jwk: Mapping[str, str]) -> str:
    """The key's id: its JWK thumbprint (RFC 7638)."""
    canonical = json.dumps(dict(sorted(jwk.items())), separators=(",", ":")).encode()
    digest = hashlib.sha256(canonical).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
