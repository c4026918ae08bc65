"""UnverifiedCredential: a credential read from outside, before anything is known to be true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials import timestamps


@dataclass(frozen=True, slots=True)
class UnverifiedCredential:
    """A signed JSON document somebody gave us; every part may be missing or of the wrong kind.

    `secured_as` is "json", or "jwt" when it came as a VC-JWT and so holds no proof inside.
    Accessors never raise: what is missing or of the wrong kind is None or empty.
    """

    document: Mapping[str, Any]
    secured_as: str = "json"

    @property
    def id(self) -> str | None:
        """The credential's identifier."""
        return _text(self.document.get("id"))

    @property
    def issuer_id(self) -> str | None:
        """The issuer's identifier, whether the issuer is a profile or only its address."""
        issuer = self.document.get("issuer")
        return _text(issuer.get("id") if isinstance(issuer, Mapping) else issuer)

    @property
    def subject(self) -> Mapping[str, Any]:
        """What is said about the recipient."""
        return mapping(self.document.get("credentialSubject"))

    @property
    def identities(self) -> tuple[Mapping[str, Any], ...]:
        """The recipient's IdentityObjects."""
        return tuple(objects(self.subject.get("identifier")))

    @property
    def proofs(self) -> tuple[Mapping[str, Any], ...]:
        """The proofs, whether given as one object or a list."""
        return tuple(objects(self.document.get("proof")))

    @property
    def unsecured(self) -> dict[str, Any]:
        """The document as it was before it was signed."""
        return {name: value for name, value in self.document.items() if name != "proof"}

    @property
    def statuses(self) -> tuple[Mapping[str, Any], ...]:
        """Where to look whether the credential was revoked."""
        return tuple(objects(self.document.get("credentialStatus")))

    @property
    def has_status(self) -> bool:
        """Whether anything at all is said about a status, even in a form we cannot read."""
        return "credentialStatus" in self.document

    def moment(self, name: str) -> datetime | None:
        """A point in time such as validFrom, or None when absent or not one."""
        text = self.document.get(name)
        try:
            return timestamps.from_text(text) if isinstance(text, str) else None
        except ValueError:
            return None


def mapping(value: object) -> Mapping[str, Any]:
    """The value when it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def objects(value: object) -> Iterator[Mapping[str, Any]]:
    """The objects in a value that may be one object, a list, or anything else."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Mapping):
            yield item


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
