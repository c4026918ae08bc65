"""Logs: JSON lines that never carry people, their words, or what local variables hold."""

import io
import json
import logging
import sys

import pytest
import structlog

from lti_tool.logs import configure_logs

CANARY = "I was afraid on the ward"


class Terminal(io.StringIO):
    """A stdout that somebody looks at."""

    def isatty(self):
        """Yes."""
        return True


@pytest.fixture
def configured(monkeypatch):
    """Configure the logs onto a text; everything is as before afterwards."""
    root = logging.getLogger()
    before = root.handlers, root.level

    def configure(stdout=None, level="info"):
        stdout = stdout or io.StringIO()
        monkeypatch.setattr(sys, "stdout", stdout)
        configure_logs(level)
        return stdout

    yield configure
    root.handlers, level = before
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(stdout):
    return [json.loads(line) for line in stdout.getvalue().splitlines()]


def test_a_log_line_is_one_json_object_with_level_time_and_name(configured):
    stdout = configured()
    structlog.get_logger("lti_tool.test").info("outbox.delivered", id="1")
    (line,) = lines(stdout)
    assert (line["event"], line["level"], line["id"]) == ("outbox.delivered", "info", "1")
    assert line["logger"] == "lti_tool.test"
    assert line["timestamp"].endswith("Z")


def test_what_is_bound_to_a_request_stands_in_each_of_its_lines(configured):
    stdout = configured()
    structlog.contextvars.bind_contextvars(request_id="r-1")
    structlog.get_logger().info("one")
    logging.getLogger("somebody.else").info("two")
    assert [line["request_id"] for line in lines(stdout)] == ["r-1", "r-1"]


@pytest.mark.parametrize(
    "field",
    [
        "text",
        "comments",
        "comment",
        "name",
        "email",
        "id_token",
        "access_token",
        "secret",
        "cookie",
        "authorization",
        "form",
    ],
)
def test_a_field_that_may_hold_personal_data_loses_its_value(configured, field):
    stdout = configured()
    structlog.get_logger().info("something", **{field: CANARY})
    assert CANARY not in stdout.getvalue()
    assert lines(stdout)[0][field] == "[left out]"


@pytest.mark.parametrize("stdout", [io.StringIO, Terminal])
def test_a_traceback_carries_no_local_variables(configured, stdout):
    written = configured(stdout())
    text = CANARY
    try:
        raise ValueError(len(text))
    except ValueError:
        structlog.get_logger().exception("worker.failed")
        logging.getLogger("somebody.else").exception("failed")
    assert "ValueError" in written.getvalue()
    assert CANARY not in written.getvalue()


def test_in_a_terminal_lines_are_for_reading(configured):
    stdout = configured(Terminal())
    structlog.get_logger().info("outbox.delivered")
    assert "outbox.delivered" in stdout.getvalue()
    assert not stdout.getvalue().startswith("{")


def test_less_than_the_level_asked_for_is_not_written(configured):
    stdout = configured(level="warning")
    structlog.get_logger().info("quiet")
    logging.getLogger("huey").info("quiet")
    structlog.get_logger().warning("loud")
    assert [line["event"] for line in lines(stdout)] == ["loud"]
