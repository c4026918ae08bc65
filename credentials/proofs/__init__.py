"""Choose the proof suite a credential uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from credentials.proofs import data_integrity


def first_supported(
    proofs: Iterable[Mapping[str, Any]], *, issuer_id: str
) -> Mapping[str, Any] | None:
    """The first proof of a suite we can check, if possible with a key of the issuer's, or None.

    One proof decides: the first of the issuer's. Others may sign beside the issuer, and their word
    is not asked; accepting whichever of several happens to pass would let a stranger's proof stand
    beside a broken one of the issuer.
    """
    supported = [proof for proof in proofs if is_supported(proof)]
    by_issuer = [proof for proof in supported if _key_owner(proof) == issuer_id]
    return next(iter(by_issuer or supported), None)


def is_supported(proof: Mapping[str, Any]) -> bool:
    """Whether this library can check a proof of this kind."""
    return (
        proof.get("type") == "DataIntegrityProof"
        and proof.get("cryptosuite") == data_integrity.CRYPTOSUITE
    )


def _key_owner(proof: Mapping[str, Any]) -> str:
    return str(proof.get("verificationMethod", "")).partition("#")[0]
