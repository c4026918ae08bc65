"""Programme files: what is read, and what each of many broken files is told."""

from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from lti_tool.programme.errors import ProgrammeFileError, UnknownIdError
from lti_tool.programme.kinds.page import Page
from lti_tool.programme.kinds.reflection import Reflection, Words
from lti_tool.programme.loading import load_programme
from lti_tool.sentence import say
from tests.lti_tool.programme.a_short_course import A_PROGRAMME_FILE, a_programme

WORKED_EXAMPLE = Path(__file__).parent / "files" / "strengthening-mental-health.yaml"


def _faults(text):
    with pytest.raises(ProgrammeFileError) as caught:
        load_programme(text)
    assert str(caught.value) == "\n".join(map(str, caught.value.faults))
    return [f"{fault.line}:{fault.column}: {fault.sentence}" for fault in caught.value.faults]


def test_a_programme_file_is_read_whole():
    programme = a_programme()
    assert (programme.id, programme.version, programme.status) == ("short-course", "1", "published")
    assert programme.release_roles == ("moderator", "course-instructor")
    assert [one.id for one in programme.activities] == [
        "first-page",
        "second-page",
        "promise",
        "essay",
    ]
    assert programme.privacy.levels["markers"] == "Your markers."
    assert programme.badge("medal").results[0].from_ == "essay"
    assert programme.module_of("essay").id == "start"
    assert programme.requirement("deep").label == "Plan"
    assert programme.rubric_of("essay") is programme.rubric("care")


def test_a_page_has_the_privacy_taken_unsaid_and_nobody_to_mark_it():
    page = a_programme().activity("first-page")
    assert isinstance(page, Page)
    assert (page.privacy, page.rubric_id, page.marker_roles) == ("student-only", None, ())


def test_another_wording_is_another_wording():
    promise = a_programme().activity("promise")
    changed = a_programme("I promise.", "I promise twice.").activity("promise")
    assert isinstance(promise, Page)
    assert isinstance(changed, Page)
    assert promise.wording != changed.wording


def test_a_reflection_says_who_marks_it_and_on_what():
    essay = a_programme().activity("essay")
    assert isinstance(essay, Reflection)
    assert essay.words == Words(10, 20)
    assert essay.marker_roles == ("marker", "course-instructor")
    assert essay.rubric_id == "care"


def test_markers_mark_and_the_moderator_releases_unless_the_file_says_otherwise():
    programme = a_programme(
        "        marking: {markers: 1, allocation: {roles: [marker, course-instructor]}}\n"
    )
    assert programme.activity("essay").marker_roles == ("marker",)
    unsaid = a_programme("marking_defaults: {release: {by: [moderator, course-instructor]}}\n")
    assert unsaid.release_roles == ("moderator",)


def test_a_badge_is_valid_without_end_unless_the_file_says_otherwise():
    assert a_programme("    validity: P3Y\n").badge("medal").validity == "unlimited"
    assert a_programme().badge("medal").validity == "P3Y"


def test_what_is_not_in_the_programme_is_refused_by_name():
    with pytest.raises(UnknownIdError, match="nothing with the id “third-page”"):
        a_programme().activity("third-page")


def test_an_unmarked_activity_has_no_rubric():
    with pytest.raises(UnknownIdError):
        a_programme().rubric_of("promise")


def test_a_programme_cannot_be_changed_in_place():
    programme: Any = a_programme()
    with pytest.raises(FrozenInstanceError):
        programme.title = "Another"


def test_remarks_and_layout_leave_the_digest_as_it_is():
    assert a_programme("id: short-course", "# a remark\nid:   short-course").digest == (
        a_programme().digest
    )


def test_any_other_change_makes_another_digest():
    assert a_programme("Your markers.", "Your marker.").digest != a_programme().digest


def test_a_part_that_is_only_kept_counts_in_the_digest_and_is_told():
    kept = a_programme("modules:\n", "audience: Everyone\nmodules:\n")
    assert kept.digest != a_programme().digest
    assert [str(notice) for notice in kept.carried] == [
        "programme.yaml:14:1: “audience” is kept with the programme, but this version does not "
        "act on it yet."
    ]


def test_whoever_looks_further_can_point_at_the_files_own_keys():
    sentence = say("test.status", "Look here.")
    fault = a_programme().source.fault_at_key(sentence, "status")
    assert str(fault) == "programme.yaml:4:9: Look here."


