"""What a complete roster changes among the members of a course; nothing is deleted."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.people import Member


def apply(
    session: Session,
    institution_id: UUID,
    course_id: UUID,
    here: Mapping[UUID, frozenset[CourseRole]],
    *,
    now: datetime,
) -> None:
    """Note who is here with which listed roles, who has left, and who came back.

    `roles`, what the latest launch said, are left alone: for whoever is present they win.
    """
    known = {
        member.person_id: member
        for member in session.scalars(
            select(Member)
            .where(Member.institution_id == institution_id, Member.course_id == course_id)
            .order_by(Member.person_id)
        )
    }
    for person_id, roles in here.items():
        member = known.get(person_id)
        if member is None:
            member = Member(
                institution_id=institution_id, course_id=course_id, person_id=person_id, roles=[]
            )
            session.add(member)
        member.roster_roles = sorted(role.value for role in roles)
        member.roster_seen_at = now
        member.left_at = None
    for person_id, member in known.items():
        if person_id not in here and member.left_at is None and _has_left(member, now=now):
            member.left_at = now


def _has_left(member: Member, *, now: datetime) -> bool:
    """Whether somebody whom the roster doesn't name was there before.

    Not so for those the LMS lets in without listing them (Moodle's site administrators, Canvas'
    test students), nor for somebody who came while the roster was being read.
    """
    if member.seen_at is not None and member.seen_at >= now:
        return False
    is_student = CourseRole.STUDENT in member.roles and CourseRole.TEST_STUDENT not in member.roles
    return member.roster_seen_at is not None or is_student
