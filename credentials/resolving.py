"""From an issuer's identifier to its public keys: did:key and did:web."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote

from credentials.errors import ResolvingError
from credentials.keys import SigningKey, multikey
from credentials.sentence import say

DID_CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")

# A host name with an optional port: no userinfo, path, query or fragment can hide in it.
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?")
_PATH_PART = re.compile(r"[A-Za-z0-9._~-]+")


class Resolver(Protocol):
    """Looks up the document that says which keys belong to a DID."""

    def resolve(self, did: str) -> Mapping[str, Any]:
        """The DID document of `did`; raises FetchError or ResolvingError."""
        ...


class JsonPages(Protocol):
    """Gives JSON by its address."""

    def get_json(self, url: str) -> dict[str, Any]:
        """The JSON object at `url`; raises FetchError."""
        ...


class JsonDoor(JsonPages, Protocol):
    """Fetches JSON; see credentials.fetching.Fetcher."""

    @property
    def plain_http_hosts(self) -> Collection[str]:
        """Hosts that may be asked over plain http."""
        ...


@dataclass(frozen=True, slots=True)
class DidResolver:
    """Resolves did:key without any network and did:web by fetching (DID Core §7.1)."""

    fetcher: JsonDoor

    def resolve(self, did: str) -> Mapping[str, Any]:
        """The DID document; raises FetchError, or ResolvingError for what we cannot look up."""
        if did.startswith("did:key:"):
            return _did_key_document(did)
        if did.startswith("did:web:"):
            url = did_web_url(did, plain_http_hosts=self.fetcher.plain_http_hosts)
            return self.fetcher.get_json(url)
        raise ResolvingError(
            say(
                "resolving.unknown-kind",
                "The issuer is known as %(issuer)s. This verifier can look up issuers whose "
                "identifier begins with did:web or did:key, and not this one.",
                issuer=did,
            )
        )


@dataclass(frozen=True, slots=True)
class OwnIssuers:
    """Answers for our own issuers from documents at hand, without any network."""

    documents: Mapping[str, Mapping[str, Any]]
    others: Resolver | None = None

    def resolve(self, did: str) -> Mapping[str, Any]:
        """Our own document, or what `others` finds; raises ResolvingError when there is neither."""
        if did in self.documents:
            return self.documents[did]
        if self.others is not None:
            return self.others.resolve(did)
        raise ResolvingError(
            say("resolving.not-ours", "%(issuer)s is not an issuer of this server.", issuer=did)
        )


def did_web_url(did: str, *, plain_http_hosts: Collection[str] = ()) -> str:
    """Where the document of a did:web stands (did:web method §2.5.2).

    https, or plain http when the host with its port is one of `plain_http_hosts`. Raises
    ResolvingError when the identifier names no such place.

    >>> did_web_url("did:web:badges.example:i:north")
    'https://badges.example/i/north/did.json'
    """
    host, *path = [unquote(part) for part in did.removeprefix("did:web:").split(":")]
    if not _HOST.fullmatch(host) or not all(_is_path_part(part) for part in path):
        raise ResolvingError(
            say(
                "resolving.no-place",
                "The issuer's identifier %(issuer)s does not lead to a web address.",
                issuer=did,
            )
        )
    scheme = "http" if host in plain_http_hosts else "https"
    return f"{scheme}://{host}/{'/'.join(path or ['.well-known'])}/did.json"


def did_document(issuer_did: str, keys: Sequence[SigningKey]) -> dict[str, Any]:
    """The DID document that publishes these keys (DID Core §5, CID 1.0 §2.2.2).

    Retired keys stay listed: badges they signed before must still verify.
    """
    return {
        "@context": list(DID_CONTEXTS),
        "id": issuer_did,
        "verificationMethod": [
            {
                "id": key.id,
                "type": "Multikey",
                "controller": issuer_did,
                "publicKeyMultibase": key.public_multikey,
            }
            for key in keys
        ],
        "assertionMethod": [key.id for key in keys],
    }


def _did_key_document(did: str) -> dict[str, Any]:
    """A did:key is its own document: the key is the identifier (did:key method §3.1)."""
    text = did.removeprefix("did:key:")
    try:
        multikey.decode_public_key(text)
    except ValueError:
        raise ResolvingError(
            say(
                "resolving.no-key",
                "The issuer's identifier %(issuer)s does not hold a key this verifier can use.",
                issuer=did,
            )
        ) from None
    method = {
        "id": f"{did}#{text}",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": text,
    }
    return {
        "@context": list(DID_CONTEXTS),
        "id": did,
        "verificationMethod": [method],
        "assertionMethod": [method["id"]],
    }


def _is_path_part(part: str) -> bool:
    return _PATH_PART.fullmatch(part) is not None and part.strip(".") != ""
