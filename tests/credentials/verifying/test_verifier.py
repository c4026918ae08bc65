"""Verifying a whole badge: what a stranger is told, and which check each forgery fails."""

import base64
import json
from datetime import timedelta

import pytest

from credentials import baking, contexts
from credentials.errors import UnreadableError
from credentials.issuing import sign
from credentials.keys import SigningKey
from credentials.resolving import did_document
from tests.support.signed_badges import (
    A_SVG,
    DID,
    KEY,
    NOW,
    STATUS_LIST,
    STRANGER_KEY,
    World,
    a_png,
    an_issued_badge,
    an_unsigned_badge,
    drop,
    outcomes,
    put,
    signed_after,
    tampered,
)

GOOD = {
    "structure": "passed",
    "proof": "passed",
    "issuer": "passed",
    "validity": "passed",
    "revocation": "passed",
    "recipient": "not_applicable",
}


def test_a_badge_we_issued_is_verified():
    report = World().verify(an_issued_badge())

    assert report.outcome == "verified"
    assert outcomes(report) == GOOD


def test_the_report_for_programs_has_the_six_checks_in_order():
    report = World().verify(an_issued_badge(), recipient_email="ADA@student.example").to_json()

    assert report["outcome"] == "verified"
    assert [check["id"] for check in report["checks"]] == list(GOOD)
    assert report["checks"][5]["outcome"] == "passed"
    assert all(check["sentence"].endswith(".") for check in report["checks"])


def test_a_verified_badge_shows_what_was_reached_in_words():
    shown = World().verify(an_issued_badge()).shown

    assert shown.achievement_name == "Foundations taster"
    assert (shown.issuer_name, shown.issuer_id) == ("North College", DID)
    assert shown.recipient_name == "Ada Bell"
    assert shown.valid_until == NOW + timedelta(days=365)
    [result] = shown.results
    assert (result.criterion, result.achieved, result.required) == ("depth", "strong", "sound")


def test_a_badge_with_little_in_it_is_shown_too():
    def strip(badge):
        badge["issuer"] = DID
        badge["credentialSubject"]["identifier"] = [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": "sha256$0",
                "identityType": "name",
            }
        ]
        badge["credentialSubject"]["result"] = [{"type": ["Result"], "value": "17"}]
        del badge["credentialSubject"]["achievement"]["image"]

    shown = World().verify(signed_after(strip)).shown

    assert (shown.issuer_id, shown.issuer_name, shown.image) == (DID, None, None)
    assert (shown.recipient_name, shown.results) == (None, ())


@pytest.mark.parametrize("picture", [a_png(), A_SVG], ids=["png", "svg"])
def test_a_badge_in_a_picture_is_verified(picture):
    baked = baking.bake(picture, an_issued_badge().decode())

    assert World().verify(baked).outcome == "verified"


def test_a_proof_given_as_one_object_is_verified():
    badge = signed_after(lambda unsigned: None)
    badge["proof"] = badge["proof"][0]

    assert World().verify(badge).outcome == "verified"


def test_a_did_key_issuer_is_verified_without_any_network():
    did = f"did:key:{KEY.public_multikey}"
    key = SigningKey(did, NOW, private_key=KEY.private_key)
    world = World()

    def change(badge):
        badge["issuer"]["id"] = did
        del badge["credentialStatus"]

    report = world.verify(signed_after(change, key=key))

    assert report.outcome == "verified"
    assert outcomes(report)["revocation"] == "not_applicable"
    assert world.web.visited == []


def test_a_badge_signed_with_a_retired_key_still_verifies():
    world = World()
    retired = SigningKey(DID, NOW, NOW, private_key=KEY.private_key)
    world.publish(did_document(DID, [retired, STRANGER_KEY]))

    assert world.verify(an_issued_badge()).outcome == "verified"


# --- structure


BADGE_TYPES = ["VerifiableCredential", "OpenBadgeCredential"]
RELATIVE_IMAGE = {"id": "logo.png", "type": "Image"}
INLINE_CONTEXT = [*contexts.OPEN_BADGE, {"nick": "https://x.example/n"}]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(drop("validFrom"), id="no validFrom"),
        pytest.param(drop("issuer"), id="no issuer"),
        pytest.param(put("validUntil", "2027-02-30T00:00:00Z"), id="no such day"),
        pytest.param(put("validUntil", "2027-02-20"), id="a day without time zone"),
        pytest.param(put("validUntil", ["2099-01-01T00:00:00Z"]), id="a time in a list"),
        pytest.param(put("type", ["VerifiableCredential"]), id="not a badge"),
        pytest.param(put("credentialSubject", "achievement", "x"), id="achievement is a word"),
        pytest.param(put("credentialSubject", "nickname", "Ada"), id="unsigned extra term"),
        pytest.param(
            put("type", [*BADGE_TYPES, "Gold"]),
            id="unknown type",
        ),
        pytest.param(put("issuer", "image", RELATIVE_IMAGE), id="relative address"),
        pytest.param(
            put("@context", INLINE_CONTEXT),
            id="inline context",
        ),
    ],
)
def test_a_badge_out_of_form_fails_the_structure_check(change):
    report = World().verify(tampered(change))

    assert outcomes(report)["structure"] == "failed"
    assert report.outcome == "failed"
    assert report.shown is None


