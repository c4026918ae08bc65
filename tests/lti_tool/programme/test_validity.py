"""How long a badge is valid: counted on the calendar, never a day too short."""

from datetime import UTC, datetime

import pytest

from lti_tool.programme.validity import is_validity, valid_until

START = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("validity", "end"),
    [
        ("P3Y", "2029-11-23"),
        ("P6M", "2027-05-23"),
        ("P1M", "2026-12-23"),
        ("P14D", "2026-12-07"),
        ("P1Y1M1D", "2027-12-24"),
        ("P99Y99M9999D", "2161-07-10"),
    ],
)
def test_a_length_of_time_ends_at_the_same_time_of_day(validity, end):
    assert is_validity(validity)
    assert valid_until(validity, START) == datetime.fromisoformat(f"{end}T09:30Z")


@pytest.mark.parametrize(
    ("start", "validity", "end"),
    [
        ((2028, 2, 29), "P1Y", (2029, 2, 28)),
        ((2028, 2, 29), "P4Y", (2032, 2, 29)),
        ((2026, 8, 31), "P1M", (2026, 9, 30)),
        ((2026, 12, 31), "P2M1D", (2027, 3, 1)),
    ],
)
def test_a_month_that_is_too_short_ends_on_its_last_day(start, validity, end):
    assert valid_until(validity, datetime(*start, tzinfo=UTC)) == datetime(*end, tzinfo=UTC)


def test_what_is_unlimited_never_ends():
    assert is_validity("unlimited")
    assert valid_until("unlimited", START) is None


@pytest.mark.parametrize("text", ["P", "", "P0Y", "P1W", "PT1H", "3Y", "P1Y ", "P1D1Y", "P٣Y"])
def test_other_texts_are_no_length_of_time(text):
    assert not is_validity(text)
