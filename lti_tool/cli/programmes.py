"""Check and publish a programme file; checking needs no settings, database or key."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click

from lti_tool.cli.saying import FAILED, fault_line, tell
from lti_tool.errors import InvalidInputError
from lti_tool.programme.definition import Programme
from lti_tool.programme.errors import Fault, ProgrammeFileError
from lti_tool.programme.loading import load_programme
from lti_tool.programme.shipped import shipped_ids, shipped_image, shipped_text
from lti_tool.sentence import say

SHIPPED = "shipped:"


@click.group()
def programmes() -> None:
    """Check and publish programme files."""


@programmes.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
def check(files: tuple[str, ...]) -> None:
    """Say what is wrong in each FILE: `FILE:LINE:COLUMN: sentence`, one fault a line.

    Ends with 1 when there is a fault. Parts that this version keeps and does not act on yet are
    named on stderr; they are no faults. “shipped:ID” names a programme that comes with the tool.
    """
    faults = [fault for file in files for fault in _checked(file)]
    raise click.exceptions.Exit(FAILED if faults else 0)


@programmes.command()
@click.argument("file")
@click.option("--institution", required=True, metavar="NAME", help="Whose programme it is.")
def publish(file: str, *, institution: str) -> None:
    """Publish the version in FILE; students who open it from then on are on it.

    Badge pictures (SVG) are read beside the file, under the names the file gives them. A
    published version never changes: give a changed file a new version.
    “shipped:foundations-taster” publishes the taster that comes with the tool.
    """
    from lti_tool.cli.opening import opened
    from lti_tool.usecases import institutions
    from lti_tool.usecases import programmes as use

    programme, source, images = _read(file)
    with opened() as wired, wired.db.begin() as session:
        here = institutions.named(session, institution)
        try:
            use.publish(session, here.id, source, images, now=wired.now())
        except ProgrammeFileError as error:
            _refuse(file, error)
    _tell_kept(programme.carried)
    tell(
        say(
            "cli.published",
            "%(title)s, version %(version)s, is published at %(institution)s. Name an activity "
            "in the LMS by the custom parameter activity=%(programme)s/…",
            title=programme.title,
            version=programme.version,
            institution=here.name,
            programme=programme.id,
        )
    )


@programmes.command("list")
@click.option("--institution", required=True, metavar="NAME", help="Whose programmes.")
def list_programmes(institution: str) -> None:
    """List the published versions, the newest first."""
    from lti_tool.cli.opening import opened
    from lti_tool.usecases import institutions
    from lti_tool.usecases import programmes as use

    with opened() as wired, wired.db.begin() as session:
        here = institutions.named(session, institution)
        for line in use.published(session, here.id):
            day = f"{line.published_at:%Y-%m-%d}"
            click.echo(f"{line.programme_id}  {line.version}  {day}  {line.title}")


def images_of(programme: Programme) -> Mapping[str, str]:
    """The badge pictures of a shipped programme, by the name in its file."""
    return {badge.image: shipped_image(badge.image).decode() for badge in programme.badges}


def _checked(file: str) -> tuple[Fault, ...]:
    try:
        programme = load_programme(_bytes(file), path=file)
    except ProgrammeFileError as error:
        for fault in error.faults:
            click.echo(fault_line(fault))
        return error.faults
    _tell_kept(programme.carried)
    tell(say("cli.no-faults", "%(file)s: no faults", file=file))
    return ()


def _read(file: str) -> tuple[Programme, str, Mapping[str, str]]:
    data = _bytes(file)
    programme = load_programme(data, path=file)
    if file.startswith(SHIPPED):
        return programme, data.decode(), images_of(programme)
    names = {badge.image for badge in programme.badges}
    beside = {name: Path(file).parent / name for name in names}
    images = {name: _svg(path) for name, path in beside.items() if path.is_file()}
    return programme, data.decode(), images


def _bytes(file: str) -> bytes:
    """The file; raises ProgrammeFileError at its first place when it can't be read."""
    try:
        if file.startswith(SHIPPED):
            return shipped_text(file.removeprefix(SHIPPED)).encode()
        return Path(file).read_bytes()
    except OSError as error:
        known = ", ".join(SHIPPED + id for id in shipped_ids())
        raise ProgrammeFileError(
            (
                Fault(
                    file,
                    1,
                    1,
                    say(
                        "cli.programme-unreadable",
                        "This file can't be read. Look at its name, and whether this account may "
                        "read it. Programmes that come with the tool: %(known)s.",
                        known=known,
                    ),
                ),
            )
        ) from error


def _svg(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(
            "cli.picture-unreadable",
            say(
                "cli.picture-unreadable",
                "The badge picture %(path)s can't be read. It must be an SVG file.",
                path=path,
            ),
        ) from error


def _refuse(file: str, error: ProgrammeFileError) -> NoReturn:
    """The use case knows no file name; people want to jump to the line."""
    raise ProgrammeFileError(tuple(replace(fault, path=file) for fault in error.faults)) from error


def _tell_kept(carried: tuple[Fault, ...]) -> None:
    for notice in carried:
        click.echo(f"{fault_line(notice)}", err=True)
