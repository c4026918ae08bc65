"""A practice LMS beside a small tool, at a fixed time."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

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


def a_small_tool(platform_keys: Callable[[], Mapping[str, Any]]) -> FlaskClient:
    """The client of a tool just big enough to be launched."""
    return small_tool(
        auth_url=lambda: "http://127.0.0.1:8001/auth", platform_keys=platform_keys
    ).test_client()


@pytest.fixture
def platform(clock: MovableClock) -> PracticePlatform:
    client = a_small_tool(lambda: made.practice.keys.key_set())
    made = PracticePlatform(client, a_configuration(controls=True), now=clock)
    return made


@pytest.fixture
def moodle(clock: MovableClock) -> PracticePlatform:
    client = a_small_tool(lambda: made.practice.keys.key_set())
    made = PracticePlatform.moodle(client, now=clock, controls=True)
    return made


@pytest.fixture
def canvas(clock: MovableClock) -> PracticePlatform:
    client = a_small_tool(lambda: made.practice.keys.key_set())
    made = PracticePlatform.canvas(client, now=clock, controls=True)
    return made
