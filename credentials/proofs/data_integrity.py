"""eddsa-rdfc-2022 proofs: sign and check."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from credentials.keys import SigningKey, multikey
from credentials.proofs.canonical import canonicalize

CRYPTOSUITE = "eddsa-rdfc-2022"
_SIGNATURE_BYTES = 64


def sign(unsigned: Mapping[str, Any], *, key: SigningKey, created: str) -> dict[str, Any]:
    """The document with an array of one proof (VC-DI-EDDSA §3.2.1).

    `created` is an XML Schema dateTime. Same document, key and time give the same bytes.
    Raises CanonicalizationError when the signature could not cover every word.
    """
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": created,
        "verificationMethod": key.id,
        "proofPurpose": "assertionMethod",
    }
    signature = key.sign(signed_bytes(unsigned, proof))
    return {**unsigned, "proof": [{**proof, "proofValue": multikey.encode(signature)}]}


def matches(
    unsecured: Mapping[str, Any], proof: Mapping[str, Any], public_key: Ed25519PublicKey
) -> bool:
    """Whether the proof is this key's signature over the document without proofs (§3.2.2).

    Says nothing about whose key it is. Raises CanonicalizationError as `sign` does.
    """
    try:
        signature = multikey.decode(str(proof.get("proofValue", "")))
    except ValueError:
        return False
    if len(signature) != _SIGNATURE_BYTES:
        return False
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    try:
        public_key.verify(signature, signed_bytes(unsecured, options))
    except InvalidSignature:
        return False
    return True


def signed_bytes(unsecured: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical proof options, then of the canonical document (§3.2.4).

    The options are read under the document's own contexts, whatever the proof itself says: a
    proof that brought its own could change what its words mean.
    """
    configuration = {**options, "@context": unsecured.get("@context")}
    return _hash(configuration) + _hash(unsecured)


def _hash(document: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(canonicalize(document)).digest()
