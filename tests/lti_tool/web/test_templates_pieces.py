"""The pieces every page is made of: their meaning holds without colour, style or script."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import pytest
from flask import Flask, render_template, render_template_string
from jinja2 import StrictUndefined
from markupsafe import Markup

import lti_tool.web
from lti_tool.sentence import Sentence, say
from lti_tool.web.translating import configure
from rubrics.rubric import Criterion, Level
from tests.support.elements import Element, Page

WEB = Path(lti_tool.web.__file__).parent
SAID = say("test.said", "It is so.")


class State(Enum):
    """The states of a requirement and the outcomes of a check."""

    MET = "met"
    PENDING = "pending"
    NOT_YET = "not-yet"
    IMPOSSIBLE = "impossible"
    WAIVED = "waived"
    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"
    NOT_APPLICABLE = "not_applicable"


@dataclass
class Explained:
    label: str = "Read both pages"
    state: State = State.NOT_YET
    done: int = 0
    needed: int = 1
    sentence: Sentence = SAID
    children: tuple["Explained", ...] = ()
    next_step: str | None = None


LEVELS = (
    Level("absent", "Absent", "As if from outside."),
    Level("emerging", "Emerging", "Now and then."),
)


def a_criterion(**differently) -> Criterion:
    """A criterion with two levels, or with whatever else is said."""
    said = {"id": "self", "title": "Standing in the account", "levels": LEVELS}
    return Criterion(**{**said, **differently})


@dataclass
class Check:
    id: str = "proof"
    outcome: State = State.PASSED
    sentence: Sentence = SAID


@pytest.fixture
def app() -> Flask:
    app = Flask("pieces", template_folder=WEB / "templates", static_folder=WEB / "static")
    app.jinja_env.undefined = StrictUndefined
    configure(app, locale_selector=lambda: None, timezone_selector=lambda: "Europe/Vienna")
    return app


@pytest.fixture
def piece(app: Flask):
    """Render one macro: piece("file", "call(x)", x=…) gives the page as elements."""

    def render(file: str, call: str, **values: object) -> Element:
        macro = call.partition("(")[0]
        template = f'{{% from "pieces/{file}.html" import {macro} %}}{{{{ {call} }}}}'
        with app.test_request_context():
            return Page(render_template_string(template, **values)).root

    return render


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (State.MET, "met"),
        (State.PENDING, "pending"),
        (State.NOT_YET, "not yet"),
        (State.IMPOSSIBLE, "can't be met"),
        (State.WAIVED, "waived"),
    ],
)
def test_every_state_of_a_requirement_has_a_word_and_a_shape(piece, state, word) -> None:
    page = piece("requirement_tree", "requirement_tree(x)", x=Explained(state=state))
    shown = page.one(class_=f"state state-{state.value}")
    assert shown.text == word
    assert shown.one("svg").attributes["aria-hidden"] == "true"


def test_a_requirement_shows_its_parts_its_reason_once_and_where_to_go_on(piece) -> None:
    part = Explained(label="Reflection", next_step="/v/1/reflection")
    whole = Explained(
        label="Certificate", done=2, needed=4, children=(part,), next_step=part.next_step
    )
    page = piece("requirement_tree", "requirement_tree(x)", x=whole)
    assert [one.text for one in page.all(class_="hint")] == [
        str(whole.sentence),
        str(part.sentence),
    ]
    assert page.all("ul")[1].one(class_="requirement-label").text == "Reflection"
    assert page.one("a", href="/v/1/reflection").text == "Continue with “Reflection”"


def test_the_page_may_make_addresses_of_next_steps(piece) -> None:
    call = "requirement_tree(x, address=at)"
    part = Explained(next_step="reflection")
    page = piece("requirement_tree", call, x=part, at=lambda activity: f"/v/1/{activity}")
    assert page.one("a").attributes["href"] == "/v/1/reflection"


def test_the_label_of_a_requirement_is_only_text(piece) -> None:
    nasty = Explained(label="<script>x</script>", next_step="/x")
    page = piece("requirement_tree", "requirement_tree(x)", x=nasty)
    assert page.all("script") == []
    assert page.one("a").text == "Continue with “<script>x</script>”"


def test_the_reader_line_says_who_reads_and_draws_lock_or_eye(piece) -> None:
    private = piece("reader_line", "reader_line(s, True, id='who')", s=SAID).one("p")
    shared = piece("reader_line", "reader_line(s, False)", s=SAID).one("p")
    assert private.text == shared.text == "It is so."
    assert private.attributes["id"] == "who"
    assert private.all("rect")
    assert not shared.all("rect")


def test_a_criterion_is_a_named_group_of_levels_with_their_descriptors(piece) -> None:
    page = piece("rubric", "rubric(c, {'self': 'emerging'}, {})", c=[a_criterion()])
    group = page.one("fieldset")
    assert group.one("legend").text == "Standing in the account"
    chosen = group.one("input", type="radio", value="emerging", name="level-self")
    assert "checked" in chosen.attributes
    assert group.one(id=chosen.attributes["aria-describedby"]).text == "Now and then."
    assert group.one("label", for_=chosen.attributes["id"]).text.startswith("Emerging")


def test_a_criterion_nobody_marked_is_not_on_its_lowest_level(piece) -> None:
    page = piece("rubric", "rubric(c, {}, {})", c=[a_criterion()])
    (chosen,) = [i for i in page.all("input") if "checked" in i.attributes]
    assert chosen.attributes["value"] == ""
    assert page.one("label", for_=chosen.attributes["id"]).text == "Not marked yet"


def test_a_criterion_tells_its_marker_what_to_mind(piece) -> None:
    criteria = [a_criterion(gate=True, note_to_markers="Mark the attention paid.")]
    page = piece("rubric", "rubric(c, {}, {'self': 'Well seen.'})", c=criteria)
    assert [hint.text for hint in page.all(class_="hint")] == [
        "This one has to be reached, whatever the others say.",
        "Mark the attention paid.",
    ]
    assert page.one("textarea", name="comment-self").text == "Well seen."


def test_a_criterion_for_feedback_only_has_a_box_and_no_levels(piece) -> None:
    criteria = [
        a_criterion(
            id="comment", feedback_only=True, note_to_markers="At least 20 words.", levels=()
        )
    ]
    page = piece("rubric", "rubric(c, {}, {})", c=criteria)
    box = page.one("textarea", name="comment-comment")
    assert page.all("input") == []
    assert page.one(id=box.attributes["aria-describedby"]).text == "At least 20 words."


def test_a_result_names_the_chosen_level_in_words_and_keeps_notes_from_the_student(piece) -> None:
    criteria = [
        a_criterion(note_to_markers="For markers."),
        a_criterion(id="comment", feedback_only=True),
    ]
    call = "rubric_result(c, {'self': 'absent'}, {'comment': 'Go on.'})"
    page = piece("rubric", call, c=criteria)
    (chosen,) = [level for level in page.all("li") if level.all("strong")]
    assert chosen.text == "Absent your work is here As if from outside."
    assert "For markers." not in page.text
    assert page.one("p").text == "Go on."


def test_the_save_state_is_announced_and_its_words_come_from_the_page(piece) -> None:
    at = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)
    page = piece("save_state", "save_state(at)", at=at)
    place = page.one("div")
    assert place.attributes["data-words-saved"] == "Saved {time}"
    assert "keep this page open" in (place.attributes["data-words-offline"] or "")
    assert "was handed in" in (place.attributes["data-words-handed-in"] or "")
    assert page.all("p")[0].text == "Saved Monday 23 November 2026, 14:02"
    assert page.all(role="status")


def test_a_draft_never_saved_says_so(piece) -> None:
    page = piece("save_state", "save_state(None)")
    assert page.all("p")[0].text == "Nothing saved yet"


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ("120, 400", "Words: 7. Asked for: 120 to 400."),
        ("120", "Words: 7. Asked for: at least 120."),
        ("None, 400", "Words: 7. Asked for: at most 400."),
        ("None", "Words: 7."),
    ],
)
def test_the_word_count_says_what_is_asked_for(piece, bounds: str, said: str) -> None:
    line = piece("word_count", f"word_count('body', 7, {bounds})").one("p", id="body-words")
    assert line.text == said
    assert line.attributes["data-words-text"] == said.replace("7", "{count}")


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (State.PASSED, "passed"),
        (State.FAILED, "failed"),
        (State.NOT_CHECKED, "could not check"),
        (State.NOT_APPLICABLE, "does not apply"),
    ],
)
def test_every_outcome_of_a_check_has_a_word_and_a_shape(piece, outcome, word) -> None:
    page = piece("verdict_lines", "verdict_lines(c)", c=[Check(outcome=outcome)])
    assert page.one(class_="verdict-word").text == word
    assert page.one("svg").all("path")
    assert page.one(class_="verdict-sentence").text == "It is so."


def test_checks_are_named_for_people_and_an_unknown_one_keeps_its_id(piece) -> None:
    ids = ["structure", "proof", "issuer", "validity", "revocation", "recipient", "moon-phase"]
    page = piece("verdict_lines", "verdict_lines(c)", c=[Check(id=id) for id in ids])
    names = [name.text for name in page.all("strong")]
    assert len(set(names)) == len(ids)
    assert names[1] == "The signature fits"
    assert names[-1] == "moon-phase"


def test_an_empty_place_says_what_will_be_here_and_what_to_do_first(piece) -> None:
    with_link = piece("empty_state", "empty_state(s, ('/start', s))", s=SAID)
    assert with_link.one("a", href="/start").text == "It is so."
    assert piece("empty_state", "empty_state(s)", s=SAID).all("a") == []


def test_a_table_keeps_its_headings_for_readers_and_for_cards(piece) -> None:
    rows = [["heron", Markup("<a href='/x'>Open</a>")]]
    page = piece("data_table", "data_table('To mark', ['Code', 'Work'], rows)", rows=rows)
    assert page.one("caption").text == "To mark"
    assert [head.text for head in page.all("th", scope="col")] == ["Code", "Work"]
    assert page.one("th", scope="row").text == "heron"
    cell = page.one("td")
    assert cell.one(class_="cell-label").attributes["aria-hidden"] == "true"
    assert cell.one("a").text == "Open"


def test_help_names_the_institutions_people_and_needs_no_request(piece) -> None:
    page = piece("help_panel", "help_panel([('Night line', '0123, every night')])")
    assert page.one("dt").text == "Night line"
    assert page.one("dd").text == "0123, every night"
    assert page.one("summary").attributes["accesskey"] == "h"
    assert page.all("a") == page.all("form") == []


def test_help_without_contacts_still_says_where_to_turn(piece) -> None:
    text = piece("help_panel", "help_panel([])").text
    assert "your student office" in text
    assert "emergency number" in text


@pytest.fixture
def problem(app: Flask):
    """Render the problem page, which stands for every page made on base.html."""

    def render(**changes: object) -> Element:
        values: dict[str, object] = {
            "title": say("test.used-up", "This link is used up"),
            "sentence": say("test.once", "Each link opens the activity once."),
            "remedy": say("test.again", "Open the activity again from your course."),
            "way_back": None,
            "code": "launch.replayed",
            "request_id": "7f3c",
        } | changes
        with app.test_request_context():
            return Page(render_template("problems/page.html", **values)).root

    return render


def test_a_problem_page_says_what_happened_what_to_do_and_what_to_quote(problem) -> None:
    page = problem()
    assert page.one("title").text == page.one("h1").text == "This link is used up"
    assert [p.text for p in page.one("main").all("p")] == [
        "Each link opens the activity once.",
        "Open the activity again from your course.",
        "If you ask for help, quote this: launch.replayed 7f3c",
    ]


def test_a_problem_page_without_remedy_and_code_still_gives_the_request_id(problem) -> None:
    page = problem(remedy=None, code=None)
    assert [code.text for code in page.all("code")] == ["7f3c"]


def test_every_page_has_a_language_a_way_to_the_content_and_a_polite_notice(problem) -> None:
    page = problem(notice=SAID, support=[("Night line", "0123")])
    html = page.one("html")
    assert (html.attributes["lang"], html.attributes["dir"]) == ("en-GB", "ltr")
    assert page.one("a", class_="skip").attributes["href"] == "#content"
    assert page.one("main").attributes["id"] == "content"
    assert page.one(role="status").text == "It is so."
    assert page.one("dt").text == "Night line"


def test_a_page_without_notice_keeps_the_empty_place_for_it(problem) -> None:
    assert problem().one(role="status").text == ""


def test_scripts_and_styles_are_files_of_ours(problem) -> None:
    page = problem()
    assert page.one("script").attributes == {"type": "module", "src": "/static/frame.js"}
    assert page.one("link", rel="stylesheet").attributes["href"] == "/static/testamur.css"


@pytest.mark.parametrize(
    "template",
    [str(path.relative_to(WEB)) for path in sorted((WEB / "templates").rglob("*.html"))],
)
def test_no_template_carries_inline_style_or_script(template: str) -> None:
    source = (WEB / template).read_text(encoding="utf-8").lower()
    for forbidden in (" style=", "<style", "javascript:", " onclick=", " onload=", " onchange="):
        assert forbidden not in source
    assert source.count("<script") == source.count('<script type="module" src=')
