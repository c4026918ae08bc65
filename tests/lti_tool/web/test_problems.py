"""Errors become a page or problem+json: what happened, a code to quote, nothing from inside."""

from datetime import datetime

import pytest
from flask import Flask, abort
from flask.typing import ResponseReturnValue
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from credentials.errors import SigningKeyError
from credentials.sentence import say as say_of_badges
from lti_tool.app import create_verify_app
from lti_tool.errors import InvalidInputError, LaunchRejectedError, StaleVersionError
from lti_tool.sentence import say
from lti_tool.wiring import build_verification
from tests.support.elements import Element, Page

JSON = {"Accept": "application/json"}
SAID = say("test.said", "It did not work. Try the other door.")


@pytest.fixture
def app(now: datetime) -> Flask:
    """An application to which a test adds a page that fails."""
    return create_verify_app(build_verification(), now=lambda: now)


def fail_with(app: Flask, error: Exception, **headers: str) -> TestResponse:
    """Open a page that raises this."""

    def failing() -> ResponseReturnValue:
        raise error

    app.add_url_rule("/failing", view_func=failing)
    return app.test_client().get("/failing", headers=headers)


def main_of(answer: TestResponse) -> Element:
    """The content of the page."""
    return Page(answer.text).root.one("main")


def test_a_refusal_says_what_happened_what_to_do_and_a_code(app: Flask) -> None:
    remedy = say("test.remedy", "Open it from your course.")
    answer = fail_with(app, LaunchRejectedError("launch.test", SAID, remedy=remedy))
    assert answer.status_code == 401
    main = main_of(answer)
    assert main.one("h1").text == "Please open this again"
    assert "Try the other door. Open it from your course." in main.text
    assert main.all("code")[0].text == "launch.test"


def test_fields_that_need_another_look_are_named_to_a_program(app: Flask) -> None:
    error = InvalidInputError("test.fields", SAID, fields={"name": say("test.name", "Too long.")})
    problem = fail_with(app, error, **JSON).json
    assert problem is not None
    assert problem["fields"] == {"name": "Too long."}
    assert problem["detail"] == "It did not work. Try the other door."


def test_a_newer_version_is_handed_to_the_page_that_lost(app: Flask) -> None:
    error = StaleVersionError("test.stale", SAID, current=4, theirs="What they wrote")
    answer = fail_with(app, error, **{"X-Visit-Key": "key"})
    assert answer.status_code == 409
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert (answer.json["current"], answer.json["theirs"]) == (4, "What they wrote")


def test_what_nobody_expected_shows_only_its_number(app: Flask) -> None:
    answer = fail_with(app, RuntimeError("the secret is 42"))
    assert answer.status_code == 500
    assert "42" not in main_of(answer).one(class_="lead").text
    (number,) = main_of(answer).all("code")
    assert len(number.text) == 12


def test_keys_that_fail_are_an_outage_and_their_words_stay_inside(app: Flask) -> None:
    error = SigningKeyError(say_of_badges("test.key", "/srv/keys is damaged."))
    answer = fail_with(app, error)
    assert answer.status_code == 503
    assert "/srv/keys" not in answer.text


def test_a_page_that_is_not_there_says_so(app: Flask) -> None:
    answer = app.test_client().get("/nowhere")
    assert answer.status_code == 404
    assert main_of(answer).one("h1").text == "There is nothing here"


@pytest.mark.parametrize(("method", "status"), [("DELETE", 405), ("TEAPOT", 405)])
def test_what_an_address_does_not_do_is_told_kindly(app: Flask, method: str, status: int) -> None:
    answer = app.test_client().open("/verify", method=method)
    assert answer.status_code == status
    assert main_of(answer).one("h1").text == "That doesn't work here"


def test_other_refusals_of_the_server_keep_their_status(app: Flask) -> None:
    app.add_url_rule("/teapot", view_func=lambda: abort(418))
    answer = app.test_client().get("/teapot")
    assert answer.status_code == 418
    assert main_of(answer).one("h1").text == "That doesn't work here"
    assert "That isn't possible at this address." in main_of(answer).text


def test_a_redirect_that_is_raised_stays_a_redirect(app: Flask) -> None:
    answer = fail_with(app, RequestRedirect("/verify"))
    assert (answer.status_code, answer.headers["Location"]) == (308, "/verify")


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("application/json", "application/problem+json"),
        ("application/json;q=0.5,text/html", "text/html"),
    ],
)
def test_only_who_prefers_json_gets_it(app: Flask, accept: str, kind: str) -> None:
    answer = app.test_client().get("/nowhere", headers={"Accept": accept})
    assert answer.mimetype == kind
