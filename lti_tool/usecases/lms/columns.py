"""Columns of a gradebook for marked work, where a launch named none: find them, or make them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_tool.errors import PlatformError
from lti_tool.lti import line_items
from lti_tool.lti.calling.paging import MOST_SECONDS
from lti_tool.lti.connector import Connector
from lti_tool.lti.line_items import (
    LINE_ITEM_READ_SCOPE,
    LINE_ITEM_SCOPE,
    Column,
    NewColumn,
)
from lti_tool.lti.quirks import quirks_of
from lti_tool.lti.reading.addresses import with_https_where_known
from lti_tool.lti.registrations import RegistrationInfo
from lti_tool.programme.definition import Programme
from lti_tool.sentence import say
from lti_tool.store.database import Database
from lti_tool.store.tables.grades import LineItem
from lti_tool.store.tables.platforms import Course
from lti_tool.usecases import audit, programmes

MAXIMUM = 1
"""What a column of ours counts to: work is accepted, or it is not yet."""

LOOKING = timedelta(seconds=2 * MOST_SECONDS, minutes=1)
"""How long others wait for whoever looks for a column, in two lists, and makes it then. A worker
that died is not waited for."""


@dataclass(frozen=True)
class Wanted:
    """A column to find: of which activity, in which course of which LMS, on which scopes.

    `resource_link_id` is the LMS's id of the activity's own placement; None when it has none.
    """

    registration: RegistrationInfo
    institution_id: UUID
    course_id: UUID
    line_items_url: str
    scopes: frozenset[str]
    activity: str
    title: str
    tag: str
    resource_link_id: str | None

    @property
    def scope(self) -> str:
        """What to ask an access token for, to list columns."""
        return LINE_ITEM_SCOPE if self.may_make else LINE_ITEM_READ_SCOPE

    @property
    def may_make(self) -> bool:
        """Whether the LMS lets us make columns."""
        return LINE_ITEM_SCOPE in self.scopes


def may_look(course: Course, programme: Programme, activity: str) -> bool:
    """Whether a column may be looked for: the work is marked, and the LMS lets us see its columns.

    A page that is only read gets a grade where somebody placed it with one, never by itself.
    """
    found = programmes.find_activity(programme, programmes.split_activity(activity)[1])
    granted = {LINE_ITEM_SCOPE, LINE_ITEM_READ_SCOPE} & set(course.service_scopes or ())
    is_marked = found is not None and found.rubric_id is not None
    return is_marked and course.line_items_url is not None and bool(granted)


def find_or_make(
    db: Database, connector: Connector, wanted: Wanted, *, now: datetime
) -> str | None:
    """The address of the activity's column; None when there is none and none can be made.

    Two at once make no two columns: one of them looks, the other comes back later. Whoever begins
    again after a lost answer lists before it makes. Raises PlatformError.
    """
    known = _begin(db, wanted, now=now)
    if known is not None:
        return known
    column = None
    try:
        column = _found(connector, wanted) or _made(connector, wanted)
    finally:
        _end(db, wanted, column, now=now)
    return column.url if column else None


def forget(session: Session, institution_id: UUID, course_id: UUID, activity: str) -> None:
    """Forget a column that is gone from the LMS."""
    session.execute(
        delete(LineItem).where(
            LineItem.institution_id == institution_id,
            LineItem.course_id == course_id,
            LineItem.activity == activity,
        )
    )


def _begin(db: Database, wanted: Wanted, *, now: datetime) -> str | None:
    """The known address, or None when it is ours to look for from here on."""
    key = (wanted.institution_id, wanted.course_id, wanted.activity)
    try:
        with db.begin() as session:
            row = session.get(LineItem, key, with_for_update=True)
            if row is None:
                row = LineItem(
                    institution_id=wanted.institution_id,
                    course_id=wanted.course_id,
                    activity=wanted.activity,
                    is_ours=False,
                )
                session.add(row)
            elif row.url is not None:
                return row.url
            elif row.looked_at > now - LOOKING:
                raise _somebody_looks()
            row.looked_at = now
    except IntegrityError:
        raise _somebody_looks() from None
    return None


def _end(db: Database, wanted: Wanted, column: Column | None, *, now: datetime) -> None:
    """Keep what was found or made; when it is nothing, let the next one look at once."""
    with db.begin() as session:
        if column is None:
            session.execute(delete(LineItem).where(*_is_being_sought(wanted, now)))
            return
        session.execute(
            update(LineItem)
            .where(*_is_being_sought(wanted, now))
            .values(url=column.url, is_ours=column.is_new)
        )
        if column.is_new:
            audit.record(
                session,
                wanted.institution_id,
                "line-item.made",
                subject=wanted.course_id,
                now=now,
                details={"activity": wanted.activity},
            )


def _is_being_sought(wanted: Wanted, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        LineItem.institution_id == wanted.institution_id,
        LineItem.course_id == wanted.course_id,
        LineItem.activity == wanted.activity,
        LineItem.url.is_(None),
        LineItem.looked_at == since,
    )


def _found(connector: Connector, wanted: Wanted) -> Column | None:
    """By resource id, as everything we place has it; else the placement's only column."""
    column = _choose(_list(connector, wanted, resource_id=wanted.activity), wanted.resource_link_id)
    if column is None and wanted.resource_link_id is not None:
        linked = _list(connector, wanted, resource_link_id=wanted.resource_link_id)
        column = linked[0] if len(linked) == 1 else None
    return column and _over_https(column, wanted)


def _list(connector: Connector, wanted: Wanted, **filters: str) -> tuple[Column, ...]:
    return line_items.list_line_items(
        connector,
        registration=wanted.registration,
        line_items_url=wanted.line_items_url,
        scope=wanted.scope,
        **filters,
    )


def _made(connector: Connector, wanted: Wanted) -> Column | None:
    quirks = quirks_of(wanted.registration.product_family)
    if not (wanted.may_make and quirks.takes_new_line_items):
        return None
    new = NewColumn(
        label=wanted.title,
        maximum=MAXIMUM,
        resource_id=wanted.activity,
        tag=wanted.tag,
        resource_link_id=wanted.resource_link_id,
    )
    made = line_items.make_line_item(
        connector, new, registration=wanted.registration, line_items_url=wanted.line_items_url
    )
    return _over_https(made, wanted)


def _over_https(column: Column, wanted: Wanted) -> Column:
    url = with_https_where_known(column.url, [wanted.line_items_url])
    return replace(column, url=url or column.url)


def _somebody_looks() -> PlatformError:
    return PlatformError(
        "grades.column-sought",
        say(
            "grades.column-sought",
            "The column for this activity is being looked for in the LMS. We try again by "
            "ourselves.",
        ),
        retryable=True,
        retry_after=5,
    )


def _choose(columns: Sequence[Column], resource_link_id: str | None) -> Column | None:
    """The placement's own column, else one of no placement.

    Moodle's copy of an activity has the same resource id and another link (README point 24), so
    another placement's column is taken only when the activity has no placement of its own.
    """
    for link_id in (resource_link_id, None):
        for column in columns:
            if column.resource_link_id == link_id:
                return column
    return columns[0] if columns and resource_link_id is None else None
