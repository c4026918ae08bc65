"""The practice Canvas's storage frame answers a tool on another site, or doesn't (section 3)."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Frame

from tests.support.practice import READING, STUDENT, PracticePlatform, a_canvas, serving

ASK = """
([message, isReply]) => new Promise((resolve) => {
  window.addEventListener("message", (event) => resolve(event.data), { once: true });
  window.parent.frames.post_message_forwarding.postMessage(message, "*");
  if (!isReply) setTimeout(() => resolve("silence"), 500);
})
"""


@pytest.fixture
def tool_url() -> Iterator[str]:
    """A tool that only has a login page, on another site than the LMS."""
    app = Flask("tool")
    app.add_url_rule("/lti/login", view_func=lambda: "<h1>Tool</h1>", methods=["POST"])
    with serving(app, host="localhost") as url:
        yield url


@contextmanager
def _framed(window, tool_url: str, storage: str) -> Iterator[Frame]:
    """The tool's page in the frame of a Canvas whose storage is so."""
    platform = PracticePlatform(None, a_canvas(tool_url=tool_url, storage=storage))
    with platform.serve() as lms_url:
        tab = window.new_tab()
        tab.page.goto(f"{lms_url}/as/{STUDENT}/links/{READING}")
        tab.tool.get_by_role("heading", name="Tool").wait_for()
        tab.page.frame_locator('iframe[name="post_message_forwarding"]').locator(
            "body[data-storage]"
        ).wait_for(state="attached")
        yield next(one for one in tab.page.frames if one.url.startswith(tool_url))


def _ask(frame: Frame, subject: str, *, answers: bool = True, **more: object) -> object:
    return frame.evaluate(ASK, [{"subject": subject, "message_id": "m-1", **more}, answers])


def test_what_was_put_is_given_back_to_the_same_origin(window, tool_url):
    with _framed(window, tool_url, "answers") as frame:
        put = _ask(frame, "lti.put_data", key="state", value="s-1")
        assert put == {
            "subject": "lti.put_data.response",
            "message_id": "m-1",
            "key": "state",
            "value": "s-1",
        }
        got = _ask(frame, "lti.get_data", key="state")
        assert (got["subject"], got["value"]) == ("lti.get_data.response", "s-1")
        assert _ask(frame, "lti.put_data", key="state", value=None)["value"] is None
        assert _ask(frame, "lti.get_data", key="state")["value"] is None


def test_too_much_and_nonsense_are_refused_with_a_code(window, tool_url):
    with _framed(window, tool_url, "answers") as frame:
        long = _ask(frame, "lti.put_data", key="k", value="x" * 5000)
        assert long["error"]["code"] == "storage_exhaustion"
        assert _ask(frame, "lti.put_data", value="x")["error"]["code"] == "bad_request"
        assert _ask(frame, "lti.dance")["error"]["code"] == "unsupported_subject"
        named = _ask(frame, "lti.capabilities")["supported_messages"]
        assert {one["frame"] for one in named} == {"post_message_forwarding"}


def test_another_origin_than_the_tool_s_is_refused(window, tool_url):
    with _framed(window, tool_url, "answers") as frame:
        page = frame.page
        told = page.evaluate(
            """() => new Promise((resolve) => {
              window.addEventListener("message", (event) => resolve(event.data), { once: true });
              const message = { subject: "lti.get_data", message_id: "m", key: "state" };
              window.frames.post_message_forwarding.postMessage(message, "*");
            })"""
        )
        assert told["error"]["code"] == "wrong_origin"


def test_an_exhausted_storage_keeps_nothing(window, tool_url):
    with _framed(window, tool_url, "exhausted") as frame:
        assert _ask(frame, "lti.put_data", key="k", value="v")["error"]["code"] == (
            "storage_exhaustion"
        )


def test_a_silent_storage_says_nothing(window, tool_url):
    with _framed(window, tool_url, "silent") as frame:
        assert _ask(frame, "lti.get_data", answers=False, key="k") == "silence"


def test_without_storage_there_is_no_frame(window, tool_url):
    platform = PracticePlatform(None, a_canvas(tool_url=tool_url, storage="off"))
    with platform.serve() as lms_url:
        tab = window.new_tab()
        tab.page.goto(f"{lms_url}/as/{STUDENT}/links/{READING}")
        tab.tool.get_by_role("heading", name="Tool").wait_for()
        assert tab.page.locator('iframe[name="post_message_forwarding"]').count() == 0
    assert platform.answer("GET", "/api/lti/platform_storage").status_code == 404
