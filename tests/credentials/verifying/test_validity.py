"""Check 4: from when and until when a badge is valid."""

from datetime import timedelta

from credentials.credential import UnverifiedCredential
from credentials.verifying.validity import check_validity
from tests.support.signed_badges import NOW, an_unsigned_badge


def validity_of(**changes):
    badge = an_unsigned_badge(valid_from=NOW, **changes)
    return lambda moment: check_validity(UnverifiedCredential(badge), now=moment)


def test_a_badge_is_valid_at_both_ends_of_its_time():
    check = validity_of(valid_until=NOW + timedelta(days=1))

    assert check(NOW).outcome == "passed"
    assert check(NOW + timedelta(days=1)).outcome == "passed"


def test_a_badge_is_not_valid_before_its_time():
    check = validity_of()(NOW - timedelta(seconds=1))

    assert (check.outcome, check.sentence.id) == ("failed", "validity.not-yet")


def test_a_badge_is_not_valid_after_its_time():
    check = validity_of(valid_until=NOW + timedelta(days=1))(NOW + timedelta(days=1, seconds=1))

    assert (check.outcome, check.sentence.id) == ("failed", "validity.expired")
    assert "2026-11-24" in str(check.sentence)


def test_a_badge_without_an_end_stays_valid():
    assert validity_of(valid_until=None)(NOW + timedelta(days=9999)).outcome == "passed"


def test_a_badge_whose_times_cannot_be_read_is_not_checked():
    badge = UnverifiedCredential({"validFrom": 5})

    assert check_validity(badge, now=NOW).outcome == "not_checked"
