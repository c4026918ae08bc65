"""The key as its issuer publishes it: for how long it is good, and in which form it stands."""

import base64

import pytest

from credentials.resolving import did_document
from tests.support.signed_badges import DID, KEY, World, an_issued_badge, outcomes, put


def with_key_document(change):
    """A world in which the issuer's key stands in its document after this change."""
    world = World()
    document = did_document(DID, [KEY])
    change(document)
    world.publish(document)
    return world


@pytest.mark.parametrize(
    ("name", "moment", "sentence_id"),
    [
        ("revoked", "2026-11-23T12:00:00Z", "key.revoked"),
        ("expires", "2026-11-22T23:59:59Z", "key.expired"),
        ("revoked", "yesterday", "key.unclear-end"),
        ("expires", None, "key.unclear-end"),
    ],
)
def test_a_key_that_is_no_longer_good_fails_the_proof_check(name, moment, sentence_id):
    world = with_key_document(put("verificationMethod", 0, name, moment))

    report = world.verify(an_issued_badge())

    assert report["proof"].outcome == "failed"
    assert report["proof"].sentence.id == sentence_id
    assert report["issuer"].outcome == "not_checked"


def test_a_key_withdrawn_in_one_of_two_places_is_withdrawn():
    def say_it_twice(document):
        [method] = document["verificationMethod"]
        document["assertionMethod"] = [{**method, "revoked": "2026-01-01T00:00:00Z"}]

    assert with_key_document(say_it_twice).verify(an_issued_badge()).outcome == "failed"


@pytest.mark.parametrize("name", ["revoked", "expires"])
def test_a_key_that_is_still_good_counts(name):
    world = with_key_document(put("verificationMethod", 0, name, "2026-11-23T12:00:01Z"))

    assert world.verify(an_issued_badge()).outcome == "verified"


# --- in which form a key is published


def published_as(**form):
    def change(document):
        [method] = document["verificationMethod"]
        del method["publicKeyMultibase"]
        method.update(form)

    return with_key_document(change)


def a_jwk(**changes):
    raw = KEY.private_key.public_key().public_bytes_raw()
    x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "x": x, **changes}


def test_a_key_published_as_a_jwk_counts():
    world = published_as(type="JsonWebKey", publicKeyJwk=a_jwk())

    assert world.verify(an_issued_badge()).outcome == "verified"


@pytest.mark.parametrize(
    "jwk", [a_jwk(crv="P-256", kty="EC"), a_jwk(x=7), a_jwk(x="é"), a_jwk(x="AAAA"), "x", None]
)
def test_a_jwk_that_is_no_ed25519_key_cannot_have_signed(jwk):
    report = published_as(publicKeyJwk=jwk).verify(an_issued_badge())

    assert report["proof"].outcome == "failed"
    assert report["proof"].sentence.id == "proof.other-kind-of-key"


def test_a_key_published_in_a_form_we_cannot_read_leaves_the_badge_open():
    report = published_as(publicKeyPem="-----BEGIN PUBLIC KEY-----").verify(an_issued_badge())

    assert outcomes(report)["proof"] == "not_checked"
    assert "in a form that this verifier cannot read" in str(report["proof"].sentence)
    assert report.outcome == "not_checked"
