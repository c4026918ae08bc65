"""Decide an award once, as soon as its requirement is met."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool import outbox
from lti_tool.programme.definition import BadgeDefinition
from lti_tool.programme.explanation import Explained, Explanation, State
from lti_tool.store.tables.awards import Award
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.usecases import audit
from lti_tool.usecases.awards import DECIDED, ISSUE_BADGE, ONLY_PERIOD
from lti_tool.usecases.enrolment import Enrolled


def decide_due(
    session: Session, enrolled: Enrolled, explanation: Explanation, *, now: datetime
) -> list[UUID]:
    """Decide every award whose requirement is met and that was never decided before.

    Called with the enrolment locked. A revoked award is not decided again by itself: giving it
    back is a person's decision. An LMS's test student earns nothing.
    """
    if enrolled.is_test:
        return []
    decided = []
    for badge in enrolled.programme.badges:
        if explanation.state_of(badge.when) is State.MET and not _was_decided(
            session, enrolled, badge
        ):
            decided.append(_decide(session, enrolled, badge, explanation, now=now))
    return decided


def _was_decided(session: Session, enrolled: Enrolled, badge: BadgeDefinition) -> bool:
    known: UUID | None = session.scalar(
        select(Award.id)
        .where(
            Award.institution_id == enrolled.institution_id,
            Award.enrolment_id == enrolled.enrolment_id,
            Award.badge_id == badge.id,
            Award.period == ONLY_PERIOD,
        )
        .limit(1)
    )
    return known is not None


def _decide(
    session: Session,
    enrolled: Enrolled,
    badge: BadgeDefinition,
    explanation: Explanation,
    *,
    now: datetime,
) -> UUID:
    award = Award(
        institution_id=enrolled.institution_id,
        id=uuid4(),
        enrolment_id=enrolled.enrolment_id,
        badge_id=badge.id,
        period=ONLY_PERIOD,
        state=DECIDED,
        snapshot=_snapshot(explanation.of(badge.when)),
        decided_at=now,
    )
    session.add(award)
    session.flush()
    outbox.add(
        session,
        OutboxMessage(
            institution_id=enrolled.institution_id,
            id=uuid4(),
            kind=ISSUE_BADGE,
            key=str(award.id),
            payload={"award_id": str(award.id)},
            due_at=now,
        ),
    )
    audit.record(
        session,
        enrolled.institution_id,
        "award.decided",
        subject=award.id,
        now=now,
        details={"badge": badge.id, "enrolment": str(enrolled.enrolment_id)},
    )
    return award.id


def _snapshot(tree: Explained) -> dict[str, Any]:
    """The requirement as it stood when the award was decided."""
    return {
        "requirement": tree.requirement_id,
        "label": tree.label,
        "state": tree.state.value,
        "done": tree.done,
        "needed": tree.needed,
        "evidence": list(tree.evidence_ids),
        "children": [_snapshot(child) for child in tree.children],
    }
