"""One key as its issuer publishes it: in which form, and for how long it is good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from credentials import timestamps
from credentials.credential import mapping
from credentials.keys import jwk, multikey
from credentials.sentence import Sentence, say


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A verification method, given in full, in the issuer's own document (CID 1.0 §2.2)."""

    method: Mapping[str, Any]

    @property
    def has_known_form(self) -> bool:
        """Whether the key stands there in a form this library can read."""
        return "publicKeyMultibase" in self.method or "publicKeyJwk" in self.method

    @property
    def ed25519(self) -> Ed25519PublicKey | None:
        """The key, or None when it is of another kind or damaged."""
        try:
            if "publicKeyMultibase" in self.method:
                return multikey.decode_public_key(str(self.method["publicKeyMultibase"]))
            return jwk.decode_public_key(mapping(self.method.get("publicKeyJwk")))
        except ValueError:
            return None

    def ended(self, now: datetime) -> Sentence | None:
        """Why the key is no longer good, or None (CID 1.0 §2.2, "revoked" and "expires")."""
        for name in ("revoked", "expires"):
            if name in self.method:
                sentence = _ended(name, self.method[name], now)
                if sentence is not None:
                    return sentence
        return None


def _ended(name: str, stated: object, now: datetime) -> Sentence | None:
    try:
        moment = timestamps.from_text(str(stated))
    except ValueError:
        return say(
            "key.unclear-end",
            "The issuer does not say clearly until when the signing key is good, so the signature "
            "does not count.",
        )
    if moment > now:
        return None
    day = moment.date().isoformat()
    if name == "revoked":
        return say(
            "key.revoked",
            "The issuer withdrew the signing key on %(day)s, so the signature no longer counts.",
            day=day,
        )
    return say(
        "key.expired",
        "The signing key was only good until %(day)s, so the signature no longer counts.",
        day=day,
    )
