"""One Ed25519 signing key: who controls it, how others find it, and what it signs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials.keys import multikey


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A signing key of one issuer; its private half never appears in its text.

    `controller` is the issuer's DID. `retired` is when the key stopped signing; it stays published,
    because what it signed before must still verify.
    """

    controller: str
    created: datetime
    retired: datetime | None = None
    private_key: Ed25519PrivateKey = field(kw_only=True, repr=False, compare=False)
    public_multikey: str = field(init=False)

    def __post_init__(self) -> None:
        """Derive the public half once."""
        public = multikey.encode_public_key(self.private_key.public_key())
        object.__setattr__(self, "public_multikey", public)

    @classmethod
    def from_seed(
        cls, seed: bytes, *, controller: str, created: datetime, retired: datetime | None = None
    ) -> SigningKey:
        """The key whose private half is these 32 bytes (RFC 8032 §5.1.5)."""
        private_key = Ed25519PrivateKey.from_private_bytes(seed)
        return cls(controller, created, retired, private_key=private_key)

    @property
    def fragment(self) -> str:
        """The part after "#". It is the public key itself, so no two keys can ever share it."""
        return self.public_multikey

    @property
    def id(self) -> str:
        """The identifier proofs name: the issuer's DID, "#" and the fragment."""
        return f"{self.controller}#{self.fragment}"

    def sign(self, data: bytes) -> bytes:
        """The 64-byte Ed25519 signature over `data`; the same each time (RFC 8032)."""
        return self.private_key.sign(data)
