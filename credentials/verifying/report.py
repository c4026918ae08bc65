"""Report, Check and the four outcomes: passed, failed, not checked, not applicable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from credentials.sentence import Sentence
from credentials.verifying.shown import Shown

CheckId = Literal["structure", "proof", "issuer", "validity", "revocation", "recipient"]
Verdict = Literal["verified", "failed", "not_checked"]


class Outcome(StrEnum):
    """How one check ended. "Not checked" is never a quiet yes."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Check:
    """One numbered check: how it ended and one sentence that says what that means."""

    id: CheckId
    outcome: Outcome
    sentence: Sentence

    @classmethod
    def passed(cls, id: CheckId, sentence: Sentence) -> Check:
        """It was looked at and is in order."""
        return cls(id, Outcome.PASSED, sentence)

    @classmethod
    def failed(cls, id: CheckId, sentence: Sentence) -> Check:
        """It was looked at and is not in order."""
        return cls(id, Outcome.FAILED, sentence)

    @classmethod
    def not_checked(cls, id: CheckId, sentence: Sentence) -> Check:
        """It could not be looked at; the sentence says why."""
        return cls(id, Outcome.NOT_CHECKED, sentence)

    @classmethod
    def not_applicable(cls, id: CheckId, sentence: Sentence) -> Check:
        """There is nothing to look at, or nobody asked."""
        return cls(id, Outcome.NOT_APPLICABLE, sentence)


@dataclass(frozen=True, slots=True)
class Report:
    """What came of verifying one badge. `shown` is None when the badge is not well formed."""

    checks: tuple[Check, ...]
    shown: Shown | None = None

    @property
    def outcome(self) -> Verdict:
        """One failed check fails the badge; else one that could not be made leaves it open."""
        outcomes = {check.outcome for check in self.checks}
        if Outcome.FAILED in outcomes:
            return "failed"
        return "not_checked" if Outcome.NOT_CHECKED in outcomes else "verified"

    def __getitem__(self, id: CheckId) -> Check:
        """The check with this id."""
        return next(check for check in self.checks if check.id == id)

    def to_json(self, words: Callable[[Sentence], str] = str) -> dict[str, Any]:
        """The report for programs; `words` puts a sentence into the reader's language."""
        return {
            "outcome": self.outcome,
            "checks": [
                {"id": check.id, "outcome": str(check.outcome), "sentence": words(check.sentence)}
                for check in self.checks
            ],
        }
