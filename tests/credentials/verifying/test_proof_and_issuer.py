"""Checks 2 and 3: whose signature counts, with which key, and who is the issuer then."""

from datetime import timedelta

import pytest

from credentials import contexts
from credentials.issuing import sign
from credentials.keys import SigningKey, multikey
from credentials.proofs import data_integrity
from credentials.resolving import did_document
from tests.support.signed_badges import (
    DID,
    KEY,
    NOW,
    STRANGER_DID,
    STRANGER_KEY,
    World,
    an_issued_badge,
    an_unsigned_badge,
    drop,
    outcomes,
    put,
    signed_after,
    tampered,
    unchanged,
)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(put("credentialSubject", "achievement", "name", "Gold"), id="value changed"),
        pytest.param(put("validUntil", "2099-01-01T00:00:00Z"), id="end moved"),
        pytest.param(drop("credentialStatus"), id="status removed"),
        pytest.param(put("proof", 0, "created", "2026-11-23T12:00:01Z"), id="signing time"),
        pytest.param(put("proof", 0, "proofValue", "z" + "1" * 64), id="other signature"),
        pytest.param(put("proof", 0, "proofValue", "zzz"), id="short signature"),
        pytest.param(put("proof", 0, "proofValue", "u0O"), id="signature in another alphabet"),
        pytest.param(put("proof", 0, "nickname", "x"), id="unsigned term in the proof"),
        pytest.param(put("proof", 0, "proofPurpose", "authentication"), id="other purpose"),
        pytest.param(put("proof", 0, "@context", [contexts.CREDENTIALS_V2]), id="swapped context"),
        pytest.param(put("proof", 0, "expires", "2026-11-23T11:59:59Z"), id="signature expired"),
        pytest.param(put("proof", 0, "expires", "soon"), id="signature expires at no time"),
    ],
)
def test_a_badge_changed_after_signing_fails_the_proof_check(change):
    report = World().verify(tampered(change))

    assert outcomes(report)["proof"] == "failed"
    assert report.outcome == "failed"


def test_a_signature_that_has_not_expired_yet_counts():
    unsigned = an_unsigned_badge()
    [proof] = sign(unsigned, key=KEY, created=NOW)["proof"]
    options = {**proof, "expires": "2026-11-23T12:00:01Z", "@context": unsigned["@context"]}
    del options["proofValue"]
    signature = KEY.sign(data_integrity.signed_bytes(unsigned, options))
    badge = {**unsigned, "proof": [{**options, "proofValue": multikey.encode(signature)}]}

    assert outcomes(World().verify(badge))["proof"] == "passed"


def test_swapping_the_context_for_an_older_one_fails():
    older = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"

    def swap(badge):
        badge["@context"][1] = older

    assert World().verify(tampered(swap)).outcome == "failed"


def test_an_unsigned_badge_fails():
    report = World().verify(an_unsigned_badge())

    assert outcomes(report)["proof"] == "failed"
    assert outcomes(report)["issuer"] == "not_checked"


def test_a_kind_of_signature_we_do_not_know_is_not_checked():
    report = World().verify(tampered(put("proof", 0, "cryptosuite", "ecdsa-sd-2023")))

    assert outcomes(report)["proof"] == "not_checked"
    assert outcomes(report)["revocation"] == "not_checked"
    assert report.outcome == "not_checked"


def test_a_key_of_somebody_else_fails_without_resolving_anything():
    world = World()

    report = world.verify(signed_after(unchanged, key=STRANGER_KEY))

    assert outcomes(report)["proof"] == "failed"
    assert outcomes(report)["issuer"] == "failed"
    assert world.web.visited == []


def test_the_attackers_key_behind_the_victims_identifier_fails():
    """The text after "#" is the attacker's real key; the official validator believes it."""
    forger = SigningKey(DID, NOW, private_key=STRANGER_KEY.private_key)

    report = World().verify(signed_after(unchanged, key=forger))

    assert outcomes(report)["proof"] == "failed"
    assert report["proof"].sentence.id == "proof.unpublished-key"
    assert outcomes(report)["issuer"] == "failed"


def test_a_key_the_issuer_publishes_for_other_uses_only_fails_the_issuer_check():
    world = World()
    world.publish({**did_document(DID, [KEY]), "assertionMethod": []})

    report = world.verify(an_issued_badge())

    assert outcomes(report)["proof"] == "passed"
    assert outcomes(report)["issuer"] == "failed"


