"""Programme files and evidence that are valid by default; a test overrides one thing."""

from datetime import UTC, datetime, timedelta
from typing import Literal

from lti_tool.programme.definition import Programme
from lti_tool.programme.evidence import Done, Evidence, Fact, Marked, Submitted
from lti_tool.programme.loading import load_programme

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
A_PROGRAMME_FILE = """\
schema: certificate-programme/1
id: short-course
version: "1"
status: published
language: en
title: Short course
contact: programme-office
privacy:
  levels: {student-only: Only you., markers: Your markers.}
  default: student-only
marking_defaults: {release: {by: [moderator, course-instructor]}}
outcomes:
  - {id: listen, text: Listens.}
modules:
  - id: start
    title: Start
    activities:
      - {id: first-page, kind: page, title: First page, done_when: marked-done, text: Read.}
      - {id: second-page, kind: page, title: Second page, done_when: marked-done, text: Read.}
      - {id: promise, kind: page, title: Promise, done_when: agreed, text: I promise.}
      - id: essay
        kind: reflection
        title: Essay
        privacy: markers
        prompt: What happened?
        words: {min: 10, max: 20}
        rubric: care
        marking: {markers: 1, allocation: {roles: [marker, course-instructor]}}
        outcomes: [listen]
requirements:
  - id: read
    label: Reading
    all:
      - {id: pages, label: Pages, done: [first-page, second-page]}
      - {id: promised, label: Promise, done: [promise]}
  - id: wrote
    label: Writing
    any:
      - {id: accepted, label: Essay accepted, passed: essay}
      - {id: deep, label: Plan, level: {of: essay, criterion: plan, min: meets}}
  - id: both
    label: Both
    at_least:
      count: 2
      of:
        - {id: need-read, label: Reading, met: read}
        - {id: need-wrote, label: Writing, met: wrote}
badges:
  - id: medal
    kind: certificate
    name: Medal
    achievement_type: Certificate
    when: both
    image: badges/medal.svg
    outcomes: [listen]
    results:
      - {from: essay, criterion: plan, share: always}
    validity: P3Y
rubrics:
  - id: care
    version: 1
    title: Care
    type: analytic
    levels: [below, meets]
    decision: {accepted_if: {every_criterion: below}, otherwise: not-yet}
    criteria:
      - {id: plan, title: Plan, levels: {below: None., meets: There is one.}}
      - {id: comment, title: Comment, feedback_only: true}
"""


def a_programme(old: str = "", new: str = "", **kwargs) -> Programme:
    """The short course, with one piece of its file replaced."""
    assert old in A_PROGRAMME_FILE
    return load_programme(
        A_PROGRAMME_FILE.replace(old, new, 1) if old else A_PROGRAMME_FILE, **kwargs
    )


def done(activity_id: str, evidence_id: str = "", *, days: int = 0) -> Done:
    """An activity done, some days after NOW."""
    return Done(activity_id, evidence_id or f"done-{activity_id}", NOW + timedelta(days=days))


def submitted(activity_id: str = "essay", evidence_id: str = "sent", *, days: int = 0) -> Submitted:
    """Work handed in."""
    return Submitted(activity_id, evidence_id, NOW + timedelta(days=days))


def marked(
    outcome: Literal["accepted", "not-yet"] = "accepted",
    plan: str = "meets",
    *,
    evidence_id: str = "mark",
    days: int = 1,
) -> Marked:
    """A released mark on the essay."""
    at = NOW + timedelta(days=days)
    return Marked("essay", evidence_id, at, outcome, {"plan": plan}, "care", "hash")


def evidence(*facts: Fact) -> Evidence:
    """These facts and nothing else."""
    return Evidence(facts)


EVERYTHING = (
    done("first-page"),
    done("second-page"),
    done("promise"),
    submitted(),
    marked(),
)
