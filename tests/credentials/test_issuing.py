"""Issuing: what we refuse to sign, what we sign, and the check of our own work."""

import json
from datetime import datetime, timedelta

import jsonschema_rs
import pytest

from credentials import contexts, schemas
from credentials.achievement import BadgeResult, Issuer, Recipient
from credentials.errors import LintError, SelfCheckError
from credentials.issuing import build, issue
from credentials.resolving import DidResolver, OwnIssuers, did_document
from tests.support.signed_badges import (
    DID,
    KEY,
    NOW,
    SITE,
    STRANGER_KEY,
    World,
    an_achievement,
    an_issued_badge,
    an_unsigned_badge,
)
from tests.support.specifications import published


def issue_it(unsigned, *, key=KEY, resolver=None):
    resolver = resolver or OwnIssuers({DID: did_document(DID, [KEY])})
    return issue(unsigned, key=key, created=NOW, resolver=resolver, now=NOW)


def problems_with(unsigned):
    with pytest.raises(LintError) as caught:
        issue_it(unsigned)
    return [problem.id for problem in caught.value.problems]


def test_the_same_badge_is_the_same_bytes_each_time():
    assert issue_it(an_unsigned_badge()) == an_issued_badge()


def test_the_badge_is_in_the_form_we_promise():
    badge = json.loads(an_issued_badge())

    assert badge["@context"] == list(contexts.OPEN_BADGE)
    assert badge["validFrom"] == "2026-11-22T12:00:00Z"
    [proof] = badge["proof"]
    assert (proof["cryptosuite"], proof["created"]) == ("eddsa-rdfc-2022", "2026-11-23T12:00:00Z")
    assert badge["credentialStatus"]["statusListIndex"] == "94567"
    subject = badge["credentialSubject"]
    assert [known["identityType"] for known in subject["identifier"]] == [
        "emailAddress",
        "ltiUserId",
        "name",
    ]


def test_the_badge_does_not_print_the_email():
    assert b"ada@student.example" not in an_issued_badge()


def test_what_is_not_given_is_left_out():
    badge = build(
        credential_id="urn:uuid:1",
        achievement=an_achievement(image=None, tags=(), result_descriptions=(), language=None),
        issuer=Issuer(DID, "North"),
        recipient=Recipient(lti_user_id="7"),
        valid_from=NOW,
    )

    assert set(badge) == {"@context", "id", "type", "name", "issuer", "validFrom",
                          "credentialSubject"}  # fmt: skip
    assert set(badge["issuer"]) == {"id", "type", "name"}
    assert "result" not in badge["credentialSubject"]
    assert issue_it(badge)


def test_our_badge_validates_against_the_published_schema():
    schema = json.loads(published("achievementcredential-schema.json"))

    jsonschema_rs.validator_for(schema).validate(json.loads(an_issued_badge()))


def test_our_badge_validates_against_our_own_schema():
    assert schemas.first_fault(json.loads(an_issued_badge()), schema="open_badge") is None


def test_a_recipient_needs_an_identifier_and_an_email_a_salt():
    with pytest.raises(ValueError, match="identifier"):
        Recipient()
    with pytest.raises(ValueError, match="salt"):
        Recipient(email="ada@x.example")


def test_a_name_alone_identifies_when_that_is_all_there_is():
    [identity] = Recipient(name="Ada").to_json()

    assert (identity["identityType"], identity["identityHash"]) == ("name", "Ada")


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        an_unsigned_badge(valid_from=datetime(2026, 1, 1))  # noqa: DTZ001  # the fault under test


@pytest.mark.parametrize("letter", ["\x0b", "\x08", "\x7f", "\x00", "\ufffe", "\uffff", "\ud800"])
def test_invisible_control_characters_are_not_signed(letter):
    unsigned = an_unsigned_badge(achievement=an_achievement(criteria=f"one{letter}two"))

    assert "lint.control-character" in problems_with(unsigned)


def test_ordinary_white_space_is_signed():
    assert issue_it(an_unsigned_badge(achievement=an_achievement(criteria="a\tb\nc\r\nd")))


def test_two_parts_that_say_the_same_are_not_signed():
    depth = f"{SITE}/rubrics/reflection/depth"
    twice = [BadgeResult(depth, f"{depth}/sound")] * 2

    assert problems_with(an_unsigned_badge(results=twice)) == ["lint.look-alikes"]


def test_a_level_the_criterion_does_not_have_is_not_signed():
    depth = f"{SITE}/rubrics/reflection/depth"
    care = f"{SITE}/rubrics/reflection/care/sound"

    assert problems_with(an_unsigned_badge(results=[BadgeResult(depth, care)])) == [
        "lint.unknown-level"
    ]


def test_a_badge_that_ends_before_it_begins_is_not_signed():
    unsigned = an_unsigned_badge(valid_until=NOW - timedelta(days=2))

    assert problems_with(unsigned) == ["lint.never-valid"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"validFrom": None}, "lint.schema"),
        ({"awardedDate": "2026-11-23T12:00:00+01:00"}, "lint.time-zone"),
        ({"awardedDate": "2026-13-23T12:00:00Z"}, "lint.time-zone"),
        ({"@context": list(contexts.OPEN_BADGE[:2])}, "lint.contexts"),
        ({"proof": []}, "lint.signed-already"),
        ({"nickname": "Ada"}, "canonical.unknown-term"),
        ({"https://x.example/a": "b"}, "canonical.hidden-name"),
    ],
)
def test_a_badge_that_breaks_a_rule_is_not_signed(changes, problem):
    assert problem in problems_with({**an_unsigned_badge(), **changes})


def test_every_problem_is_told_at_once():
    unsigned = {**an_unsigned_badge(), "name": "a\x0bb", "awardedDate": "2026-13-23T12:00:00Z"}

    with pytest.raises(LintError) as caught:
        issue_it(unsigned)
    assert len(str(caught.value).splitlines()) == 2


def test_a_description_without_levels_is_signed():
    unsigned = an_unsigned_badge(results=())
    [first, _] = unsigned["credentialSubject"]["achievement"]["resultDescription"]
    del first["rubricCriterionLevel"], first["requiredLevel"]

    assert issue_it(unsigned)


def test_a_badge_our_published_keys_do_not_verify_never_leaves():
    with pytest.raises(SelfCheckError, match="does not publish"):
        issue_it(an_unsigned_badge(), resolver=OwnIssuers({DID: did_document(DID, [])}))


def test_a_badge_signed_with_another_issuers_key_never_leaves():
    with pytest.raises(SelfCheckError):
        issue_it(an_unsigned_badge(), key=STRANGER_KEY)


def test_an_issuer_that_cannot_be_resolved_stops_the_issue():
    world = World()
    world.web.pages.clear()

    with pytest.raises(SelfCheckError):
        issue_it(an_unsigned_badge(), resolver=DidResolver(world.web))
