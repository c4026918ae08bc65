"""What Alembic runs: the migrations, over the connection that upgrading.py opened.

To write the next migration after changing a table (from the project's root):

    .venv/bin/python -m tests.support.new_migration 0002 "Say what changes"

It compares the tables with a database at the newest migration, writes the difference into
versions/ and leaves it to you to read, mend, format and test. Migrations only go forward: a backup
is the way back.
"""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from lti_tool.store.tables import Base
from lti_tool.store.tables.base import Json, UtcDateTime


def _as_written(
    kind: str, column_type: object, autogen: AutogenContext
) -> str | Literal[False]:  # Alembic takes False for "write it your way"
    """How a type of ours stands in a migration: as plain SQLAlchemy, which never changes."""
    if kind == "type" and isinstance(column_type, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and column_type is Json:
        # Alembic would write JSONB(astext_type=Text()) and forget to import Text.
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite can't alter a column: a batch makes a new table and moves the rows.
    render_as_batch=True,
    compare_server_default=True,
    render_item=_as_written,
)
with context.begin_transaction():
    context.run_migrations()
