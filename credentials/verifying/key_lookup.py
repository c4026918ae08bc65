"""The issuer's published keys, looked up once and used by the checks of proof and issuer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials.credential import mapping, objects
from credentials.errors import FetchError, ResolvingError
from credentials.resolving import Resolver
from credentials.sentence import Sentence, say
from credentials.verifying.published_key import PublishedKey


@dataclass(frozen=True, slots=True)
class IssuerKeys:
    """What is known of the key a proof names.

    `is_foreign` means the key is not under the issuer's identifier; nothing was looked up then.
    `problem` says why there is no `document`. Never trust a key by the words of the proof alone:
    the text after "#" may hold any key at all, so only the issuer's own document counts.
    """

    issuer_id: str
    method_id: str
    document: Mapping[str, Any] | None = None
    problem: Sentence | None = None

    @property
    def is_foreign(self) -> bool:
        """Whether the proof names a key under somebody else's identifier."""
        return self.method_id.partition("#")[0] != self.issuer_id

    @property
    def published(self) -> PublishedKey | None:
        """The key that the issuer publishes under the identifier the proof names."""
        for method in self._methods("verificationMethod", "assertionMethod"):
            if method.get("controller") == self.issuer_id:
                return PublishedKey(method)
        return None

    def ended(self, now: datetime) -> Sentence | None:
        """Why the key is no longer good, wherever the issuer says so; None when it is."""
        methods = self._methods("verificationMethod", "assertionMethod")
        reasons = (PublishedKey(method).ended(now) for method in methods)
        return next(filter(None, reasons), None)

    @property
    def may_assert(self) -> bool:
        """Whether the issuer lists the key for making statements (CID 1.0 §2.3.2)."""
        if any(True for _ in self._methods("assertionMethod")):
            return True
        listed = mapping(self.document).get("assertionMethod")
        return isinstance(listed, list) and any(self._is_meant(item) for item in listed)

    def _methods(self, *relations: str) -> Iterator[Mapping[str, Any]]:
        """The verification methods, given in full, that have the identifier the proof names."""
        for relation in relations:
            for method in objects(mapping(self.document).get(relation)):
                if self._is_meant(method.get("id")):
                    yield method

    def _is_meant(self, method_id: object) -> bool:
        """An identifier may be written in full or from "#" on (DID Core §3.2.2)."""
        if not isinstance(method_id, str):
            return False
        full = self.issuer_id + method_id if method_id.startswith("#") else method_id
        return full == self.method_id


def look_up(issuer_id: str, proof: Mapping[str, Any], *, resolver: Resolver) -> IssuerKeys:
    """The issuer's keys as far as this proof needs them. Resolves nothing for a foreign key."""
    method_id = str(proof.get("verificationMethod", ""))
    keys = IssuerKeys(issuer_id, method_id)
    if keys.is_foreign:
        return keys
    try:
        document = resolver.resolve(issuer_id)
    except (FetchError, ResolvingError) as error:
        return IssuerKeys(issuer_id, method_id, problem=error.sentence)
    if document.get("id") == issuer_id:
        return IssuerKeys(issuer_id, method_id, document)
    problem = say(
        "issuer.other-document",
        "The key document found for %(issuer)s belongs to somebody else.",
        issuer=issuer_id,
    )
    return IssuerKeys(issuer_id, method_id, problem=problem)
