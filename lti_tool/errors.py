"""Errors the application raises on purpose, each with a stable code.

ToolError
├─ NotFoundError        404
├─ NotAllowedError      403
├─ InvalidInputError    422  (fields)
├─ TooLargeError        413
├─ ConflictError        409
│  ├─ StaleVersionError       somebody saved a newer version
│  └─ AlreadyReleasedError    results are out; marks no longer change
├─ LaunchRejectedError  401  a login or launch we refuse
├─ PlatformError        502  the LMS did not do what we asked
└─ SettingsError        exit 2

A code never changes its meaning; the sentence may. Pages and commands translate the sentence,
nothing else of an error is ever shown.
"""

from collections.abc import Mapping

from lti_tool.sentence import Sentence


class ToolError(Exception):
    """Something went wrong that we can explain: `code` is stable, `sentence` is for people."""

    http_status = 500

    def __init__(self, code: str, sentence: Sentence) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence


class NotFoundError(ToolError):
    """What was asked for isn't here (or isn't this person's to know of)."""

    http_status = 404


class NotAllowedError(ToolError):
    """This person may not do this."""

    http_status = 403


class InvalidInputError(ToolError):
    """What was sent can't be used; `fields` names the places and what to change."""

    http_status = 422

    def __init__(
        self, code: str, sentence: Sentence, *, fields: Mapping[str, Sentence] | None = None
    ) -> None:
        super().__init__(code, sentence)
        self.fields = dict(fields or {})


class TooLargeError(ToolError):
    """More was sent than we take."""

    http_status = 413


class ConflictError(ToolError):
    """Somebody else was first."""

    http_status = 409


class StaleVersionError(ConflictError):
    """A newer version was saved elsewhere; `current` is its number, `theirs` its text."""

    def __init__(self, code: str, sentence: Sentence, *, current: int, theirs: str = "") -> None:
        super().__init__(code, sentence)
        self.current = current
        self.theirs = theirs


class AlreadyReleasedError(ConflictError):
    """The result is out; marks no longer change."""


class LaunchRejectedError(ToolError):
    """A login or launch we refuse. `remedy` says what the person can do about it.

    Never holds anything out of the token but a return address that was checked: `return_url`,
    and that only when `is_proven`, that is when the platform's signature was good.
    """

    http_status = 401
    is_proven = False
    return_url: str | None = None

    def __init__(
        self,
        code: str,
        sentence: Sentence,
        *,
        remedy: Sentence | None = None,
        http_status: int = 401,
    ) -> None:
        super().__init__(code, sentence)
        self.remedy = remedy
        self.http_status = http_status


class PlatformError(ToolError):
    """The LMS refused or failed. `retryable` decides whether the outbox tries again."""

    http_status = 502

    def __init__(
        self,
        code: str,
        sentence: Sentence,
        *,
        retryable: bool,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(code, sentence)
        self.retryable = retryable
        self.status = status
        self.retry_after = retry_after


class SettingsError(ToolError):
    """A setting or a key file is missing or wrong; the command ends with exit code 2."""
