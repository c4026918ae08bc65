"""npm @digitalbazaar/vc accepts what we sign and refuses what was changed."""

import json

from credentials.resolving import did_document
from tests.support.other_verifiers import digitalbazaar_verdict
from tests.support.signed_badges import (
    DID,
    KEY,
    NOW,
    STATUS_LIST,
    STRANGER_DID,
    STRANGER_KEY,
    World,
    an_issued_badge,
    signed_after,
)

OURS = did_document(DID, [KEY])


def test_a_badge_we_issued_is_accepted():
    verdict = digitalbazaar_verdict(json.loads(an_issued_badge()), OURS, now=NOW)

    assert verdict.verified, verdict.reasons


def test_a_badge_with_one_character_changed_is_refused():
    changed = json.loads(an_issued_badge().replace(b"Ada Bell", b"Ada Ball"))

    assert not digitalbazaar_verdict(changed, OURS, now=NOW).verified


def test_a_badge_signed_by_somebody_else_is_refused():
    forged = signed_after(lambda unsigned: None, key=STRANGER_KEY)
    strangers = did_document(STRANGER_DID, [STRANGER_KEY])

    assert not digitalbazaar_verdict(forged, OURS, strangers, now=NOW).verified


def test_our_signed_status_list_is_accepted():
    signed_list = World().web.get_json(STATUS_LIST)

    verdict = digitalbazaar_verdict(signed_list, OURS, now=NOW)

    assert verdict.verified, verdict.reasons
