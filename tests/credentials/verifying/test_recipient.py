"""Check 6: whether a badge belongs to an e-mail."""

import hashlib

import pytest

from credentials import identity
from credentials.credential import UnverifiedCredential
from credentials.verifying.recipient import check_recipient


def recipient_check(email, *identities):
    subject = {"identifier": list(identities)}
    return check_recipient(
        UnverifiedCredential({"credentialSubject": subject}), email=email
    ).outcome


HASHED = identity.email_identity("Ada@Student.example ", "salt")


@pytest.mark.parametrize("typed", ["ada@student.example", " ADA@student.example "])
def test_the_recipients_own_email_passes(typed):
    assert recipient_check(typed, HASHED) == "passed"


def test_an_email_hashed_as_typed_by_another_issuer_passes():
    as_typed = {
        **HASHED,
        "identityHash": identity.hash_identifier("Ada@x.example", "salt").upper(),
    }

    assert recipient_check("Ada@x.example", as_typed) == "passed"


def hashed_as(text):
    """The e-mail's IdentityObject with this hash, made by another issuer."""
    return {**HASHED, "identityHash": text}


MD5 = "md5$" + hashlib.md5(b"ada@student.examplesalt", usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    ("typed", "outcome"), [("ada@student.example", "passed"), ("bob@student.example", "failed")]
)
def test_an_email_hashed_with_md5_is_compared_too(typed, outcome):
    """Open Badges 3.0 §B.7.2 allows it beside SHA-256."""
    assert recipient_check(typed, hashed_as(MD5)) == outcome


@pytest.mark.parametrize("text", ["sha512$00", "00", "$", ""])
def test_an_email_hashed_in_a_way_we_do_not_know_is_not_checked(text):
    assert recipient_check("ada@student.example", hashed_as(text)) == "not_checked"


def test_one_email_that_can_be_compared_and_is_the_recipients_is_enough():
    assert recipient_check("ada@student.example", hashed_as("sha512$00"), HASHED) == "passed"
    assert recipient_check("bob@student.example", hashed_as("sha512$00"), HASHED) == "not_checked"


def test_what_is_no_text_is_not_the_recipients_email():
    assert recipient_check("\udcff", HASHED) == "failed"


def test_an_email_in_clear_passes():
    plain = identity.plain_identity("ada@x.example", kind="emailAddress")

    assert recipient_check("ada@x.example", plain) == "passed"


def test_another_email_fails():
    assert recipient_check("bob@student.example", HASHED) == "failed"


def test_a_badge_without_an_email_is_not_checked():
    name = identity.plain_identity("ada@x.example", kind="name")

    assert recipient_check("ada@x.example", name) == "not_checked"


def test_nobody_asking_is_not_applicable():
    assert recipient_check(None, HASHED) == "not_applicable"
