"""Sentences in a terminal: values in words, plurals, and the exit code of each kind of fault."""

from datetime import UTC, date, datetime

import click
import pytest

from credentials.errors import SigningKeyError
from credentials.sentence import say as say_of_a_badge
from lti_tool.cli.saying import explain, words
from lti_tool.errors import ConflictError, InvalidInputError, SettingsError
from lti_tool.sentence import say, say_many


def test_dates_are_written_so_that_nobody_mistakes_day_and_month():
    sentence = say(
        "test.when",
        "%(moment)s and %(day)s",
        moment=datetime(2026, 3, 4, 5, 6, tzinfo=UTC),
        day=date(2026, 3, 4),
    )
    assert words(sentence) == "2026-03-04 05:06 UTC and 2026-03-04"


def test_a_sentence_inside_a_sentence_is_said():
    inner = say_many("test.badges", "%(count)s badge", "%(count)s badges", count=2)
    assert words(say("test.has", "There are %(what)s.", what=inner)) == "There are 2 badges."


def test_a_percent_sign_without_values_stays_one():
    assert words(say("test.percent", "100% of it")) == "100% of it"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SettingsError("a", say("a", "A setting is wrong.")), 2),
        (ConflictError("b", say("b", "Somebody was first.")), 1),
        (SigningKeyError(say_of_a_badge("c", "There is no key.")), 1),
    ],
)
def test_each_kind_of_fault_has_its_exit_code(error, code, capsys):
    with pytest.raises(click.exceptions.Exit) as ended:
        explain(error)
    assert ended.value.exit_code == code
    assert capsys.readouterr().err == f"{error.sentence}\n"


def test_wrong_fields_are_named_one_a_line(capsys):
    fields = {"url": say("test.url", "Write an address.")}
    with pytest.raises(click.exceptions.Exit):
        explain(InvalidInputError("d", say("d", "Look again."), fields=fields))
    assert capsys.readouterr().err == "Look again.\n  url: Write an address.\n"
