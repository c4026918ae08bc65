"""Liveness and readiness: codes that a machine can act on, and nothing that a stranger can use."""

from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from lti_tool.app import create_app, create_verify_app
from lti_tool.store.database import Database
from lti_tool.wiring import Wiring, build_verification
from tests.support.wired import Clock, make_wiring


@pytest.fixture
def wired(db: Database, tmp_path: Path, now: datetime) -> Wiring:
    """A wiring in working order."""
    return make_wiring(db, tmp_path, clock=Clock(now))


def reasons(wired: Wiring) -> list[str]:
    """Why the tool is not ready; the answer's status says the same."""
    answer = create_app(wired).test_client().get("/readyz")
    assert answer.json is not None
    assert answer.json["ready"] == (answer.status_code == 200)
    assert answer.status_code in (200, 503)
    return list(answer.json["reasons"])


def test_what_is_in_order_is_ready(wired: Wiring) -> None:
    assert reasons(wired) == []


def test_a_database_that_is_gone_is_named_by_its_code(
    sqlite_db: Database, tmp_path: Path, now: datetime
) -> None:
    wired = make_wiring(sqlite_db, tmp_path, clock=Clock(now))
    with closing(Database("postgresql://nobody@127.0.0.1:1/gone")) as gone:
        assert reasons(replace(wired, db=gone)) == ["settings.database-unreachable"]


def test_a_database_that_was_not_upgraded_is_not_ready(
    sqlite_db: Database, unmigrated_url: str, tmp_path: Path, now: datetime
) -> None:
    wired = make_wiring(sqlite_db, tmp_path, clock=Clock(now))
    with closing(Database(unmigrated_url)) as unmigrated:
        assert reasons(replace(wired, db=unmigrated)) == ["database.not-upgraded"]


def test_signing_keys_that_cannot_be_read_are_not_ready(wired: Wiring) -> None:
    wired.settings.signing_keys_file.unlink()
    assert reasons(wired) == ["signing-keys.unreadable"]


def test_a_process_lives_whatever_it_depends_on(wired: Wiring) -> None:
    wired.settings.signing_keys_file.unlink()
    answer = create_app(wired).test_client().get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"alive": True})
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_a_verifier_alone_depends_on_nothing(now: datetime, address: str) -> None:
    app = create_verify_app(build_verification(), now=lambda: now)
    assert app.test_client().get(address).status_code == 200
