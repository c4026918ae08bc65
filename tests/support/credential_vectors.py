"""The credential vectors: each file, how it is made, and what our verifier must say of it.

Run as a module to write them again; a test compares what is there with what this would write.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from credentials import baking, strict_json
from credentials.issuing import sign
from credentials.keys import SigningKey
from credentials.resolving import did_document
from tests.support.signed_badges import (
    DID,
    KEY,
    NOW,
    STRANGER_KEY,
    World,
    a_png,
    an_issued_badge,
    put,
    signed_after,
    tampered,
    unchanged,
)

FOLDER = Path(__file__).resolve().parents[1] / "vectors" / "credentials"

EXPECTED = {
    "good.json": "verified",
    "good.png": "verified",
    "expired.json": "validity",
    "revoked.json": "revocation",
    "value-changed-after-signing.json": "proof",
    "unsigned-extra-term.json": "structure",
    "end-date-hidden-behind-its-full-address.json": "structure",
    "criterion-copied-without-its-levels.json": "structure",
    "context-swapped-for-an-older-one.json": "proof",
    "context-nobody-bundles.json": "not_checked",
    "attackers-key-behind-the-victims-identifier.json": "issuer",
    "somebody-elses-key.json": "issuer",
    "signed-with-a-withdrawn-key.json": "proof",
    "signed-with-a-key-that-has-ended.json": "proof",
    "signed-with-a-key-whose-end-is-unclear.json": "proof",
    "signed-in-the-future.json": "proof",
    "strangers-proof-before-the-issuers.json": "verified",
    "same-name-twice.json": "unreadable",
    "two-badges-in-one-picture.png": "unreadable",
    "picture-without-a-badge.png": "unreadable",
}
"""What must come of each file: verified, not checked, unreadable, or the check that must fail."""

# What the issuer says of each of its other keys.
_ENDED_KEYS = {
    "signed-with-a-withdrawn-key.json": {"revoked": "2026-11-01T00:00:00Z"},
    "signed-with-a-key-that-has-ended.json": {"expires": "2026-11-01T00:00:00Z"},
    "signed-with-a-key-whose-end-is-unclear.json": {"expires": "next summer"},
}


def files() -> dict[str, bytes]:
    """Every vector by file name, the issuer's did.json among them."""
    good = an_issued_badge()
    one = (b"iTXt", b"openbadgecredential\0\0\0\0\0" + good)
    badges: dict[str, Mapping[str, Any]] = {
        "did.json": _key_document(),
        "good.json": json.loads(good),
        **_signed_but_not_good(),
        **_changed_after_signing(),
    }
    return {
        **{name: _pretty(badge) for name, badge in badges.items()},
        "same-name-twice.json": good.replace(b'{"@context"', b'{"id":"urn:x","@context"', 1),
        "good.png": baking.bake(a_png(), good.decode()),
        "two-badges-in-one-picture.png": a_png(one, one),
        "picture-without-a-badge.png": a_png(),
    }


def world() -> World:
    """Where the vectors are verified: badge number 5 is revoked, some of the keys have ended."""
    found = World()
    found.publish(_key_document())
    found.status_list.set(5)
    return found


def _signed_but_not_good() -> dict[str, Mapping[str, Any]]:
    forger = SigningKey(DID, NOW, private_key=STRANGER_KEY.private_key)
    return {
        "expired.json": signed_after(lambda badge: badge.update(validUntil="2026-11-22T12:00:01Z")),
        "revoked.json": signed_after(
            lambda badge: badge["credentialStatus"].update(statusListIndex="5")
        ),
        "attackers-key-behind-the-victims-identifier.json": signed_after(unchanged, key=forger),
        "somebody-elses-key.json": signed_after(unchanged, key=STRANGER_KEY),
        "signed-in-the-future.json": signed_after(unchanged, created=NOW + timedelta(days=3650)),
        **{name: signed_after(unchanged, key=_ended_key(name)) for name in _ENDED_KEYS},
    }


def _ended_key(name: str) -> SigningKey:
    seed = hashlib.sha256(name.encode()).digest()
    return SigningKey.from_seed(seed, controller=DID, created=NOW)


def _key_document() -> dict[str, Any]:
    document = did_document(DID, [KEY, *map(_ended_key, _ENDED_KEYS)])
    for method, end in zip(
        document["verificationMethod"], [{}, *_ENDED_KEYS.values()], strict=True
    ):
        method.update(end)
    return document


def _changed_after_signing() -> dict[str, Mapping[str, Any]]:
    older = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"
    unversioned = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"
    return {
        "value-changed-after-signing.json": tampered(
            lambda badge: badge["credentialSubject"]["identifier"][2].update(identityHash="Bob")
        ),
        "strangers-proof-before-the-issuers.json": tampered(_put_a_strangers_proof_first),
        "unsigned-extra-term.json": tampered(lambda badge: badge.update(grade="distinction")),
        "end-date-hidden-behind-its-full-address.json": tampered(_hide_end),
        "criterion-copied-without-its-levels.json": tampered(_copy_criterion),
        "context-swapped-for-an-older-one.json": tampered(put("@context", 1, older)),
        "context-nobody-bundles.json": tampered(put("@context", 1, unversioned)),
    }


def _copy_criterion(badge: dict[str, Any]) -> None:
    described = badge["credentialSubject"]["achievement"]["resultDescription"]
    described.append({name: described[0][name] for name in ("id", "type", "name", "resultType")})


def _put_a_strangers_proof_first(badge: dict[str, Any]) -> None:
    unsigned = {name: value for name, value in badge.items() if name != "proof"}
    badge["proof"] = [*sign(unsigned, key=STRANGER_KEY, created=NOW)["proof"], *badge["proof"]]


def _hide_end(badge: dict[str, Any]) -> None:
    badge["https://www.w3.org/2018/credentials#validUntil"] = {
        "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
        "@value": badge.pop("validUntil"),
    }


def _pretty(document: Mapping[str, Any]) -> bytes:
    plain = json.loads(strict_json.write(document))
    return (json.dumps(plain, indent=2, ensure_ascii=False) + "\n").encode()


if __name__ == "__main__":
    for name, content in files().items():
        (FOLDER / name).write_bytes(content)
