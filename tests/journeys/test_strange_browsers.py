"""Launches where third-party cookies are blocked: by storage, partitioned cookie or new window."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lti_tool.store.tables.people import Visit
from tests.journeys.acting import hand_in, save_line, text_box, title_of
from tests.journeys.canvas import Canvas, open_canvas
from tests.journeys.school import READING
from tests.support.browser import Window
from tests.support.practice import READING as READING_LINK
from tests.support.practice import REFLECTION as REFLECTION_LINK
from tests.support.practice import STUDENT
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


def test_storage_holds_nothing_once_a_launch_was_proven_by_it(
    new_canvas: OpenCanvas, window: Window
) -> None:
    canvas = new_canvas(storage="answers", keeps_cookies=False)

    opened = new_window_of(window, canvas, READING_LINK)
    expect(title_of(opened)).to_have_text(READING)

    kept = window.context.pages[0].evaluate("JSON.stringify(localStorage)")
    assert "testamur-" not in kept
