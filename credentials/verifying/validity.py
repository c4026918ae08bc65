"""Check 4: valid from and valid until."""

from __future__ import annotations

from datetime import datetime

from credentials.credential import UnverifiedCredential
from credentials.sentence import say
from credentials.verifying.report import Check


def check_validity(credential: UnverifiedCredential, *, now: datetime) -> Check:
    """`now` lies between validFrom and validUntil, both included (VC 2.0 §4.9)."""
    start, end = credential.moment("validFrom"), credential.moment("validUntil")
    if start is None or (end is None and "validUntil" in credential.document):
        return Check.not_checked(
            "validity",
            say("validity.unreadable", "The badge does not say clearly when it is valid."),
        )
    if start > now:
        return Check.failed(
            "validity",
            say(
                "validity.not-yet",
                "This badge is not valid before %(day)s.",
                day=f"{start:%Y-%m-%d}",
            ),
        )
    if end is None:
        return Check.passed(
            "validity", say("validity.no-end", "This badge is valid and has no end date.")
        )
    if end < now:
        return Check.failed(
            "validity",
            say("validity.expired", "This badge expired on %(day)s.", day=f"{end:%Y-%m-%d}"),
        )
    return Check.passed(
        "validity",
        say("validity.passed", "This badge is valid until %(day)s.", day=f"{end:%Y-%m-%d}"),
    )
