"""The LMS's cookie stays behind when a page of the tool leads back to it, and launches arrive."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, render_template_string, request
from playwright.sync_api import expect

from tests.support.practice import READING, STUDENT, PracticePlatform, a_canvas, a_moodle, serving

PAGE = """<h1>One moment</h1>
<form action="{{ auth }}">
  {% for name, value in asked.items() %}<input name="{{ name }}" value="{{ value }}">{% endfor %}
</form>
<script>document.forms[0].submit()</script>"""
"""A page between login and authentication request, as platform storage needs one."""


def _tool(auth_url) -> Flask:
    """A tool that leads on by a page of its own, and says how it was answered."""
    app = Flask("tool")

    @app.post("/lti/login")
    def login() -> str:
        asked = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "nonce": "n",
            "state": "s",
            "redirect_uri": request.host_url + "lti/launch",
        }
        hints = ("client_id", "login_hint", "lti_message_hint")
        asked |= {name: request.form[name] for name in hints}
        return render_template_string(PAGE, auth=auth_url(), asked=asked)

    @app.post("/lti/launch")
    def launch() -> str:
        return f"<h1>Answered: {request.form.get('error', 'welcome')}</h1>"

    return app


@contextmanager
def _school(settings, **changes: object) -> Iterator[str]:
    """An LMS that wants its own cookie, with a tool on another site; the LMS's address."""
    with serving(_tool(lambda: platform.endpoints.auth), host="localhost") as tool_url:
        platform = PracticePlatform(None, settings(tool_url=tool_url, sessions="lax", **changes))
        with platform.serve() as lms_url:
            yield lms_url


@pytest.mark.parametrize("settings", [a_moodle, a_canvas])
def test_a_launch_is_sent_once_more_and_arrives(window, settings):
    with _school(settings) as lms_url:
        tab = window.new_tab()
        posted: list[str] = []
        tab.page.on("request", lambda one: posted.append(one.post_data or ""))
        tab.page.goto(f"{lms_url}/as/{STUDENT}/links/{READING}")
        expect(tab.tool.get_by_role("heading", name="Answered: welcome")).to_be_visible()
        assert len([one for one in posted if "repost=true" in one]) == 1


def test_an_older_canvas_tells_the_tool_that_nobody_is_signed_in(window):
    with _school(a_canvas, is_older=True) as lms_url:
        tab = window.new_tab()
        tab.page.goto(f"{lms_url}/as/{STUDENT}/links/{READING}")
        expect(tab.tool.get_by_role("heading", name="Answered: login_required")).to_be_visible()
