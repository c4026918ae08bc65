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
    "text",
    [
        "2026-11-23",
        "20261123T010000Z",
        "2026-11-23T01:00:00",
        "2026-02-30T00:00:00Z",
        "٢",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-00:01",
    ],
)
def test_other_forms_are_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        timestamps.from_text(text)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_first_and_last_day_of_all_can_be_shown_in_every_time_zone(text):
    """Some issuers write these for "always": they are read as a moment a day further in."""
    moment = timestamps.from_text(text)

    for hours in (-14, 14):
        assert moment.astimezone(timezone(timedelta(hours=hours))).year in (1, 9999)