def test_a_key_that_names_another_controller_is_not_the_issuers():
    world = World()
    document = did_document(DID, [KEY])
    document["verificationMethod"][0]["controller"] = STRANGER_DID
    world.publish(document)

    assert outcomes(world.verify(an_issued_badge()))["proof"] == "failed"


def test_a_key_given_in_full_and_relative_under_assertion_method_counts():
    world = World()
    document = did_document(DID, [KEY])
    [method] = document.pop("verificationMethod")
    method["id"] = f"#{KEY.fragment}"
    document["assertionMethod"] = [method]
    world.publish(document)

    assert world.verify(an_issued_badge()).outcome == "verified"


@pytest.mark.parametrize("key", [None, 7, "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"])
def test_a_published_key_we_cannot_use_fails_the_proof_check(key):
    world = World()
    document = did_document(DID, [KEY])
    document["verificationMethod"][0]["publicKeyMultibase"] = key
    document["verificationMethod"].insert(0, {"id": 5})
    world.publish(document)

    assert outcomes(world.verify(an_issued_badge()))["proof"] == "failed"


def test_an_issuer_that_cannot_be_reached_leaves_the_badge_open():
    world = World()
    world.web.pages.clear()

    report = world.verify(an_issued_badge())

    assert outcomes(report)["proof"] == "not_checked"
    assert outcomes(report)["issuer"] == "not_checked"
    assert report.outcome == "not_checked"


def test_a_key_document_of_somebody_else_is_not_used():
    world = World()
    world.publish({**did_document(DID, [KEY])})
    world.web.pages["https://badges.example/i/north/did.json"] = did_document(STRANGER_DID, [KEY])

    assert outcomes(world.verify(an_issued_badge()))["issuer"] == "not_checked"


def test_an_issuer_on_the_trust_list_passes():
    report = World().verify(an_issued_badge(), trusted_issuers=[DID])

    assert report.outcome == "verified"
    assert report["issuer"].sentence.id == "issuer.passed-trusted"


def test_an_issuer_not_on_the_trust_list_fails():
    report = World().verify(an_issued_badge(), trusted_issuers=[STRANGER_DID])

    assert outcomes(report)["issuer"] == "failed"


# --- several proofs


def signed_by(*keys):
    """A badge with a proof of each key, in this order."""
    unsigned = an_unsigned_badge()
    proofs = [sign(unsigned, key=key, created=NOW)["proof"][0] for key in keys]
    return {**unsigned, "proof": proofs}


def test_a_strangers_proof_before_the_issuers_changes_nothing():
    assert World().verify(signed_by(STRANGER_KEY, KEY)).outcome == "verified"


def test_a_strangers_good_proof_does_not_stand_in_for_the_issuers_broken_one():
    badge = signed_by(STRANGER_KEY, KEY, KEY)
    badge["proof"][1]["created"] = "2026-11-23T11:00:00Z"

    assert outcomes(World().verify(badge))["proof"] == "failed"


# --- how long a signature is good


@pytest.mark.parametrize(
    ("ahead", "outcome"),
    [(timedelta(minutes=4), "passed"), (timedelta(minutes=6), "failed")],
)
def test_a_signature_of_the_future_does_not_count(ahead, outcome):
    report = World().verify(signed_after(unchanged, created=NOW + ahead))

    assert outcomes(report)["proof"] == outcome


def test_a_signature_of_no_real_day_does_not_count():
    report = World().verify(tampered(put("proof", 0, "created", "2026-02-30T12:00:00Z")))

    assert report["proof"].sentence.id == "proof.in-the-future"


# --- the issuer


def test_the_issuer_of_a_badge_changed_after_signing_is_only_a_claim():
    report = World().verify(tampered(put("name", "Gold")))

    assert outcomes(report)["issuer"] == "not_checked"
    assert report["issuer"].sentence.id == "issuer.no-tie"


@pytest.mark.parametrize(
    "badge",
    [
        pytest.param(an_issued_badge(), id="out of reach"),
        pytest.param(an_unsigned_badge(), id="not signed"),
    ],
)
def test_an_issuer_not_on_the_trust_list_fails_whether_or_not_it_can_be_looked_up(badge):
    world = World()
    world.web.pages.clear()

    report = world.verify(badge, trusted_issuers=[STRANGER_DID])

    assert outcomes(report)["issuer"] == "failed"
    assert report.outcome == "failed"