def test_bytes_and_text_read_the_same():
    assert load_programme(A_PROGRAMME_FILE.encode()) == load_programme(A_PROGRAMME_FILE)


def test_the_worked_example_lacks_only_kinds_and_rules_not_known_yet():
    """Each later issue makes these two sets smaller; nothing else may ever be a fault in it."""
    with pytest.raises(ProgrammeFileError) as caught:
        load_programme(WORKED_EXAMPLE.read_bytes())
    sentences = [fault.sentence for fault in caught.value.faults]
    assert {one.id for one in sentences} == {"programme.kind-unknown", "programme.rule-unknown"}
    assert {one.values["kind"] for one in sentences if "kind" in one.values} == {
        "exercise",
        "group-session",
        "lms-completion",
        "lms-grade",
        "mood-checkin",
        "peer-mentoring",
        "practice-log",
        "quiz",
        "supervised-hours",
        "treatment-plan",
        "workshop",
    }
    assert {one.values["word"] for one in sentences if "word" in one.values} == {
        "attended",
        "chosen",
        "covers",
        "hours",
        "logged",
        "percent",
        "within",
    }


# What is replaced, by what, and the one fault that follows.
ONE_FAULT = {
    "another format": (
        "certificate-programme/1",
        "certificate-programme/9",
        "1:9: “certificate-programme/9” is not known here. Did you mean “certificate-programme/1”?",
    ),
    "a key misspelt": (
        "title: Short course",
        "title: Short course\nsumary: x",
        "7:1: “sumary” is not known here. Did you mean “summary”?",
    ),
    "a key forgotten": (
        "contact: programme-office\n",
        "",
        "1:1: “contact” is missing in the group that begins here. Add it.",
    ),
    "a version that is a number": (
        'version: "1"',
        "version: 1",
        "3:10: This must be text. Put quotes around it.",
    ),
    "a version with spaces": (
        'version: "1"',
        "version: one or two",
        "3:10: A version is made of letters, digits, single dots and dashes, as in “2026.1”.",
    ),
    "an unknown state of the file": (
        "status: published",
        "status: publishd",
        "4:9: “publishd” is not known here. Did you mean “published”?",
    ),
    "a language by its name": (
        "language: en",
        "language: English",
        "5:11: Write the language as a code, as in “en”, “de” or “pt-BR”.",
    ),
    "an unquoted date": (
        "modules:\n",
        "calendar: {starts: 2026-09-01}\nmodules:\n",
        '14:20: Put quotes around this date, so that it is not changed on the way: "2026-09-01".',
    ),
    "an unknown privacy level": (
        "  default: student-only",
        "  default: everyone",
        "10:12: “everyone” is not known here. Known here: markers, student-only.",
    ),
    "a role nobody can hold": (
        "{by: [moderator, course-instructor]}",
        "{by: [moderatr]}",
        "11:35: “moderatr” is not known here. Did you mean “moderator”?",
    ),
    "an outcome nobody defined": (
        "outcomes: [listen]\nrequirements",
        "outcomes: [listn]\nrequirements",
        "29:20: No outcome in this file has the id “listn”. Did you mean “listen”?",
    ),
    "an unknown activity kind": (
        "kind: reflection",
        "kind: seminar",
        "22:15: This version does not know the activity kind “seminar”. "
        "It knows: page, reflection.",
    ),
    "an activity without a kind": (
        "        kind: reflection\n",
        "",
        "21:9: This version does not know the activity kind “”. It knows: page, reflection.",
    ),
    "a key of another kind": (
        "kind: page, title: First page,",
        "kind: page, prompt: Why, title: First page,",
        "18:38: “prompt” is not known here. Known here: done_when, id, kind, minutes, outcomes, "
        "privacy, text, title.",
    ),
    "an id used twice": (
        "id: medal",
        "id: start",
        "49:9: The id “start” is already used in line 15. Choose another id here.",
    ),
    "a reflection its markers cannot read": (
        "        privacy: markers\n",
        "",
        "21:9: A reflection is read by its markers. Write “privacy: markers” here, so that the "
        "student is told.",
    ),
    "words crossed": (
        "{min: 10, max: 20}",
        "{min: 30, max: 20}",
        "26:22: The fewest words (30) are more than the most (20). Swap them.",
    ),
    "a rubric nobody defined": (
        "rubric: care",
        "rubric: car",
        "27:17: No rubric in this file has the id “car”. Did you mean “care”?",
    ),
    "a requirement without a rule": (
        ", done: [promise]",
        "",
        "35:9: This requirement says nothing to meet. Add one of: all, any, at_least, done, "
        "passed, level, met.",
    ),
    "a requirement with two rules": (
        "done: [promise]",
        "done: [promise], passed: essay",
        "35:57: A requirement has one rule, and “passed” is a second. Put both under “all”.",
    ),
    "an unknown rule": (
        "done: [promise]",
        "dun: [promise]",
        "35:40: This version does not know the requirement “dun”. It knows: all, any, at_least, "
        "done, passed, level, met.",
    ),
    "a rule for an activity nobody defined": (
        "done: [promise]",
        "done: [promis]",
        "35:47: No activity in this file has the id “promis”. Did you mean “promise”?",
    ),
    "a requirement that is no group": (
        "      - {id: promised, label: Promise, done: [promise]}",
        "      - promised",
        "35:9: This must be a group of lines of the form “key: value”.",
    ),
    "more asked for than listed": (
        "count: 2",
        "count: 3",
        "44:14: Only 2 requirements are listed here, so 3 can never be met. Ask for fewer or "
        "list more.",
    ),
    "a part of another requirement named": (
        "met: wrote",
        "met: accepted",
        "47:49: No requirement in this file has the id “accepted”. Known here: both, read, wrote.",
    ),
    "a badge for a requirement nobody defined": (
        "when: both",
        "when: all-three",
        "53:11: No requirement in this file has the id “all-three”. Known here: both, read, wrote.",
    ),
    "an unknown type of achievement": (
        "achievement_type: Certificate",
        "achievement_type: Certficate",
        "52:23: “Certficate” is not known here. Did you mean “Certificate”?",
    ),
    "an image outside the folder": (
        "image: badges/medal.svg",
        "image: ../medal.svg",
        "54:12: Name the image, an SVG file, by lower-case letters, digits, dashes and folders, as "
        "in “badges/foundations.svg”.",
    ),
    "an image that is not drawn by shapes": (
        "image: badges/medal.svg",
        "image: badges/medal.png",
        "54:12: Name the image, an SVG file, by lower-case letters, digits, dashes and folders, as "
        "in “badges/foundations.svg”.",
    ),
    "a length of time in words": (
        "validity: P3Y",
        "validity: three years",
        "58:15: Write “unlimited”, or how long the badge is valid, as in “P3Y” for three years "
        "or “P6M” for six months.",
    ),
    "a level of the rubric misspelt": (
        "every_criterion: below",
        "every_criterion: belw",
        "65:47: “belw” is not known here. Did you mean “below”?",
    ),
    "an activity never marked": (
        "passed: essay",
        "passed: promise",
        "39:55: “Promise” is not marked on a rubric, so this can never be met. Name an activity "
        "that is.",
    ),
    "a level of an activity never marked": (
        "{of: essay,",
        "{of: promise,",
        "40:45: “Promise” is not marked on a rubric, so this can never be met. Name an activity "
        "that is.",
    ),
    "a criterion the rubric does not have": (
        "criterion: plan, min",
        "criterion: plans, min",
        "40:63: The rubric “Care” has no criterion “plans” with levels. Did you mean “plan”?",
    ),
    "a level the rubric does not have": (
        "min: meets",
        "min: met",
        "40:74: The rubric “Care” has no level “met”. Did you mean “meets”?",
    ),
    "an activity never done": (
        "done: [promise]",
        "done: [promise, essay]",
        "35:56: “Essay” is never marked done, so this can never be met. Write “passed: essay” if "
        "its marked work counts.",
    ),
    "an activity nobody asks for": (
        "done: [first-page, second-page]",
        "done: [first-page]",
        "19:14: No requirement asks for “Second page”. Name it in a requirement, or take it out.",
    ),
    "a badge result of an unmarked activity": (
        "{from: essay,",
        "{from: promise,",
        "57:16: “Promise” is not marked on a rubric, so this can never be met. Name an activity "
        "that is.",
    ),
    "a badge result of a criterion without levels": (
        "criterion: plan, share",
        "criterion: comment, share",
        "57:34: The rubric “Care” has no criterion “comment” with levels. Known here: plan.",
    ),
    "the same badge result twice": (
        "share: always}\n",
        "share: always}\n      - {from: essay, criterion: plan, share: student-chooses}\n",
        "58:9: This badge already has a result for this criterion of “Essay”. Keep one of them.",
    ),
    "a control character in a badge's name": (
        "name: Medal",
        'name: "Me\\vdal"',
        "51:11: There is a character here that cannot be seen or printed. Delete it.",
    ),
    "a control character in a level": (
        "meets: There is one.",
        'meets: "There is\\x7f one."',
        "67:63: There is a character here that cannot be seen or printed. Delete it.",
    ),
    "a published page without words": (
        ", text: I promise.",
        "",
        "20:9: The page “Promise” has no text, and the programme is published. Add “text:” with "
        "what students read.",
    ),
}


