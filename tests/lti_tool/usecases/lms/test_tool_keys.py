"""Tool keys overlap: no LMS ever meets a signature of a key it could not have fetched before."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import jwt
import pytest

from lti_tool.errors import ConflictError, NotFoundError
from lti_tool.lti.tool_keys import public_jwks, signing_tool_key
from lti_tool.store.database import Database
from lti_tool.store.encryption import SealingKey
from lti_tool.store.tables.audit import AuditEvent
from lti_tool.store.tables.platforms import ToolKey
from lti_tool.usecases.lms import tool_keys
from lti_tool.usecases.lms.tool_keys import KeyMaking, Stage
from tests.lti_tool.lti.a_platform import a_registration, later

SEALING = SealingKey(b"k" * 32)
SCHOOL = UUID(int=1)
QUARTER = timedelta(days=90)


class Keys:
    """One institution's keys, at a moment that may be moved."""

    def __init__(self, db: Database, now) -> None:
        self.db, self.now = db, now
        a_registration(db)

    def making(self) -> KeyMaking:
        return KeyMaking(SEALING, self.now, uuid4)

    def rotate(self, *, at_once: bool = False) -> str:
        if at_once:
            self.now = later(self.now, minutes=1)
        with self.db.begin() as session:
            return tool_keys.rotate(session, SCHOOL, self.making(), at_once=at_once).kid

    def retire(self, kid: str) -> None:
        with self.db.begin() as session:
            tool_keys.retire(session, SCHOOL, kid, now=self.now)

    def look_after(self, every: timedelta | None = QUARTER) -> None:
        tool_keys.look_after(self.db, self.making(), every=every)

    def stages(self) -> dict[str, Stage]:
        with self.db.read() as session:
            return {key.kid: key.stage for key in tool_keys.listed(session, SCHOOL, now=self.now)}

    def signing(self) -> str:
        with self.db.read() as session:
            return signing_tool_key(
                session, institution_id=SCHOOL, sealing_key=SEALING, now=self.now
            ).kid

    def published(self) -> set[str]:
        with self.db.read() as session:
            return {jwk["kid"] for jwk in public_jwks(session, SCHOOL)["keys"]}


@pytest.fixture
def keys(sqlite_db, now) -> Keys:
    return Keys(sqlite_db, now)


def test_the_first_key_signs_at_once(keys):
    first = keys.rotate()

    assert keys.stages() == {first: Stage.SIGNING}
    assert keys.signing() == first


def test_a_new_key_is_published_a_day_before_it_signs(keys):
    first = keys.rotate()
    second = keys.rotate()
    assert keys.stages() == {second: Stage.WAITING, first: Stage.SIGNING}
    assert keys.published() == {first, second}

    keys.now = later(keys.now, hours=23, minutes=59)
    assert keys.signing() == first

    keys.now = later(keys.now, minutes=1)
    assert keys.signing() == second
    assert keys.stages() == {second: Stage.SIGNING, first: Stage.REPLACED}


def test_the_earlier_key_stays_published_for_a_week_and_is_destroyed_then(keys):
    first, second = keys.rotate(), keys.rotate()

    keys.now = later(keys.now, days=8, minutes=-1)
    keys.look_after()
    assert keys.published() == {first, second}

    keys.now = later(keys.now, minutes=1)
    keys.look_after()
    assert keys.published() == {second}
    assert keys.stages() == {second: Stage.SIGNING, first: Stage.RETIRED}
    with keys.db.read() as session:
        assert session.get_one(ToolKey, (SCHOOL, UUID(first))).sealed_private == b""


def test_whoever_kept_our_key_set_for_a_day_can_always_check_what_we_sign(keys):
    """A platform that fetches our keys once a day meets no unknown key through two rotations."""
    keys.rotate()
    kept: set[str] = set()
    for hour in range(60 * 24):
        keys.look_after(every=timedelta(days=25))
        if hour % 24 == 0:
            kept = keys.published()
        assert keys.signing() in kept
        keys.now = later(keys.now, hours=1)

    assert len(keys.stages()) == 3


def test_a_key_that_waits_already_is_the_new_key(keys):
    keys.rotate()

    assert keys.rotate() == keys.rotate()


def test_in_an_emergency_a_new_key_signs_at_once(keys):
    first = keys.rotate()
    second = keys.rotate(at_once=True)

    assert keys.stages() == {second: Stage.SIGNING, first: Stage.REPLACED}

    keys.retire(first)
    assert keys.published() == {second}


def test_in_an_emergency_the_key_that_waits_signs_at_once(keys):
    keys.rotate()
    waiting = keys.rotate()

    assert keys.rotate(at_once=True) == waiting
    assert keys.signing() == waiting


def test_the_key_that_signs_is_not_retired(keys):
    first = keys.rotate()

    with pytest.raises(ConflictError) as raised:
        keys.retire(first)

    assert raised.value.code == "tool-keys.in-use"
    assert keys.signing() == first


@pytest.mark.parametrize("kid", ["x", str(UUID(int=9))])
def test_a_key_we_do_not_have_is_not_retired(keys, kid):
    keys.rotate()

    with pytest.raises(NotFoundError) as raised:
        keys.retire(kid)

    assert raised.value.code == "tool-keys.unknown"


def test_a_retired_key_is_not_retired_again(keys):
    first = keys.rotate()
    keys.rotate(at_once=True)
    keys.retire(first)

    with pytest.raises(NotFoundError):
        keys.retire(first)


@pytest.mark.parametrize(("days", "count"), [(89, 1), (90, 2)])
def test_a_key_is_replaced_when_it_has_signed_for_so_long(keys, days, count):
    keys.rotate()
    keys.now = later(keys.now, days=days)

    keys.look_after()
    keys.look_after()

    assert len(keys.stages()) == count


def test_no_key_is_replaced_when_that_is_switched_off(keys):
    keys.rotate()
    keys.now = later(keys.now, days=4_000)

    keys.look_after(every=None)

    assert len(keys.stages()) == 1


def test_an_institution_without_keys_gets_none_by_itself(keys):
    keys.look_after()

    assert keys.stages() == {}


def test_making_and_retiring_keys_is_recorded(keys):
    first = keys.rotate()
    second = keys.rotate(at_once=True)
    keys.retire(first)

    with keys.db.read() as session:
        recorded = [(one.action, one.subject) for one in session.query(AuditEvent)]
    assert sorted(recorded) == sorted(
        [("tool-key.made", first), ("tool-key.made", second), ("tool-key.retired", first)]
    )


@pytest.mark.parametrize("do", ["rotate", "look_after"])
def test_two_workers_at_once_make_one_key(db, now, do):
    keys = Keys(db, now)
    keys.rotate()
    keys.now = later(now, days=90)
    together = Barrier(2)

    def work() -> None:
        together.wait(timeout=10)
        getattr(keys, do)()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work) for _ in range(2)]:
            done.result()

    assert sorted(keys.stages().values()) == [Stage.SIGNING, Stage.WAITING]


def test_what_a_key_signs_is_checked_with_what_is_published(keys):
    keys.rotate()
    with keys.db.read() as session:
        key = signing_tool_key(session, institution_id=SCHOOL, sealing_key=SEALING, now=keys.now)
        [jwk] = public_jwks(session, SCHOOL)["keys"]

    token = jwt.encode({"x": 1}, key.private_key, algorithm="RS256", headers={"kid": key.kid})

    assert jwt.decode(token, jwt.PyJWK(jwk).key, algorithms=["RS256"]) == {"x": 1}
