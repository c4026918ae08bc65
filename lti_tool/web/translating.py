"""Sentence to words in the reader's language; the only place beside cli/ that translates."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Protocol, runtime_checkable

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_time,
    get_datetime_format,
    get_timezone,
)
from flask import Flask
from flask_babel import Babel, get_translations
from flask_babel import get_locale as flask_babel_locale
from flask_babel import get_timezone as flask_babel_timezone

TRANSLATIONS = Path(__file__).parent / "translations"
SOURCE_LANGUAGE = "en"
# Our English is British; English of no country gets its clock and its order of day and month.
PLAIN_ENGLISH = Locale("en", "GB")
PLAIN_ENGLISH_DAY = "EEEE d MMMM y"


@runtime_checkable
class Translatable(Protocol):
    """What the three rooms' Sentence classes have in common."""

    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def values(self) -> Mapping[str, object]: ...
    @property
    def plural(self) -> str | None: ...


def configure(
    app: Flask,
    *,
    locale_selector: Callable[[], str | None],
    timezone_selector: Callable[[], str | None],
) -> None:
    """Give `app` translations, the filters `sentence` and `when`, and the page's language.

    The selectors answer for the current request, in the LMS's words ("de-AT", "Europe/Vienna");
    None, and anything we can't use, means the source language and UTC.
    """
    folder = app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(TRANSLATIONS))
    languages = _languages(Path(folder))
    Babel(
        app,
        locale_selector=lambda: _known_locale(locale_selector(), languages),
        timezone_selector=lambda: _known_timezone(timezone_selector()),
    )
    app.jinja_env.filters.update(sentence=translate, when=when)
    app.jinja_env.globals.update(page_language=page_language, page_direction=page_direction)


def translate(sentence: Translatable) -> str:
    """Say `sentence` in the reader's language; values that are sentences or dates as well."""
    translations = get_translations()
    if sentence.plural is None:
        text = translations.ugettext(sentence.text)
    else:
        count = sentence.values["count"]
        text = translations.ungettext(sentence.text, sentence.plural, count)
    # Without values a % is only a %, as in gettext and in Sentence itself.
    if not sentence.values:
        return str(text)
    return str(text) % {name: _in_words(value) for name, value in sentence.values.items()}


def when(moment: date) -> str:
    """Write a moment with its weekday on the reader's clock, or a plain date as it stands.

    "Monday 23 November 2026, 14:02". A reader whose time zone we don't know is told "UTC", so
    that nobody trusts a clock that isn't theirs. Moments without a time zone are taken as UTC.
    """
    if not isinstance(moment, datetime):
        return _day(moment)
    locale = _reader_locale()
    here = _reader_timezone()
    local = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(here)
    pattern = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    clock = format_time(local, "short", tzinfo=here, locale=locale)
    if str(here) == "UTC":
        clock = f"{clock} UTC"
    return pattern.replace("{1}", _day(local)).replace("{0}", clock)


def page_language() -> str:
    """Return the language tag of the page's words, for the `lang` attribute (BCP 47)."""
    return str(_reader_locale()).replace("_", "-")


def page_direction() -> str:
    """Return "ltr" or "rtl", for the `dir` attribute."""
    return str(_reader_locale().text_direction)


def _in_words(value: object) -> object:
    if isinstance(value, date):
        return when(value)
    return translate(value) if isinstance(value, Translatable) else value


def _day(day: date) -> str:
    locale = _reader_locale()
    return format_date(day, PLAIN_ENGLISH_DAY if locale == PLAIN_ENGLISH else "full", locale=locale)


def _reader_locale() -> Locale:
    locale = flask_babel_locale()
    return PLAIN_ENGLISH if str(locale) == SOURCE_LANGUAGE else locale


def _reader_timezone() -> tzinfo:
    zone: tzinfo = flask_babel_timezone()
    return zone


def _languages(folder: Path) -> frozenset[str]:
    """Return the languages we have words for: the source's and each compiled catalogue's."""
    catalogues = (mo.parent.parent.name for mo in folder.glob("*/LC_MESSAGES/messages.mo"))
    return frozenset({SOURCE_LANGUAGE} | {name.split("_")[0] for name in catalogues})


def _known_locale(tag: str | None, languages: frozenset[str]) -> str | None:
    """Return the locale for `tag` when we have words in its language, so that `lang` is true."""
    try:
        locale = Locale.parse(tag.replace("-", "_")) if tag else None
    except (ValueError, UnknownLocaleError):
        return None
    return str(locale) if locale and locale.language in languages else None


def _known_timezone(name: str | None) -> str | None:
    """Return `name` when it names a time zone; an LMS may send anything."""
    try:
        get_timezone(name or "")
    except LookupError:
        return None
    return name
