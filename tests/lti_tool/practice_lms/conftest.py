"""A practice LMS beside a small tool, at a fixed time."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.lti_tool.practice_lms.small_tool import small_tool
from tests.support.practice import PracticePlatform, a_configuration

START = datetime(2026, 11, 23, 9, 0, 0, tzinfo=UTC)


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def move(self, **how_far: float) -> None:
        self.time += timedelta(**how_far)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def platform(clock: MovableClock) -> PracticePlatform:
    tool = small_tool(
        auth_url=lambda: "http://127.0.0.1:8001/auth",
        platform_keys=lambda: made.practice.platform_key.key_set(),
    )
    made = PracticePlatform(tool.test_client(), a_configuration(controls=True), now=clock)
    return made
