"""Check 6, when an e-mail is given: it is the recipient's."""

from __future__ import annotations

from credentials import identity
from credentials.credential import UnverifiedCredential
from credentials.sentence import say
from credentials.verifying.report import Check


def check_recipient(credential: UnverifiedCredential, *, email: str | None) -> Check:
    """The e-mail typed is one the badge was issued to (Open Badges 3.0 §9.3)."""
    if email is None:
        return Check.not_applicable(
            "recipient",
            say("recipient.not-asked", "No e-mail address was given to compare with."),
        )
    if any(identity.is_email(known, email) for known in credential.identities):
        return Check.passed(
            "recipient",
            say("recipient.passed", "This badge was issued to the e-mail address you gave."),
        )
    addresses = [
        known for known in credential.identities if known.get("identityType") == "emailAddress"
    ]
    if not addresses:
        return Check.not_checked(
            "recipient",
            say("recipient.no-email", "This badge holds no e-mail address to compare with."),
        )
    if not all(map(identity.is_comparable, addresses)):
        return Check.not_checked(
            "recipient",
            say(
                "recipient.unknown-hash",
                "This badge hides the e-mail address in a way that this verifier does not know.",
            ),
        )
    return Check.failed(
        "recipient",
        say("recipient.other", "This badge was issued to another e-mail address."),
    )
