"""Places in status lists: one for each award, drawn at random, never given twice."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from credentials.status import StatusEntry
from lti_tool.store.database import Database
from lti_tool.store.tables.awards import Award
from lti_tool.usecases import enrolment, status_lists
from tests.support.builders import LONG_AGO, a_published_taster, an_actor, an_institution
from tests.support.wired import BASE_URL, SLUG

BASE = f"{BASE_URL}/i/{SLUG}"


def an_award(session: Session) -> Award:
    """A decided award of a new student."""
    programme = a_published_taster(session)
    actor = an_actor(session, an_institution(session).id)
    enrolled = enrolment.enrol(session, actor, programme, now=LONG_AGO)
    award = Award(
        institution_id=actor.institution_id,
        id=uuid4(),
        enrolment_id=enrolled.enrolment_id,
        badge_id=programme.badges[0].id,
        period="1",
        state="decided",
        snapshot={},
        decided_at=LONG_AGO,
    )
    session.add(award)
    session.flush()
    return award


def place(session: Session, award: Award) -> StatusEntry:
    """The place of an award."""
    return status_lists.allocate(session, award.institution_id, award.id, base=BASE, now=LONG_AGO)


def draw(monkeypatch: pytest.MonkeyPatch, *numbers: int) -> None:
    """Let these numbers be drawn instead of random ones."""
    drawn: Iterator[int] = iter(numbers)
    monkeypatch.setattr("lti_tool.usecases.status_lists.secrets.randbelow", lambda _: next(drawn))


def test_an_award_keeps_its_place(db: Database) -> None:
    with db.begin() as session:
        award = an_award(session)
        first = place(session, award)
    with db.begin() as session:
        assert place(session, award) == first
    assert first.list_url == f"{BASE}/status/1"


def test_two_awards_never_share_a_place(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    draw(monkeypatch, 7, 7, 9)
    with db.begin() as session:
        places = [place(session, an_award(session)).index for _ in range(2)]
    assert places == [7, 9]


def test_a_full_list_is_followed_by_the_next(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_lists, "FULL_AT", 1)
    with db.begin() as session:
        urls = [place(session, an_award(session)).list_url for _ in range(2)]
    assert urls == [f"{BASE}/status/1", f"{BASE}/status/2"]
