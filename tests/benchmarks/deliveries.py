"""The worker: badges issued from end to end, from a message that waits to the signed badge."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from time import perf_counter
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool import outbox
from lti_tool.programme.definition import Programme
from lti_tool.store.database import Database
from lti_tool.store.tables.awards import Award
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.usecases import awards, enrolment
from lti_tool.wiring import Wiring, utc_now
from lti_tool.worker import sweep
from tests.benchmarks.measures import Measure, Round, medians
from tests.benchmarks.sizes import Sizes
from tests.support.builders import a_published_taster, an_actor, an_institution
from tests.support.wired import INSTITUTION, make_wiring


def measure(databases: Mapping[str, Database], folder: Path, *, sizes: Sizes) -> Iterator[Measure]:
    """Awards per second on each database: claimed, reserved, linted, signed, checked, recorded."""
    rounds = {
        name: _sweeping(_wired(db, folder / f"{name}-worker"), awards=sizes.awards)
        for name, db in databases.items()
    }
    for name, rate in medians(rounds, rounds=sizes.rounds).items():
        yield Measure(f"worker, {name}", rate, "awards/s")


def decide_awards(db: Database, *, count: int, institution: str = INSTITUTION) -> list[UUID]:
    """Award the taster's badge to so many new students; the ids of the messages that wait."""
    with db.begin() as session:
        institution_id = an_institution(session, institution).id
        programme = a_published_taster(session, institution_id)
        return [_decide(session, institution_id, programme) for _ in range(count)]


def undelivered(db: Database) -> int:
    """How many messages still wait."""
    with db.begin() as session:
        waiting = select(func.count()).where(OutboxMessage.done_at.is_(None))
        return session.scalar(waiting) or 0


def _wired(db: Database, folder: Path) -> Wiring:
    folder.mkdir()
    return make_wiring(db, folder, clock=utc_now)


def _sweeping(wired: Wiring, *, awards: int) -> Round:
    return partial(_sweep, wired, awards)


def _sweep(wired: Wiring, count: int) -> float:
    decide_awards(wired.db, count=count)
    began = perf_counter()
    delivered = sweep(wired)
    taken = perf_counter() - began
    assert delivered == count
    return delivered / taken


def _decide(session: Session, institution_id: UUID, programme: Programme) -> UUID:
    actor = an_actor(session, institution_id)
    enrolled = enrolment.enrol(session, actor, programme, now=utc_now())
    award = Award(
        institution_id=institution_id,
        id=uuid4(),
        enrolment_id=enrolled.enrolment_id,
        badge_id=programme.badges[0].id,
        period=awards.ONLY_PERIOD,
        state=awards.DECIDED,
        snapshot={},
        decided_at=utc_now(),
    )
    session.add(award)
    session.flush()
    message = OutboxMessage(
        institution_id=institution_id,
        id=uuid4(),
        kind=awards.ISSUE_BADGE,
        key=str(award.id),
        payload={"award_id": str(award.id)},
        due_at=utc_now(),
    )
    outbox.add(session, message)
    return message.id
