"""Launches where third-party cookies are blocked: by storage, partitioned cookie or new window."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from playwright.sync_api import Page, expect

from lti_tool.store.tables.people import Visit
from tests.journeys.acting import hand_in, save_line, text_box, title_of
from tests.journeys.canvas import Canvas, open_canvas
from tests.journeys.school import READING
from tests.support.browser import REFUSED, Tab, Window
from tests.support.practice import READING as READING_LINK
from tests.support.practice import REFLECTION as REFLECTION_LINK
from tests.support.practice import STUDENT, serving
from tests.support.world import ENOUGH_WORDS

OpenCanvas = Callable[..., Canvas]


@pytest.fixture
def new_canvas(sqlite_url: str, tmp_path: Path, now: datetime) -> Iterator[OpenCanvas]:
    """Opens a Canvas beside the tool, by how its storage answers and who keeps cookies."""
    with ExitStack() as opened:
        yield lambda **manners: opened.enter_context(
            open_canvas(sqlite_url, tmp_path, now, **manners)
        )


def new_window_of(window: Window, canvas: Canvas, link_id: str) -> Page:
    """Open an activity, and press the one button there is."""
    tab = window.new_tab()
    tab.page.goto(canvas.frame_url(STUDENT, link_id))
    expect(title_of(tab.tool)).to_have_text("One click more")
    with tab.page.expect_popup() as opening:
        tab.tool.locator("a, button").filter(has_text="Open in a new window").click()
    return opening.value


@pytest.mark.parametrize("storage", ["answers", "silent", "exhausted", "off"])
def test_whatever_the_storage_does_a_partitioned_cookie_opens_the_activity(
    new_canvas: OpenCanvas, window: Window, storage: str
) -> None:
    canvas = new_canvas(storage=storage)
    tab = window.new_tab()

    tab.page.goto(canvas.frame_url(STUDENT))

    expect(title_of(tab.tool)).to_have_text(READING)


def test_storage_that_answers_proves_the_launch_where_frames_keep_no_cookie(
    new_canvas: OpenCanvas, window: Window
) -> None:
    canvas = new_canvas(storage="answers", keeps_cookies=False)

    opened = new_window_of(window, canvas, READING_LINK)

    expect(title_of(opened)).to_have_text(READING)
    in_the_frame, in_the_window = canvas.tool.rows(Visit)
    assert in_the_frame.person_id == in_the_window.person_id


@pytest.mark.parametrize("storage", ["silent", "exhausted", "off"])
def test_without_storage_and_cookies_the_login_begins_again_in_a_window(
    new_canvas: OpenCanvas, window: Window, storage: str
) -> None:
    canvas = new_canvas(storage=storage, keeps_cookies=False)

    opened = new_window_of(window, canvas, READING_LINK)

    expect(title_of(opened)).to_have_text(READING)
    assert len(canvas.tool.rows(Visit)) == 1


@pytest.mark.parametrize("storage", ["answers", "off"])
def test_work_is_written_and_handed_in_where_frames_keep_no_cookie(
    new_canvas: OpenCanvas, window: Window, storage: str
) -> None:
    canvas = new_canvas(storage=storage, keeps_cookies=False)
    opened = new_window_of(window, canvas, REFLECTION_LINK)

    text_box(opened).fill(ENOUGH_WORDS)
    text_box(opened).blur()
    expect(save_line(opened)).to_contain_text("Saved")
    opened.reload()
    expect(text_box(opened)).to_have_value(ENOUGH_WORDS)

    assert hand_in(opened)


def test_what_storage_kept_is_taken_away_once_it_has_proven_the_launch(
    new_canvas: OpenCanvas, window: Window
) -> None:
    canvas = new_canvas(storage="answers", keeps_cookies=False)
    window.context.add_init_script(
        "window.heard = []; addEventListener('message', ({ data }) => window.heard.push(data));"
    )

    opened = new_window_of(window, canvas, READING_LINK)
    expect(title_of(opened)).to_have_text(READING)

    storage = window.context.pages[0].frame(name="post_message_forwarding")
    assert storage is not None
    heard = storage.evaluate("window.heard")
    acts = dict.fromkeys((one["subject"], one.get("value", "") is None) for one in heard)
    assert list(acts) == [("lti.put_data", False), ("lti.get_data", False), ("lti.put_data", True)]
    assert len({one["key"] for one in heard}) == 1


EVIL_PAGE = """<!doctype html><html lang="en"><title>A page of somebody else</title>
<iframe class="tool" name="tool" title="tool"></iframe>
<form method="post" target="tool" action="{action}">{fields}</form>
<script>
window.heard = [];
window.addEventListener("message", ({{ data, source }}) => {{
  const message = typeof data === "string" ? JSON.parse(data) : data;
  window.heard.push(message.subject);
  const answer = {{ ...message, subject: message.subject + ".response", value: "{secret}" }};
  source.postMessage(answer, "*");
}});
document.forms[0].submit();
</script></html>"""


@contextmanager
def framed_by_somebody_else(
    window: Window, action: str, fields: Mapping[str, str], secret: str = ""
) -> Iterator[Tab]:
    """A page of another site that frames us, hears us, and answers whatever we ask."""
    boxes = "".join(f'<input type="hidden" name="{n}" value="{v}">' for n, v in fields.items())
    page = EVIL_PAGE.format(action=action, fields=boxes, secret=secret).encode()

    def app(_environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html")])
        return [page]

    # What is sent to another origin than the page's own is heard of as an error, and not delivered.
    window.complaints.expect("postMessage", REFUSED)
    with serving(app) as url:
        tab = window.new_tab()
        tab.page.goto(url)
        yield tab


def test_a_page_that_frames_our_login_hears_no_secret(
    new_canvas: OpenCanvas, window: Window
) -> None:
    canvas = new_canvas(storage="off", keeps_cookies=False)
    lms = canvas.platform.configuration
    fields = {
        "iss": lms.issuer,
        "client_id": lms.client_id,
        "login_hint": STUDENT,
        "target_link_uri": lms.tool.launch_url,
        "lti_storage_target": "_parent",
    }

    with framed_by_somebody_else(window, lms.tool.login_url, fields) as tab:
        expect(title_of(tab.tool)).to_have_text("One click more")
        heard = tab.page.evaluate("window.heard")

    assert set(heard) <= {"lti.frameResize"}


def test_an_answer_of_a_page_that_frames_our_launch_is_not_believed(
    new_canvas: OpenCanvas, window: Window
) -> None:
    """Login cross-site request forgery: the attacker's launch, and the secret that goes with it."""
    canvas = new_canvas(storage="off", keeps_cookies=False)
    login = canvas.platform.login(STUDENT, READING_LINK, lti_storage_target="_parent")
    secret = re.findall(r'data-remember="([^"]+)"', login.response.text)[0]
    fields = canvas.platform.authenticate(login) | {"lti_storage_target": "_parent"}

    action = canvas.platform.configuration.tool.launch_url
    with framed_by_somebody_else(window, action, fields, secret) as tab:
        expect(tab.tool.get_by_text("launch.browser-unproven")).to_be_visible()

    assert canvas.tool.rows(Visit) == []
