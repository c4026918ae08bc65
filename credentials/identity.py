"""Salted hashes that let a holder prove an e-mail without printing it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any


def hash_identifier(identifier: str, salt: str) -> str:
    """`sha256$` and the hex SHA-256 of identifier and salt in UTF-8 (Open Badges 3.0 §B.7.2).

    The standard leaves letter case alone; give e-mails in lower case, as `email_identity` does.

    >>> hash_identifier("ada@example.org", "s")[:12]
    'sha256$f4409'
    """
    return "sha256$" + hashlib.sha256(_bytes(identifier + salt)).hexdigest()


def email_identity(email: str, salt: str) -> dict[str, Any]:
    """An IdentityObject that shows only a salted hash of the lower-cased e-mail."""
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": hash_identifier(email.strip().lower(), salt),
        "identityType": "emailAddress",
        "salt": salt,
    }


def plain_identity(value: str, *, kind: str) -> dict[str, Any]:
    """An IdentityObject in clear: `kind` is an identityType such as "ltiUserId" or "name"."""
    return {"type": "IdentityObject", "hashed": False, "identityHash": value, "identityType": kind}


def is_email(identity: Mapping[str, Any], email: str) -> bool:
    """Whether this IdentityObject stands for this e-mail, as typed or in lower case."""
    if identity.get("identityType") != "emailAddress":
        return False
    typed = email.strip()
    return any(_stands_for(identity, candidate) for candidate in (typed, typed.lower()))


def is_comparable(identity: Mapping[str, Any]) -> bool:
    """Whether an identifier can be compared with this one: it is in clear, or hashed as we know."""
    return not identity.get("hashed") or _algorithm(identity) in ("sha256", "md5")


def _stands_for(identity: Mapping[str, Any], candidate: str) -> bool:
    stated = str(identity.get("identityHash", ""))
    if identity.get("hashed"):
        candidate = _hashed_alike(identity, candidate)
        stated = stated.lower()
    return hmac.compare_digest(_bytes(stated), _bytes(candidate))


def _hashed_alike(identity: Mapping[str, Any], candidate: str) -> str:
    """The candidate hashed as this identity is; others may use MD5 still (§B.7.2)."""
    salt = str(identity.get("salt", ""))
    if _algorithm(identity) == "md5":
        digest = hashlib.md5(_bytes(candidate + salt), usedforsecurity=False)
        return "md5$" + digest.hexdigest()
    return hash_identifier(candidate, salt)


def _algorithm(identity: Mapping[str, Any]) -> str:
    return str(identity.get("identityHash", "")).partition("$")[0].lower()


def _bytes(text: str) -> bytes:
    """UTF-8; half characters, which a command line may hold, stand for nobody and stop nothing."""
    return text.encode("utf-8", "surrogatepass")
