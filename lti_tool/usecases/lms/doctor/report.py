"""What an examination found: one check after the other, each passed, failed or not checked."""

from dataclasses import dataclass
from enum import StrEnum

from lti_tool.errors import ToolError
from lti_tool.sentence import Sentence


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a check looks at: a stable id for programs, a title for people."""

    id: str
    title: Sentence


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was found, and what to do about it when something is wrong."""

    topic: Topic
    outcome: Outcome
    finding: Sentence
    remedy: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Every check in order; `platform` is the LMS's name, or its issuer when it has none."""

    platform: str
    checks: tuple[Check, ...]

    @property
    def failed(self) -> int:
        """How many checks failed."""
        return sum(check.outcome is Outcome.FAILED for check in self.checks)


def passed(topic: Topic, finding: Sentence) -> Check:
    """Everything as it should be."""
    return Check(topic, Outcome.PASSED, finding)


def failed(topic: Topic, finding: Sentence, remedy: Sentence | None = None) -> Check:
    """Something to mend; without `remedy` when the finding says how."""
    return Check(topic, Outcome.FAILED, finding, remedy)


def fell_ill(topic: Topic, error: ToolError) -> Check:
    """Failed with an error of ours, whose sentence says what to do."""
    return failed(topic, error.sentence)


def not_checked(topic: Topic, finding: Sentence) -> Check:
    """It could not be looked at, for the reason given."""
    return Check(topic, Outcome.NOT_CHECKED, finding)
