"""Points in time in and out."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from credentials import timestamps


def test_a_moment_is_written_in_utc_with_whole_seconds():
    moment = datetime(2026, 11, 23, 1, 0, 0, 999, tzinfo=timezone(timedelta(hours=2)))

    assert timestamps.to_text(moment) == "2026-11-22T23:00:00Z"


def test_a_moment_with_an_offset_is_read():
    assert timestamps.from_text("2026-11-23T01:00:00.5+02:00") == datetime(
        2026, 11, 22, 23, 0, 0, 500_000, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "text", ["2026-11-23", "20261123T010000Z", "2026-11-23T01:00:00", "2026-02-30T00:00:00Z", "٢"]
)
def test_other_forms_are_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        timestamps.from_text(text)
