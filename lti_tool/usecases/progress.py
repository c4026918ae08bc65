"""Gather evidence, evaluate requirements, note what is newly met."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.programme.definition import Programme
from lti_tool.programme.evidence import Done, Evidence, Fact, Marked, Submitted
from lti_tool.programme.explanation import Explanation, State
from lti_tool.programme.requirements import evaluate
from lti_tool.store.tables.progress import EvidenceRow, RequirementResult
from lti_tool.store.tables.submissions import Submission
from lti_tool.usecases import audit, deciding, enrolment
from lti_tool.usecases.enrolment import Enrolled

DONE = "done"
MARKED = "marked"


@dataclass(frozen=True)
class NewEvidence:
    """A fact to record: what kind, about which activity, on which occasion (for repeats)."""

    activity_id: str
    kind: str
    facts: Mapping[str, Any]
    occasion: str = ""


def record(session: Session, enrolled: Enrolled, evidence: NewEvidence, *, now: datetime) -> bool:
    """Record a fact and decide what follows from it; False when it was recorded before.

    One transaction with whatever the caller does: evidence, requirement results, award decisions
    and outbox messages exist together or not at all.
    """
    enrolment.lock(session, enrolled)
    if _is_known(session, enrolled, evidence):
        return False
    session.add(
        EvidenceRow(
            institution_id=enrolled.institution_id,
            id=uuid4(),
            enrolment_id=enrolled.enrolment_id,
            activity_id=evidence.activity_id,
            kind=evidence.kind,
            occasion=evidence.occasion,
            facts=dict(evidence.facts),
            at=now,
        )
    )
    session.flush()
    reevaluate(session, enrolled, now=now)
    return True


def reevaluate(session: Session, enrolled: Enrolled, *, now: datetime) -> Explanation:
    """Evaluate every requirement, note what is newly met, decide the awards that are due.

    What was met stays noted: tightening or time never un-earns.
    """
    explanation = explain(session, enrolled, now=now)
    noted = set(
        session.scalars(
            select(RequirementResult.requirement_id).where(
                RequirementResult.institution_id == enrolled.institution_id,
                RequirementResult.enrolment_id == enrolled.enrolment_id,
            )
        )
    )
    for tree in explanation.trees:
        if tree.state is State.MET and tree.requirement_id not in noted:
            session.add(
                RequirementResult(
                    institution_id=enrolled.institution_id,
                    enrolment_id=enrolled.enrolment_id,
                    requirement_id=tree.requirement_id,
                    met_at=now,
                    evidence_ids=list(tree.evidence_ids),
                )
            )
            audit.record(
                session,
                enrolled.institution_id,
                "requirement.met",
                subject=enrolled.enrolment_id,
                now=now,
                details={"requirement": tree.requirement_id},
            )
    deciding.decide_due(session, enrolled, explanation, now=now)
    return explanation


def explain(session: Session, enrolled: Enrolled, *, now: datetime) -> Explanation:
    """The explained requirement trees of one enrolment, as student and staff both see them."""
    return evaluate(enrolled.programme, gather(session, enrolled), now=now)


def gather(session: Session, enrolled: Enrolled) -> Evidence:
    """Everything the rules may look at. Unreleased marks are not among it."""
    rows = session.scalars(
        select(EvidenceRow)
        .where(
            EvidenceRow.institution_id == enrolled.institution_id,
            EvidenceRow.enrolment_id == enrolled.enrolment_id,
        )
        .order_by(EvidenceRow.at, EvidenceRow.id)
    )
    facts: list[Fact] = [_fact(row, enrolled.programme) for row in rows]
    facts.extend(_waiting(session, enrolled))
    return Evidence(facts=tuple(facts))


def is_done(session: Session, enrolled: Enrolled, activity_id: str) -> datetime | None:
    """When the student did this activity; None when they haven't."""
    return session.scalar(
        select(EvidenceRow.at).where(
            EvidenceRow.institution_id == enrolled.institution_id,
            EvidenceRow.enrolment_id == enrolled.enrolment_id,
            EvidenceRow.activity_id == activity_id,
            EvidenceRow.kind == DONE,
        )
    )


def _is_known(session: Session, enrolled: Enrolled, evidence: NewEvidence) -> bool:
    known: UUID | None = session.scalar(
        select(EvidenceRow.id).where(
            EvidenceRow.institution_id == enrolled.institution_id,
            EvidenceRow.enrolment_id == enrolled.enrolment_id,
            EvidenceRow.activity_id == evidence.activity_id,
            EvidenceRow.kind == evidence.kind,
            EvidenceRow.occasion == evidence.occasion,
        )
    )
    return known is not None


def _fact(row: EvidenceRow, programme: Programme) -> Fact:
    if row.kind == DONE:
        return Done(
            activity_id=row.activity_id,
            evidence_id=str(row.id),
            at=row.at,
            wording=row.facts.get("wording"),
        )
    return Marked(
        activity_id=row.activity_id,
        evidence_id=str(row.id),
        at=row.at,
        outcome=row.facts["outcome"],
        levels=dict(row.facts["levels"]),
        rubric_id=row.facts["rubric_id"],
        rubric_hash=row.facts["rubric_hash"],
    )


def _waiting(session: Session, enrolled: Enrolled) -> list[Fact]:
    rows = session.scalars(
        select(Submission).where(
            Submission.institution_id == enrolled.institution_id,
            Submission.enrolment_id == enrolled.enrolment_id,
            Submission.state == "submitted",
        )
    )
    return [
        Submitted(activity_id=row.activity_id, evidence_id=str(row.id), at=row.submitted_at)
        for row in rows
    ]
