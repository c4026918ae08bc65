"""Small parts of the practice platform's driver: read its forms, reach the tool, spare keys."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool.practice_lms.forms import Form, read_forms
from lti_tool.practice_lms.state.keys import PlatformKey
from tests.support.elements import Page


def fetch_from(tool_client: FlaskClient) -> Callable[[str], Mapping[str, Any]]:
    """Fetch the tool's key set from the tool itself, without the browser's cookies."""

    def fetch(url: str) -> Mapping[str, Any]:
        response = tool_client.application.test_client().get(url)
        if response.status_code != 200:
            raise ConnectionError(f"The tool's key set answered {response.status_code}.")
        document: Mapping[str, Any] = json.loads(response.text)
        return document

    return fetch


def only_form(response: TestResponse, page_url: str) -> Form:
    """The one form of a page."""
    forms = read_forms(response.text, page_url)
    assert len(forms) == 1, response.text
    return forms[0]


def asked_for(response: TestResponse) -> dict[str, str]:
    """The authentication request in the tool's answer: a redirect, a link to go on, or a form."""
    if response.is_json or response.status_code >= 400:
        raise AssertionError(f"The tool refused the login: {response.status_code}.")
    if "Location" in response.headers:
        return dict(parse_qsl(urlsplit(response.headers["Location"]).query))
    links = Page(response.text).root.all("a")
    if onward := [link.attributes["href"] for link in links if "data-remember" in link.attributes]:
        return dict(parse_qsl(urlsplit(str(onward[0])).query))
    return dict(only_form(response, response.request.url).fields)


def a_key_in_turn() -> Callable[[], PlatformKey]:
    """Keys to rotate to, made once for all tests and given in the same order each time."""
    given = count()
    return lambda: _spare_key(next(given))


@cache
def _spare_key(number: int) -> PlatformKey:
    return PlatformKey.make()