@pytest.mark.parametrize(("old", "new", "fault"), ONE_FAULT.values(), ids=ONE_FAULT.keys())
def test_each_broken_file_is_told_where_and_how_to_mend_it(old, new, fault):
    assert old in A_PROGRAMME_FILE
    assert _faults(A_PROGRAMME_FILE.replace(old, new, 1)) == [fault]


UNREADABLE = {
    "not UTF-8": (
        b"id: caf\xe9",
        "1:8: The file is not UTF-8 text from here on. Save it as UTF-8.",
    ),
    "empty": ("", "1:1: The file is empty. Begin with its first key."),
    "a list": ("- a", "1:1: This must be a group of lines of the form “key: value”."),
    "tabs": ("privacy:\n\tdefault: x", "2:1: There is a tab here. Indent with spaces only."),
    "a quote left open": (
        'title: "Short',
        "1:8: The quote that opens here is never closed. Close it.",
    ),
    "half a character": (
        "title: \ud83c",
        "1:8: The file is not UTF-8 text from here on. Save it as UTF-8.",
    ),
    "too large": (
        "#" * 300_000,
        "1:1: The file is larger than 256 KiB, the most that is read. Shorten it.",
    ),
}


@pytest.mark.parametrize(("text", "fault"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_each_unreadable_file_is_told_where_and_how_to_mend_it(text, fault):
    assert fault in _faults(text)


def test_a_circle_of_requirements_is_told_at_each_that_is_in_it():
    circle = A_PROGRAMME_FILE.replace("done: [promise]", "met: both").replace(
        "first-page, second-page", "first-page, second-page, promise"
    )
    assert _faults(circle) == [
        "31:9: The requirement “Reading” waits for itself, so it can never be met. Take one of "
        "the “met” between it and itself away.",
        "41:9: The requirement “Both” waits for itself, so it can never be met. Take one of the "
        "“met” between it and itself away.",
    ]


def _in_a_row(count):
    """Requirements that each wait for the next, the last for what the badge asks."""
    names = [f"r{number}" for number in range(count)]
    nexts = [*names[1:], "both"]
    rows = (
        f"  - {{id: {one}, label: Row, all: [{{id: {one}-a, label: A, met: {after}}}]}}\n"
        for one, after in zip(names, nexts, strict=True)
    )
    return A_PROGRAMME_FILE.replace("badges:\n", "".join(rows) + "badges:\n")


def test_requirements_wait_for_each_other_in_rows_that_can_be_followed():
    # Twice ten steps, and the four of “both” below them.
    assert load_programme(_in_a_row(10)).requirement("r0")
    assert _faults(_in_a_row(300)) == [
        "337:39: More than 24 requirements stand in a row here, each waiting for the next, and "
        "nobody could follow that. Let some of them stand side by side under “all”."
    ]


def test_a_badge_asks_for_no_more_than_can_be_read():
    part = "      - {{id: p{0}, label: Promise {0}, done: [promise]}}\n"
    parts = "".join(part.format(number) for number in range(500))
    long = A_PROGRAMME_FILE.replace(part.format(0), "").replace(
        "      - {id: promised,", parts + "      - {id: promised,"
    )
    assert _faults(long) == [
        "553:11: What this badge asks for fills 507 lines, and at most 500 fit into a badge. Ask "
        "for less, or make several badges of it."
    ]


def test_all_faults_of_a_file_are_told_at_once_from_the_top_down():
    broken = A_PROGRAMME_FILE.replace("language: en", "language: English").replace(
        "rubric: care", "rubric: car"
    )
    assert [fault.split(":")[0] for fault in _faults(broken)] == ["5", "27"]


def test_a_draft_may_leave_its_pages_empty():
    draft = A_PROGRAMME_FILE.replace("published", "draft").replace(", text: I promise.", "")
    promise = load_programme(draft).activity("promise")
    assert isinstance(promise, Page)
    assert promise.text == ""
