"""Rubrics from files: what is read, and what each fault says."""

import json

import pytest

from rubrics.errors import RubricFileError
from rubrics.loading import load_rubric
from rubrics.reading.faults import MAX_FAULTS
from rubrics.rubric import Decision, Enough
from tests.rubrics.a_rubric import A_RUBRIC_FILE


def _faults(text, **kwargs):
    with pytest.raises(RubricFileError) as caught:
        load_rubric(text, **kwargs)
    assert str(caught.value) == "\n".join(map(str, caught.value.faults))
    return [f"{fault.line}:{fault.column}: {fault.sentence}" for fault in caught.value.faults]


def test_a_rubric_file_is_read_whole():
    rubric = load_rubric(A_RUBRIC_FILE)
    assert (rubric.id, rubric.version, rubric.title) == ("care", 1, "Care")
    assert rubric.decision == Decision(
        every_gate="meets", enough=Enough("meets", 1, without_gates=True)
    )
    assert rubric.criterion("safety").gate
    assert rubric.criterion("plan").note_to_markers == "Be kind."
    assert [level.name for level in rubric.criterion("plan").levels] == ["Below", "Meets"]
    assert rubric.criterion("comment").min_words == 3


def test_the_same_rubric_in_json_has_the_same_hash():
    as_json = {
        "id": "care",
        "version": 1,
        "title": "Care",
        "type": "analytic",
        "levels": ["below", "meets"],
        "decision": {"accepted_if": {"every_criterion": "meets"}, "otherwise": "not-yet"},
        "criteria": [
            {
                "id": "plan",
                "title": "Plan \U0001f33f",
                "levels": {"meets": "There is one.", "below": "None."},
            }
        ],
    }
    as_yaml = """\
id: care
version: 1
title: Plan
type: analytic
levels: [below, meets]
decision: {accepted_if: {every_criterion: meets}, otherwise: not-yet}
criteria:
  - {id: plan, title: "Plan \U0001f33f", levels: {below: None., meets: There is one.}}
""".replace("title: Plan\n", "title: Care\n")
    escaped = json.dumps(as_json, ensure_ascii=True, indent="\t")
    assert load_rubric(escaped).content_hash == load_rubric(as_yaml).content_hash


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "type: analytic",
            "type: holistic",
            "4:7: “holistic” is not known here. Known here: analytic.",
        ),
        (
            "levels: [below, meets]",
            "levels: [below, meets, below]",
            "6:24: “below” stands in this list twice.",
        ),
        (
            "{id: plan,",
            "{id: safety,",
            "13:10: This rubric already has a criterion “safety”. Choose another id.",
        ),
        (
            ", meets: There is one.}",
            "}",
            "13:64: The level “meets” is not described here. Say what such work looks like.",
        ),
        (
            "{below: None., meets: There",
            "{below: None., met: There",
            "13:79: “met” is not known here. Did you mean “meets”?",
        ),
        (
            ", levels: {below: None., meets: There is one.}",
            "",
            "13:5: This criterion has no levels. Describe each, or add “feedback_only: true”.",
        ),
        (
            "feedback_only: true",
            "feedback_only: true, levels: {below: No., meets: Yes.}",
            "14:64: A criterion for feedback only takes no levels. Take them out, or take "
            "“feedback_only” out.",
        ),
        (
            "in_at_least: 1",
            "in_at_least: 2",
            "8:69: Only one criterion counts here, so nothing could ever be accepted. Ask for 1.",
        ),
        (
            "gate: true, ",
            "",
            "8:29: No criterion of this rubric is a gate. Add “gate: true” to one, or take "
            "“every_gate” out.",
        ),
        (
            "{every_gate: meets, and: {level: meets, in_at_least: 1, of: not-gates}}",
            "{}",
            "8:16: Say when work is accepted: every_criterion, every_gate or and.",
        ),
        ("gate: true", "gate: 1", "12:39: This must be true or false."),
        (
            "version: 1",
            "version: 0",
            "2:10: This must be a whole number, 1 or more.",
        ),
    ],
)
def test_each_fault_is_found_at_its_place(old, new, fault):
    assert old in A_RUBRIC_FILE
    assert fault in _faults(A_RUBRIC_FILE.replace(old, new, 1))


def test_all_faults_are_told_at_once_from_the_top_down():
    broken = A_RUBRIC_FILE.replace("id: care", "id: Care!").replace("version: 1", "version: one")
    assert _faults(broken) == [
        "1:5: This must be an id: lower-case letters, digits and single dashes, "
        "at most 64 characters.",
        "2:10: This must be a whole number, 1 or more.",
    ]


def test_reading_stops_after_more_faults_than_anybody_reads():
    flood = "\n".join(f"key-{n}: &x 1" for n in range(5_000))
    assert len(_faults(flood)) == MAX_FAULTS


def test_the_path_stands_before_each_fault():
    with pytest.raises(RubricFileError, match=r"mine\.yaml:1:1: The file is empty"):
        load_rubric("", path="mine.yaml")


def test_bytes_that_are_no_text_are_refused():
    assert _faults(b"id: caf\xe9") == [
        "1:8: The file is not UTF-8 text from here on. Save it as UTF-8."
    ]
