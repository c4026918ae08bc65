"""Check 6: whether a badge belongs to an e-mail."""

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
