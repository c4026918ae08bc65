"""Check 1: it is a well-formed Open Badges 3.0 credential."""

from __future__ import annotations

from credentials import schemas
from credentials.credential import UnverifiedCredential
from credentials.errors import CanonicalizationError, TooComplexError, UnknownContextError
from credentials.proofs import canonical
from credentials.sentence import Sentence, say
from credentials.verifying.report import Check


def check_structure(credential: UnverifiedCredential) -> Check:
    """It has the parts the standard demands, and none that a signature could not cover.

    Open Badges 3.0 §9.1; JSON-LD safe mode: a term no context explains would stand in the badge
    unsigned, for anybody to add.
    """
    problem = _form(credential)
    if problem is not None:
        return Check.failed("structure", problem)
    try:
        canonical.to_dataset(credential.unsecured)
    except (TooComplexError, UnknownContextError) as error:
        return Check.not_checked("structure", error.sentence)
    except CanonicalizationError as error:
        return Check.failed("structure", error.sentence)
    return Check.passed(
        "structure", say("structure.passed", "This is a well-formed Open Badges 3.0 badge.")
    )


def _form(credential: UnverifiedCredential) -> Sentence | None:
    fault = schemas.first_fault(credential.document, schema="open_badge")
    if fault is not None:
        return say(
            "structure.form",
            "This badge does not have the form Open Badges 3.0 asks for; look at %(place)s.",
            place=fault,
        )
    for name in ("validFrom", "validUntil", "awardedDate"):
        if name in credential.document and credential.moment(name) is None:
            return say("structure.no-such-day", "%(name)s is not a real day.", name=name)
    return None
