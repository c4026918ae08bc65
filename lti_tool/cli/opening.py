"""What commands open before they work: settings, keys, an upgraded database, the institution."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from lti_tool.errors import SettingsError
from lti_tool.sentence import say
from lti_tool.settings import read_settings
from lti_tool.store.database import Database
from lti_tool.store.upgrading import is_current
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
