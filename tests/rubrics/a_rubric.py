"""Rubrics and marksheets that are valid by default; a test overrides one thing."""

from dataclasses import replace

from rubrics.marksheet import Marksheet
from rubrics.rubric import Criterion, Decision, Enough, Level, Rubric

LEVELS = ("below", "meets", "exceeds")
A_RUBRIC_FILE = """\
id: care
version: 1
title: Care
type: analytic
informed_by: [A study]
levels: [below, meets]
decision:
  accepted_if: {every_gate: meets, and: {level: meets, in_at_least: 1, of: not-gates}}
  otherwise: not-yet
never_marked: [spelling]
criteria:
  - {id: safety, title: Safety, gate: true, levels: {below: Missed., meets: Considered.}}
  - {id: plan, title: Plan, note_to_markers: Be kind., levels: {below: None., meets: There is one.}}
  - {id: comment, title: Comment, feedback_only: true, min_words: 3}
"""


def a_criterion(id: str = "plan", **changes) -> Criterion:
    """A criterion with three levels."""
    levels = tuple(Level(one, one.capitalize(), f"Work that is {one}.") for one in LEVELS)
    return replace(Criterion(id=id, title=id.capitalize(), levels=levels), **changes)


def a_comment(min_words: int = 3) -> Criterion:
    """A criterion for feedback only."""
    return Criterion(id="comment", title="Comment", feedback_only=True, min_words=min_words)


def a_rubric(**changes) -> Rubric:
    """A rubric with a gate, two more criteria and a comment; "meets" in two is enough."""
    rubric = Rubric(
        id="care",
        version=1,
        title="Care",
        levels=LEVELS,
        criteria=(
            a_criterion("safety", gate=True),
            a_criterion("plan"),
            a_criterion("role"),
            a_comment(),
        ),
        decision=Decision(enough=Enough("meets", 2)),
    )
    return replace(rubric, **changes)


def a_marksheet(safety="meets", plan="meets", role="meets", comment="Well thought through."):
    """A complete marksheet for a_rubric()."""
    return Marksheet({"safety": safety, "plan": plan, "role": role}, {"comment": comment})
