"""Sentences in a terminal: translated here, faults to stderr, each kind with its exit code."""

import gettext
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import as_file, files
from typing import Any, NoReturn, Protocol, runtime_checkable

import click

from credentials.errors import CredentialsError
from lti_tool.errors import InvalidInputError, SettingsError, ToolError
from lti_tool.programme.errors import Fault, ProgrammeError, ProgrammeFileError
from lti_tool.sentence import say

FAILED = 1
NOT_SET_UP = 2
"""Also what click ends with when a command is written wrongly."""


@runtime_checkable
class Sayable(Protocol):
    """What the Sentence classes of the three packages have in common."""

    @property
    def text(self) -> str: ...
    @property
    def values(self) -> Mapping[str, object]: ...
    @property
    def plural(self) -> str | None: ...


class ExplainingGroup(click.Group):
    """Ends an expected fault with its sentence on stderr, never with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ToolError, CredentialsError, ProgrammeError) as error:
            explain(error)
        except OSError as error:
            # Others, such as a pipe that nobody reads any more, are click's to end well.
            if error.filename is None:
                raise
            explain(_unusable(error))


def words(sentence: Sayable) -> str:
    """The sentence in the language of this terminal (LANGUAGE, LC_ALL, LC_MESSAGES, LANG)."""
    catalogue = _catalogue()
    if sentence.plural is None:
        text = catalogue.gettext(sentence.text)
    else:
        count = int(str(sentence.values["count"]))
        text = catalogue.ngettext(sentence.text, sentence.plural, count)
    # Without values a % is only a %, as in gettext and in Sentence itself.
    if not sentence.values:
        return text
    return text % {name: _plain(value) for name, value in sentence.values.items()}


def printable(text: str) -> str:
    """Without what a terminal would obey, not print: names and addresses come from elsewhere."""
    return "".join(
        one if one.isprintable() or one == "\n" else "\N{REPLACEMENT CHARACTER}" for one in text
    )


def tell(sentence: Sayable) -> None:
    """Say it on stdout, at once."""
    click.echo(words(sentence))


def tell_aside(sentence: Sayable) -> None:
    """Say it on stderr: true, but not what was asked for."""
    click.echo(words(sentence), err=True)


def fault_line(fault: Fault) -> str:
    """`FILE:LINE:COLUMN: sentence`, which editors can jump to."""
    return f"{fault.path}:{fault.line}:{fault.column}: {words(fault.sentence)}"


def explain(error: ToolError | CredentialsError | ProgrammeError) -> NoReturn:
    """Say on stderr what went wrong, and end with the exit code of its kind."""
    if isinstance(error, ProgrammeFileError):
        for fault in error.faults:
            click.echo(fault_line(fault), err=True)
    else:
        tell_aside(error.sentence)
    if isinstance(error, InvalidInputError):
        for field, sentence in error.fields.items():
            click.echo(f"  {field}: {words(sentence)}", err=True)
    raise click.exceptions.Exit(NOT_SET_UP if isinstance(error, SettingsError) else FAILED)


def _unusable(error: OSError) -> InvalidInputError:
    return InvalidInputError(
        "cli.file-unusable",
        say(
            "cli.file-unusable",
            "The file or folder %(path)s can't be used (%(reason)s). Look at its name, and "
            "whether this account may read and write there.",
            path=error.filename,
            reason=error.strerror,
        ),
    )


@cache
def _catalogue() -> gettext.NullTranslations:
    # Found beside the pages without importing them: they would load the whole web application.
    with as_file(files("lti_tool") / "web" / "translations") as folder:
        return gettext.translation("messages", folder, fallback=True)


def _plain(value: object) -> object:
    if isinstance(value, Sayable):
        return words(value)
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if isinstance(value, str):
        return printable(value)
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else value
