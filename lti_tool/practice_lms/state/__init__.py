"""Everything the practice LMS remembers while it runs, in memory; gone when it stops."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock
from typing import Any, cast

from flask import request

from lti_tool.practice_lms.configuration import Configuration
from lti_tool.practice_lms.course import Course
from lti_tool.practice_lms.profiles import Profile
from lti_tool.practice_lms.state.access_tokens import AccessTokens
from lti_tool.practice_lms.state.failures import Failures
from lti_tool.practice_lms.state.gradebook import Gradebook
from lti_tool.practice_lms.state.keys import KeyRing, PlatformKey
from lti_tool.practice_lms.state.pending import PendingLaunches
from lti_tool.practice_lms.state.registrations import Registrations

ENVIRON = "practice_lms"
"""Under this name the WSGI environment of a request holds the LMS that is to answer it."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the practice LMS takes from outside, so that tests can bring their own.

    `fetch_key_set` gets the tool's key set from its address and raises OSError or ValueError
    when it can't; `new_id` gives a text nobody can guess; `new_key` a new key to sign with.
    """

    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    new_id: Callable[[], str]
    fetch_key_set: Callable[[str], Mapping[str, Any]]
    new_key: Callable[[], PlatformKey] = PlatformKey.make


@dataclass(slots=True)
class Practice:
    """One running practice LMS. `kept_key_set` is the tool's, where the LMS keeps it."""

    configuration: Configuration
    keys: KeyRing
    surroundings: Surroundings
    gradebook: Gradebook
    pending: PendingLaunches
    access_tokens: AccessTokens
    failures: Failures
    registrations: Registrations
    secret: str
    kept_key_set: Mapping[str, Any] | None = None
    lock: RLock = field(default_factory=RLock)

    @classmethod
    def start(
        cls, configuration: Configuration, platform_key: PlatformKey, surroundings: Surroundings
    ) -> "Practice":
        """A fresh LMS: no grades, no launches, nothing to fail."""
        return cls(
            configuration=configuration,
            keys=_ring(configuration.profile, platform_key, surroundings),
            surroundings=surroundings,
            gradebook=Gradebook(
                configuration.courses,
                # Line item 1 of a Moodle course is its total, which no tool ever sees.
                first_number=2 if configuration.profile is Profile.MOODLE else 1,
            ),
            pending=PendingLaunches(),
            access_tokens=AccessTokens(),
            failures=Failures(),
            registrations=Registrations(),
            secret=hashlib.sha256(surroundings.new_id().encode()).hexdigest(),
        )

    @property
    def platform_key(self) -> PlatformKey:
        """The key that signs now."""
        return self.keys.present

    def rotate_keys(self) -> None:
        """Sign with the next key from now on."""
        with self.lock:
            self.keys = self.keys.rotated(self.surroundings.new_key())

    def session_key(self, user_id: str) -> str:
        """What proves, in an address, that the LMS gave it to this person."""
        return hashlib.sha256(f"{self.secret} {user_id}".encode()).hexdigest()[:10]

    def course(self, course_id: str) -> Course | None:
        """The course with this id, if there is one."""
        return next((one for one in self.configuration.courses if one.id == course_id), None)

    def put_course(self, course: Course) -> None:
        """Change a course to this one, or add it, with the line items its links need."""
        with self.lock:
            first, more = self.configuration.course, self.configuration.more_courses
            if course.id == first.id:
                self.configuration = replace(self.configuration, course=course)
            elif self.course(course.id) is None:
                self.configuration = replace(self.configuration, more_courses=(*more, course))
            else:
                kept = tuple(course if one.id == course.id else one for one in more)
                self.configuration = replace(self.configuration, more_courses=kept)
            self.gradebook.open_columns(course)


def _ring(profile: Profile, present: PlatformKey, surroundings: Surroundings) -> KeyRing:
    if profile is not Profile.CANVAS:
        return KeyRing(present)
    return KeyRing(present, (surroundings.new_key(),), (surroundings.new_key(),))


def practice() -> Practice:
    """The practice LMS that serves the current request."""
    return cast(Practice, request.environ[ENVIRON])
