"""Sentences, moments and the page's language, as readers in several places see them."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, render_template_string

from lti_tool.sentence import say, say_many
from lti_tool.web.translating import configure, page_direction, page_language, translate, when

AFTERNOON = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)


def an_app(locale: str | None = None, timezone: str | None = None, *, words: Path | None = None):
    """An application whose reader has this locale and time zone, with these compiled catalogues."""
    app = Flask("translating")
    if words:
        app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(words)
    configure(app, locale_selector=lambda: locale, timezone_selector=lambda: timezone)
    return app


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """German and Arabic catalogues with a few messages."""
    german = Catalog(locale="de")
    german.add("Hello %(name)s.", "Guten Tag, %(name)s.")
    german.add(("%(count)s badge", "%(count)s badges"), ("%(count)s Abzeichen", "%(count)s Marken"))
    german.add("half of it", "die Hälfte")
    for catalog, language in ((german, "de"), (Catalog(locale="ar"), "ar")):
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        with (folder / "messages.mo").open("wb") as mo:
            write_mo(mo, catalog)
    return tmp_path


def test_a_sentence_without_a_translation_is_said_in_english() -> None:
    with an_app().test_request_context():
        assert translate(say("a.b", "Hello %(name)s.", name="Ada")) == "Hello Ada."


def test_a_sentence_is_said_in_the_readers_language(words: Path) -> None:
    with an_app("de-AT", words=words).test_request_context():
        assert translate(say("a.b", "Hello %(name)s.", name="Ada")) == "Guten Tag, Ada."


def test_a_sentence_inside_a_sentence_is_translated_too(words: Path) -> None:
    with an_app("de", words=words).test_request_context():
        inner = say("a.c", "half of it")
        assert translate(say("a.b", "Hello %(name)s.", name=inner)) == "Guten Tag, die Hälfte."


@pytest.mark.parametrize(("count", "said"), [(1, "1 Abzeichen"), (3, "3 Marken")])
def test_the_count_chooses_the_wording(words: Path, count: int, said: str) -> None:
    sentence = say_many("a.b", "%(count)s badge", "%(count)s badges", count=count)
    with an_app("de", words=words).test_request_context():
        assert translate(sentence) == said


def test_a_percent_sign_without_values_is_only_a_percent_sign() -> None:
    with an_app().test_request_context():
        assert translate(say("a.b", "100 % done.")) == "100 % done."


def test_a_moment_in_a_sentence_stands_on_the_readers_clock() -> None:
    with an_app(timezone="Europe/Vienna").test_request_context():
        sentence = say("a.b", "Handed in on %(at)s.", at=AFTERNOON)
        assert translate(sentence) == "Handed in on Monday 23 November 2026, 14:02."


def test_a_day_has_no_clock_and_does_not_move_with_the_time_zone() -> None:
    with an_app(timezone="Pacific/Auckland").test_request_context():
        assert when(date(2026, 11, 23)) == "Monday 23 November 2026"


@pytest.mark.parametrize("timezone", [None, "", "Mars/Olympus", "../../etc/passwd"])
def test_a_reader_whose_time_zone_we_do_not_know_is_told_utc(timezone: str | None) -> None:
    with an_app(timezone=timezone).test_request_context():
        assert when(AFTERNOON) == "Monday 23 November 2026, 13:02 UTC"


def test_a_moment_without_a_time_zone_is_taken_as_utc() -> None:
    with an_app(timezone="Europe/Vienna").test_request_context():
        assert when(AFTERNOON.replace(tzinfo=None)) == "Monday 23 November 2026, 14:02"


def test_moments_follow_the_habits_of_the_language(words: Path) -> None:
    with an_app("de", "Europe/Berlin", words=words).test_request_context():
        assert when(AFTERNOON) == "Montag, 23. November 2026, 14:02"


def test_american_readers_keep_their_order_and_their_clock() -> None:
    with an_app("en-US", "America/New_York").test_request_context():
        assert when(AFTERNOON).replace("\u202f", " ") == "Monday, November 23, 2026, 8:02 AM"


@pytest.mark.parametrize("tag", [None, "", "fr-CA", "tlh", "not a language", "x" * 400])
def test_a_language_we_have_no_words_in_is_not_claimed(tag: str | None) -> None:
    with an_app(tag).test_request_context():
        assert page_language() == "en-GB"


@pytest.mark.parametrize(
    ("tag", "language", "direction"),
    [("de_AT", "de-AT", "ltr"), ("ar", "ar", "rtl"), ("en-US", "en-US", "ltr")],
)
def test_the_page_names_its_language_and_direction(
    words: Path, tag: str, language: str, direction: str
) -> None:
    with an_app(tag, words=words).test_request_context():
        assert (page_language(), page_direction()) == (language, direction)


def test_templates_have_the_filters_and_values_stay_escaped() -> None:
    template = "{{ said | sentence }} {{ at | when }}"
    said = say("a.b", "Hello %(name)s.", name="<b>Ada</b>")
    with an_app(timezone="Europe/Vienna").test_request_context():
        page = render_template_string(template, said=said, at=AFTERNOON)
    assert page == "Hello &lt;b&gt;Ada&lt;/b&gt;. Monday 23 November 2026, 14:02"
