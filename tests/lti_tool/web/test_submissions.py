"""A student writes, saves, hands in and reads what came back; nothing typed is ever lost."""

import pytest

from lti_tool.store.tables.submissions import Submission
from tests.support.builders import REFLECTION, AVisit, a_visit
from tests.support.elements import Element, Page
from tests.support.world import COMMENT, ENOUGH_WORDS, World

WRITING = "programmes/foundations-taster/writing/first-reflection"


@pytest.fixture
def visit(world: World) -> AVisit:
    """The student of the world."""
    return a_visit(world.wired, person_id=world.student.person_id, activity=REFLECTION)


def opened(visit: AVisit, rest: str = "") -> Element:
    answer = visit.get(WRITING + rest)
    assert answer.status_code == 200
    return Page(answer.text).root


def box(page: Element) -> str:
    """What stands in the box; leading and trailing blanks are not looked at."""
    return page.one("textarea").text


def version(page: Element) -> int:
    return int(str(page.one("input", name="version").attributes["value"]))


def save(visit: AVisit, text: str, version: int):
    return visit.post(f"{WRITING}/draft", {"text": text, "version": version})


def hand_in(visit: AVisit, text: str, version: int):
    return visit.post(f"{WRITING}/submit", {"text": text, "version": version})


def test_the_page_shows_prompt_limits_and_who_can_read(visit):
    page = opened(visit)
    assert page.one(id="prompt").text.startswith("Choose one moment from your studies")
    assert page.one(id="text-words").text == "Words: 0. Asked for: 120 to 400."
    lines = [line.text for line in page.all(class_="reader-line")]
    assert lines[0] == "Until you hand this in, only you can read it."
    assert len(lines) == 3
    described = str(page.one("textarea").attributes["aria-describedby"]).split()
    assert described == ["text-words", "text-reader-1", "text-reader-2", "text-reader-3"]


def test_the_rubric_can_be_read_before_writing(visit):
    page = opened(visit)
    assert "How it will be marked" in [summary.text for summary in page.all("summary")]
    assert "Making sense" in [heading.text for heading in page.all("h3")]
    assert "Mark the attention paid" not in page.text


def test_a_script_saves_and_gets_the_new_version(visit):
    answer = visit.fetch(f"{WRITING}/draft", {"text": "A first line.", "version": 0})
    assert (answer.status_code, answer.json) == (200, {"version": 1})
    page = opened(visit)
    assert (box(page), version(page)) == ("A first line.", 1)
    assert "Saved Monday 23 November 2026, 12:00 UTC" in page.text


def test_a_script_that_saves_the_same_text_twice_meets_no_conflict(visit):
    fields = {"text": "The answer to this got lost.", "version": 0}
    visit.fetch(f"{WRITING}/draft", fields)
    assert visit.fetch(f"{WRITING}/draft", fields).json == {"version": 1}


def test_a_script_hears_of_a_newer_version(visit):
    visit.fetch(f"{WRITING}/draft", {"text": "One.", "version": 0})
    answer = visit.fetch(f"{WRITING}/draft", {"text": "Two.", "version": 0})
    assert answer.status_code == 409
    assert answer.json["code"] == "submissions.newer-draft"


def test_a_script_hears_that_the_text_was_handed_in(visit):
    hand_in(visit, ENOUGH_WORDS, 0)
    answer = visit.fetch(f"{WRITING}/draft", {"text": "More.", "version": 1})
    assert answer.status_code == 409
    assert answer.json["code"] == "submissions.handed-in"


def test_the_button_saves_too(visit):
    answer = save(visit, "Saved by hand.\r\nSecond line.", 0)
    assert (answer.status_code, answer.location) == (303, f"{visit.path(WRITING)}?notice=saved")
    page = Page(visit.client.get(answer.location).text).root
    assert page.one(class_="notice").text == "Your draft is saved. Only you can read it."
    assert box(page) == "Saved by hand. Second line."


def test_two_windows_show_both_versions_and_either_can_be_kept(visit):
    save(visit, "From the other window.", 0)
    answer = save(visit, "From this window.", 0)
    assert answer.status_code == 409
    page = Page(answer.text).root
    assert box(page) == "From this window."
    assert page.one(class_="paper written").text == "From the other window."
    assert box(opened(visit)) == "From the other window."
    assert save(visit, box(page), version(page)).status_code == 303
    assert box(opened(visit)) == "From this window."


