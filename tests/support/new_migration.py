"""Write the next migration: what the tables have and the newest migration has not."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from lti_tool.store import upgrading


def write(number: str, message: str) -> None:
    """Add versions/<number>_<message>.py, made on a scratch SQLite database."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'scratch.db'}"
        upgrading.upgrade(url)
        with upgrading.migrating(url) as connection:
            config = upgrading.configured(connection)
            command.revision(config, message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    write(*sys.argv[1:])
