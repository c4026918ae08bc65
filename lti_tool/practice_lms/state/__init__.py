"""Everything the practice LMS remembers while it runs, in memory; gone when it stops."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import current_app

from lti_tool.practice_lms.configuration import Configuration
from lti_tool.practice_lms.state.access_tokens import AccessTokens
from lti_tool.practice_lms.state.failures import Failures
from lti_tool.practice_lms.state.gradebook import Gradebook
from lti_tool.practice_lms.state.keys import PlatformKey
from lti_tool.practice_lms.state.pending import PendingLaunches

EXTENSION = "practice_lms"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the practice LMS takes from outside, so that tests can bring their own.

    `fetch_key_set` gets the tool's key set from its address and raises OSError or ValueError
    when it can't; `new_id` gives a text nobody can guess.
    """

    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    new_id: Callable[[], str]
    fetch_key_set: Callable[[str], Mapping[str, Any]]


@dataclass(slots=True)
class Practice:
    """One running practice LMS."""

    configuration: Configuration
    platform_key: PlatformKey
    surroundings: Surroundings
    gradebook: Gradebook
    pending: PendingLaunches
    access_tokens: AccessTokens
    failures: Failures

    @classmethod
    def start(
        cls, configuration: Configuration, platform_key: PlatformKey, surroundings: Surroundings
    ) -> "Practice":
        """A fresh LMS: no grades, no launches, nothing to fail."""
        return cls(
            configuration=configuration,
            platform_key=platform_key,
            surroundings=surroundings,
            gradebook=Gradebook(configuration.course),
            pending=PendingLaunches(),
            access_tokens=AccessTokens(),
            failures=Failures(),
        )


def practice() -> Practice:
    """The practice LMS that serves the current request."""
    return cast(Practice, current_app.extensions[EXTENSION])