def test_handing_in_saves_first_and_answers_with_a_receipt(world, visit):
    answer = hand_in(visit, ENOUGH_WORDS, 0)
    assert (answer.status_code, answer.location) == (303, f"{visit.path(WRITING)}/receipt")
    page = Page(visit.client.get(answer.location).text).root
    (submission,) = world.rows(Submission)
    assert submission.code in page.text
    assert submission.words == 150
    assert "150" in page.text


def test_after_handing_in_there_is_nothing_to_write_and_the_text_can_be_read(visit):
    hand_in(visit, ENOUGH_WORDS, 0)
    page = opened(visit)
    assert page.all("textarea") == []
    assert "Waiting to be marked." in page.text
    assert page.one(class_="paper written").text == ENOUGH_WORDS.strip()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Your text has 0 words; 120 are asked for."),
        ("Too short.", "Your text has 2 words; 120 are asked for."),
        ("word " * 401, "Your text has 401 words; at most 400 are asked for."),
    ],
)
def test_a_text_of_the_wrong_length_is_saved_and_not_handed_in(world, visit, text, words):
    answer = hand_in(visit, text, 0)
    page = Page(answer.text).root
    assert answer.status_code == 422
    assert page.one(role="alert").text == f"{words} It is saved, not handed in."
    assert world.rows(Submission) == []
    assert (box(page), version(page)) == (text.strip(), 1)
    assert box(opened(visit)) == text.strip()


def test_a_text_too_long_to_keep_stays_in_the_box(visit):
    text = "a" * 60_001
    answer = save(visit, text, 0)
    page = Page(answer.text).root
    assert answer.status_code == 422
    assert "It was not saved: keep a copy and shorten it." in page.one(role="alert").text
    assert (box(page), version(page)) == (text, 0)
    assert box(opened(visit)) == ""


def test_handing_in_an_older_version_shows_both(world, visit):
    save(visit, "From the other window.", 0)
    answer = hand_in(visit, ENOUGH_WORDS, 0)
    assert answer.status_code == 409
    assert box(Page(answer.text).root) == ENOUGH_WORDS.strip()
    assert world.rows(Submission) == []


def test_a_button_pressed_twice_hands_in_once(world, visit):
    hand_in(visit, ENOUGH_WORDS, 0)
    again = hand_in(visit, ENOUGH_WORDS, 0)
    assert again.location == f"{visit.path(WRITING)}/receipt"
    assert len(world.rows(Submission)) == 1


def test_what_is_typed_after_handing_in_is_shown_for_copying(visit):
    hand_in(visit, ENOUGH_WORDS, 0)
    answer = save(visit, "One more thought.", 1)
    page = Page(answer.text).root
    assert answer.status_code == 409
    assert page.one("h1").text == "Handed in already"
    assert box(page) == "One more thought."


def test_there_is_no_receipt_before_anything_is_handed_in(visit):
    answer = visit.get(f"{WRITING}/receipt")
    assert (answer.status_code, answer.location) == (303, visit.path(WRITING))


def test_feedback_is_not_shown_before_its_release(world, visit):
    world.mark(world.hand_in())
    page = opened(visit)
    assert COMMENT.split(",")[0] not in page.text
    assert page.all(class_="level-mark") == []


def test_released_feedback_shows_levels_and_comments(world, visit):
    world.release(world.finished_writing())
    page = opened(visit)
    assert "Accepted." in page.text
    assert COMMENT.strip() in page.text
    assert len(page.all(class_="level-mark")) == 5


def test_returned_work_is_written_on_from_its_last_text_and_rounds_are_kept(world, visit):
    world.release(world.finished_writing(level="absent"))
    page = opened(visit)
    assert (box(page), version(page)) == (ENOUGH_WORDS.strip(), 0)
    assert "Your work came back with comments." in page.text
    assert "Not yet: it came back to you" in page.text
    hand_in(visit, ENOUGH_WORDS + " And now I see it differently.", 0)
    assert [heading.text for heading in opened(visit).all("h2")] == [
        "What you handed in, round 2",
        "What you handed in, round 1",
        "Feedback on round 1",
    ]


def test_nobody_else_reads_a_students_page(world):
    other = a_visit(world.wired, activity=None)
    assert other.get(WRITING).status_code == 404


def test_a_page_is_nothing_to_write(visit):
    path = "programmes/foundations-taster/writing/stress-and-recovery"
    assert visit.get(path).status_code == 404
    assert visit.post(f"{path}/draft", {"text": "x", "version": 0}).status_code == 404
