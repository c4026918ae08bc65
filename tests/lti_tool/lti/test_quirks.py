"""The habits of LMSs: which is which, and how each dates scores."""

from datetime import UTC, datetime, timedelta

import pytest

from lti_tool.lti.quirks import CAUTIOUS, QUIRKS, quirks_of


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        ("moodle", QUIRKS["moodle"]),
        ("Canvas", QUIRKS["canvas"]),
        (None, CAUTIOUS),
        ("desire2learn", CAUTIOUS),
    ],
)
def test_an_lms_is_known_by_its_family(family, expected):
    assert quirks_of(family) is expected


NOON = datetime(2026, 11, 23, 12, 0, 5, 120_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("family", "after", "expected"),
    [
        ("moodle", None, NOON.replace(microsecond=0)),
        ("canvas", None, NOON.replace(microsecond=120_000)),
        ("moodle", NOON.replace(microsecond=0), NOON.replace(second=6, microsecond=0)),
        ("canvas", NOON.replace(microsecond=120_000), NOON.replace(microsecond=121_000)),
        ("moodle", NOON - timedelta(days=1), NOON.replace(microsecond=0)),
    ],
)
def test_each_score_of_a_student_is_dated_later_than_the_one_before(family, after, expected):
    assert QUIRKS[family].timestamp(NOON, after=after) == expected
