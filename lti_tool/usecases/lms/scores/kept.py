"""Grades that were kept here for want of a column: send them when a launch has named one."""

from datetime import datetime

from sqlalchemy import Select, and_, select

from lti_tool.lti.quirks import quirks_of
from lti_tool.store.database import Database
from lti_tool.store.tables.grades import Score
from lti_tool.store.tables.platforms import Course, Registration, ResourceLink
from lti_tool.usecases.lms import grade_passback

MOST_AT_ONCE = 500


def send_kept(db: Database, *, now: datetime) -> int:
    """Queue those whose link has a column by now, so that no student need come back; how many."""
    with db.read() as session:
        if session.execute(_with_a_column().limit(1)).first() is None:
            return 0
    rows = _with_a_column().order_by(Score.id).limit(MOST_AT_ONCE).with_for_update(of=Score)
    with db.begin() as session:
        found = session.execute(rows).all()
        for score, course, family in found:
            grade_passback.arm(session, score, course, quirks_of(family), now=now)
    return len(found)


def _with_a_column() -> Select[Score, Course, str | None]:
    return (
        select(Score, Course, Registration.product_family)
        .join(
            ResourceLink,
            and_(
                ResourceLink.institution_id == Score.institution_id,
                ResourceLink.id == Score.resource_link_id,
                ResourceLink.activity == Score.activity,
            ),
        )
        .join(
            Course,
            and_(Course.institution_id == Score.institution_id, Course.id == Score.course_id),
        )
        .join(
            Registration,
            and_(
                Registration.institution_id == Course.institution_id,
                Registration.id == Course.registration_id,
            ),
        )
        .where(Score.state == grade_passback.KEPT, ResourceLink.line_item_url.is_not(None))
    )
