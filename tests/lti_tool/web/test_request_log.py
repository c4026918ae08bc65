"""The log of requests: a line for each, with whose it was, and without what nobody may keep."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture

from lti_tool.app import create_app
from lti_tool.store.database import Database
from lti_tool.web import request_log
from tests.support.builders import a_visit
from tests.support.world import World, a_world

Lines = list[dict[str, Any]]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    """What is logged, line by line."""
    capture = LogCapture()
    bound = [structlog.contextvars.merge_contextvars, capture]
    monkeypatch.setattr(request_log, "log", structlog.wrap_logger(None, processors=bound))
    return capture.entries


@pytest.fixture
def world(sqlite_db: Database, tmp_path: Path, now: datetime) -> World:
    """A world on SQLite: the database has no part in this."""
    return a_world(sqlite_db, tmp_path, now)


def test_each_request_is_one_line_that_says_whose_it_was(world: World, lines: Lines) -> None:
    visit = a_visit(world.wired)
    assert visit.get().status_code == 200
    (line,) = lines
    milliseconds, request_id = line.pop("milliseconds"), line.pop("request_id")
    assert 0 < milliseconds < 60_000
    assert len(request_id) == 12
    assert line == {
        "event": "request.answered",
        "log_level": "info",
        "method": "GET",
        "endpoint": "home.start",
        "status": 200,
        "institution": str(world.institution_id),
        "visit": visit.number,
    }


def test_the_secret_of_a_one_time_link_is_in_no_line(world: World, lines: Lines) -> None:
    create_app(world.wired).test_client().get("/enter/the-secret-itself")
    (line,) = lines
    assert line["endpoint"] == "launches.enter"
    assert "the-secret-itself" not in str(line)


@pytest.mark.parametrize("path", ["/nowhere/the-secret-itself", "/v/the-secret-itself/"])
def test_a_refusal_is_a_line_without_the_address_or_anybody(
    world: World, lines: Lines, path: str
) -> None:
    answer = create_app(world.wired).test_client().get(path)
    (line,) = lines
    assert line["status"] == answer.status_code >= 400
    assert "visit" not in line
    assert "the-secret-itself" not in str(line)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_what_machines_ask_all_the_time_is_for_debugging_only(
    world: World, lines: Lines, path: str
) -> None:
    create_app(world.wired).test_client().get(path)
    assert [line["log_level"] for line in lines] == ["debug"]
