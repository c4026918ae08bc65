"""What commands open before they work: settings, keys, an upgraded database, the institution."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import click
from sqlalchemy.orm import Session

from lti_tool.cli.saying import tell_aside
from lti_tool.errors import SettingsError
from lti_tool.sentence import say
from lti_tool.settings import read_settings
from lti_tool.store.database import Database
from lti_tool.store.upgrading import is_current
from lti_tool.usecases import institutions
from lti_tool.usecases.institutions import InstitutionInfo
from lti_tool.wiring import Wiring, build

AnyCommand = TypeVar("AnyCommand", bound=Callable[..., Any])


def institution_option(command: AnyCommand) -> AnyCommand:
    """Add `--institution NAME`, by full or short name."""
    option: Callable[[AnyCommand], AnyCommand] = click.option(
        "--institution",
        required=True,
        metavar="NAME",
        help="The institution, by its name or its short name.",
    )
    return option(command)


@contextmanager
def opened() -> Iterator[Wiring]:
    """Everything from the settings, closed at the end; raises SettingsError."""
    wired = build(read_settings())
    try:
        refuse_old(wired.db)
        yield wired
    finally:
        wired.db.close()


def found_or_made(session: Session, name: str, *, now: datetime) -> InstitutionInfo:
    """The institution of that name or short name, made when there is none, which is then said.

    A slip in a name would otherwise make a second institution that nobody sees.
    """
    is_new = institutions.find(session, name) is None
    here = institutions.find_or_create(session, name, now=now)
    if is_new:
        tell_aside(
            say(
                "cli.institution-made",
                "“%(name)s” is new here and was made; its short name is “%(slug)s”.",
                name=here.name,
                slug=here.slug,
            )
        )
    return here


def refuse_old(database: Database) -> None:
    """Raise SettingsError unless the database has the tables of this version."""
    if not is_current(database.engine):
        raise SettingsError(
            "database.not-current",
            say(
                "database.not-current",
                "The database does not have the tables of this version yet. Bring it up to date "
                "with “testamur db upgrade”.",
            ),
        )
