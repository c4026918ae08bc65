"""What we send to a token address, and every good answer of the LMSs we know."""

import json
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest

from lti_tool.lti.connector import ServiceCall
from tests.lti_tool.lti.a_platform import captured
from tests.lti_tool.lti.a_server import Asked, Reply
from tests.lti_tool.lti.a_tool import ATool

CANVAS = captured("canvas/token_response.json")


def moodle_grants() -> list[dict[str, Any]]:
    calls = captured("moodle/token-endpoint.json")["calls"]
    return [one for one in calls if one["response"]["status"] == 200]


def asked_form(asked: Asked) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}


@pytest.fixture
def tool(sqlite_db, server, http, now) -> ATool:
    server.will_answer("/service", Reply(200))
    return ATool(sqlite_db, server, http, now)


def call(tool: ATool, scopes: frozenset[str]) -> str:
    """Call a service; returns the access token it was shown."""
    tool.connector.call(tool.registration, ServiceCall("GET", f"{tool.server.url}/service", scopes))
    [asked] = tool.server.asked_at("/service")
    return asked.headers["authorization"].removeprefix("Bearer ")


def test_the_request_has_everything_that_canvas_asks_for(tool):
    answer = CANVAS["response"]
    tool.server.will_answer("/token", Reply(200, json.dumps(answer["body"]).encode()))

    token = call(tool, frozenset(CANVAS["request"]["form"]["scope"].split()))

    [asked] = tool.server.asked_at("/token")
    form, expected = asked_form(asked), CANVAS["request"]["form"]
    assert token == answer["body"]["access_token"]
    assert asked.headers["content-type"] == CANVAS["request"]["headers"]["content-type"]
    assert asked.headers["user-agent"]
    assert form.keys() == expected.keys()
    for name in ("grant_type", "client_assertion_type", "scope"):
        assert form[name] == expected[name]
    header = jwt.get_unverified_header(form["client_assertion"])
    claims = jwt.decode(form["client_assertion"], options={"verify_signature": False})
    assert header.keys() == CANVAS["request"]["client_assertion_header"].keys()
    assert claims.keys() == CANVAS["request"]["client_assertion_payload"].keys()


def test_the_assertion_is_neither_too_old_nor_from_the_future_for_canvas(tool):
    tool.server.will_answer("/token", Reply(200, json.dumps(CANVAS["response"]["body"]).encode()))

    call(tool, frozenset(CANVAS["request"]["form"]["scope"].split()))

    age = tool.now.timestamp() - tool.assertion()[1]["iat"]
    assert 0 < age < 300


@pytest.mark.parametrize("grant", moodle_grants(), ids=lambda grant: grant["label"])
def test_every_token_that_moodle_grants_is_taken(tool, grant):
    """Moodle calls its JSON text/html."""
    body, headers = grant["response"]["body"], {"Content-Type": "text/html; charset=utf-8"}
    tool.server.will_answer("/token", Reply(200, json.dumps(body).encode(), headers))

    token = call(tool, frozenset(body["scope"].split()))

    assert token == body["access_token"]


def test_of_scopes_that_moodle_drops_the_others_are_granted(tool):
    [grant] = [one for one in moodle_grants() if "unknown scope" in one["label"]]
    body = grant["response"]["body"]
    tool.server.will_answer("/token", Reply(200, json.dumps(body).encode()))
    asked = frozenset({body["scope"], "https://example.test/nope"})

    assert tool.connector.granted_scopes(tool.registration, asked) == {body["scope"]}