def test_hiding_the_end_date_behind_its_full_address_fails():
    """The signature would still match: the statement is the same, only its reader misses it."""

    def hide(badge):
        badge["https://www.w3.org/2018/credentials#validUntil"] = {
            "@value": badge.pop("validUntil"),
            "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
        }

    report = World().verify(tampered(hide), now=NOW + timedelta(days=1000))

    assert outcomes(report)["structure"] == "failed"
    assert outcomes(report)["proof"] == "failed"


def test_moving_the_status_into_a_nested_copy_of_the_badge_fails():
    def nest(badge):
        badge["issuer"]["id"] = badge["id"]
        badge["issuer"]["credentialStatus"] = badge.pop("credentialStatus")

    assert outcomes(World().verify(tampered(nest)))["structure"] == "failed"


def _copy_criterion_without_levels(badge):
    described = badge["credentialSubject"]["achievement"]["resultDescription"]
    described.append({name: described[0][name] for name in ("id", "type", "name", "resultType")})


def test_a_copy_of_a_criterion_that_hides_its_levels_fails():
    """The copy says nothing new, so the signature still matches; only its reader is misled."""
    report = World().verify(tampered(_copy_criterion_without_levels))

    assert outcomes(report)["structure"] == "failed"
    assert report.shown is None


def test_a_picture_named_twice_alike_hides_nothing():
    def use_one_picture(badge):
        badge["issuer"]["image"] = badge["credentialSubject"]["achievement"]["image"]

    assert World().verify(signed_after(use_one_picture)).outcome == "verified"


def test_the_issuer_may_be_described_again_as_the_creator():
    creator = {"id": DID, "type": ["Profile"], "phone": "+44 20 7946 0000"}
    badge = signed_after(put("credentialSubject", "achievement", "creator", creator))

    assert World().verify(badge).outcome == "verified"


UNVERSIONED = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"
FOREIGN_CONTEXT = [*contexts.OPEN_BADGE, "https://evil.example/words"]


@pytest.mark.parametrize(
    "change",
    [put("@context", 1, UNVERSIONED), put("@context", FOREIGN_CONTEXT)],
    ids=["unversioned", "foreign"],
)
def test_words_from_a_context_we_do_not_know_leave_the_badge_open(change):
    report = World().verify(tampered(change))

    assert outcomes(report)["structure"] == "not_checked"
    assert outcomes(report)["proof"] == "not_checked"
    assert report.outcome == "not_checked"
    assert report.shown is None


def test_a_badge_with_too_much_in_it_is_not_checked_rather_than_refused():
    def swell(badge):
        badge["credentialSubject"]["achievement"]["tag"] = [f"tag {n}" for n in range(300)]

    report = World().verify(tampered(swell))

    assert outcomes(report)["structure"] == "not_checked"
    assert outcomes(report)["proof"] == "not_checked"
    assert report.outcome == "not_checked"


# --- reading


def test_failed_outranks_not_checked():
    world = World()
    world.web.pages[STATUS_LIST] = {}

    report = world.verify(an_issued_badge(), now=NOW + timedelta(days=999))

    assert outcomes(report)["validity"] == "failed"
    assert outcomes(report)["revocation"] == "not_checked"
    assert report.outcome == "failed"


@pytest.mark.parametrize(
    ("data", "sentence_id"),
    [
        (b"hello", "reading.not-json"),
        (b"[1]", "reading.not-object"),
        (b'{"a":1,"a":2}', "reading.duplicate-name"),
        (b'{"a":NaN}', "reading.not-a-number"),
        (b'{"a":1e999}', "reading.not-a-number"),
        (b'{"a":"\\ud800"}', "reading.half-character"),
        (b"[" * 40 + b"]" * 40, "reading.too-deep"),
        (b"[" * 100_000, "reading.too-deep"),
        (b'"' + b"x" * 300_000 + b'"', "reading.too-large"),
        (b"\xff\xfe", "reading.not-json"),
        (b"{}", "reading.no-badge"),
        (b'{"badge":{},"recipient":{}}', "reading.older-format"),
        (b"eyJ.***.x", "reading.damaged-jwt"),
        (a_png(), "png.no-badge"),
        (A_SVG, "svg.no-badge"),
    ],
)
def test_what_holds_no_badge_is_unreadable(data, sentence_id):
    with pytest.raises(UnreadableError) as caught:
        World().verify(data)

    assert caught.value.sentence.id == sentence_id


def test_a_vc_jwt_is_read_and_its_signature_left_open():
    claims = {**an_unsigned_badge(), "iss": DID, "sub": "x", "nbf": 1}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")

    report = World().verify(b"eyJhbGciOiJSUzI1NiJ9." + payload + b".c2ln")

    assert outcomes(report)["structure"] == "passed"
    assert outcomes(report)["proof"] == "not_checked"


def test_signing_the_same_badge_twice_gives_the_same_bytes():
    unsigned = an_unsigned_badge()

    assert sign(unsigned, key=KEY, created=NOW) == sign(unsigned, key=KEY, created=NOW)
