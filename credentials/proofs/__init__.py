"""Choose the proof suite a credential uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from credentials.proofs import data_integrity


def first_supported(proofs: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The first proof of a suite we can check, or None.

    One proof decides: the first. Accepting whichever of several happens to pass would let a
    stranger's proof stand beside a broken one of the issuer.
    """
    return next((proof for proof in proofs if is_supported(proof)), None)


def is_supported(proof: Mapping[str, Any]) -> bool:
    """Whether this library can check a proof of this kind."""
    return (
        proof.get("type") == "DataIntegrityProof"
        and proof.get("cryptosuite") == data_integrity.CRYPTOSUITE
    )
