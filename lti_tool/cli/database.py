"""Upgrade the database; make the master key."""

import base64
import os
import secrets
from pathlib import Path

import click

from lti_tool.cli.saying import tell
from lti_tool.errors import ConflictError, SettingsError
from lti_tool.sentence import say
from lti_tool.settings import read_settings
from lti_tool.store.encryption import KEY_BYTES
from lti_tool.store.upgrading import upgrade as run_migrations


@click.group()
def db() -> None:
    """Bring the database up to date; make the master key."""


@db.command()
def upgrade() -> None:
    """Bring the database up to the tables of this version.

    Safe to run again, and from several machines at once. All migrations run, or none.
    """
    run_migrations(read_settings().database_url)
    tell(say("cli.upgraded", "The database is up to date."))


@db.command("new-master-key")
def new_master_key() -> None:
    """Make the master key, once, in the file TESTAMUR_MASTER_KEY_FILE names.

    It seals every other key, and with them what students write. Keep a copy apart from the
    backups of the database: who has both can read everything, and without it nobody can.
    """
    path = read_settings().master_key_file
    make_master_key(path)
    tell(
        say(
            "cli.master-key-made",
            "The master key is in %(path)s, readable by this account only. Keep a copy in a safe "
            "place, apart from the backups of the database: without it, nobody can read the data.",
            path=path,
        )
    )


def make_master_key(path: Path) -> None:
    """Write a new master key, readable by its owner only.

    Raises ConflictError when the file exists, for what a lost key sealed is lost as well, and
    SettingsError when the file can't be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise (_exists(path) if path.exists() else _not_writable(path)) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _exists(path: Path) -> ConflictError:
    return ConflictError(
        "cli.master-key-exists",
        say(
            "cli.master-key-exists",
            "There is a file %(path)s already, and nothing was changed. If it holds the master "
            "key of your data, keep it: another key can't read them.",
            path=path,
        ),
    )


def _not_writable(path: Path) -> SettingsError:
    return SettingsError(
        "cli.master-key-not-writable",
        say(
            "cli.master-key-not-writable",
            "The file %(path)s can't be made. Look at TESTAMUR_MASTER_KEY_FILE, and whether this "
            "account may write in that folder.",
            path=path,
        ),
    )
