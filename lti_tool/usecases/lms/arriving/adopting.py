"""Somebody who comes by a new id after their LMS merged two accounts, and is known by the old."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.lti.launch import Launch
from lti_tool.store.tables.people import Account


def adopt(session: Session, launch: Launch) -> bool:
    """Let a new id lead to the person whose older id it names; False when it names nobody's.

    Canvas keeps one older id (`lti1p1.user_id`, on rosters `lti11_legacy_user_id`) when accounts
    are merged, while `sub` may change (Canvas 2.5 and 6). What must never happen: two people
    become one. An older id that stands for several persons here stands for none.
    """
    if launch.legacy_user_id is None:
        return False
    owners = session.scalars(
        select(Account.person_id)
        .where(
            Account.institution_id == launch.institution_id,
            Account.registration_id == launch.registration_id,
            Account.legacy_id == launch.legacy_user_id,
        )
        .distinct()
    ).all()
    if len(owners) != 1:
        return False
    session.add(
        Account(
            institution_id=launch.institution_id,
            registration_id=launch.registration_id,
            sub=launch.sub,
            person_id=owners[0],
            legacy_id=launch.legacy_user_id,
        )
    )
    session.flush()
    return True
