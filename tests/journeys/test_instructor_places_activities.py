"""An instructor places activities from the course's editor; students open what was placed.

In a browser that blocks third-party cookies, the tool in Canvas's frame and on another site.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.acting import text_box, title_of
from tests.journeys.canvas import Canvas, open_canvas
from tests.journeys.school import READING, REFLECTION
from tests.support.browser import Tab, Window
from tests.support.builders import an_institution
from tests.support.practice import INSTRUCTOR, STUDENT
from tests.support.tool_key import give_tool_key

COURSE = "2"


@pytest.fixture
def canvas(sqlite_url: str, tmp_path: Path, now: datetime) -> Iterator[Canvas]:
    """A Canvas beside a tool that can sign."""
    with open_canvas(sqlite_url, tmp_path, now, storage="answers") as opened:
        wired = opened.tool.wired
        with wired.db.begin() as session:
            give_tool_key(session, an_institution(session).id, wired.master)
        yield opened


def press(canvas: Canvas, window: Window, button: str) -> Tab:
    """Press one of Canvas's buttons that ask a tool for activities."""
    tab = window.new_tab()
    tab.page.goto(f"{canvas.url}/as/{INSTRUCTOR}/courses/{COURSE}/choose/{button}")
    return tab


def publish(tab: Tab, title: str) -> None:
    """Let students see what is new in the course."""
    tab.page.get_by_role("button", name=f"Publish {title}").click()
    expect(tab.page.get_by_role("button", name=f"Publish {title}")).to_have_count(0)


def open_as_student(canvas: Canvas, window: Window, title: str) -> Tab:
    """Open a link of the course as a student, in its frame."""
    tab = window.new_tab()
    tab.page.goto(f"{canvas.url}/as/{STUDENT}/course")
    tab.page.get_by_role("link", name=title, exact=True).click()
    return tab


def test_two_activities_are_placed_and_a_student_opens_them(canvas: Canvas, window: Window) -> None:
    tab = press(canvas, window, "module_menu_modal")
    expect(title_of(tab.tool)).to_have_text("Choose activities")
    for title in (READING, REFLECTION):
        tab.tool.get_by_role("checkbox", name=title).check()

    tab.tool.get_by_role("button", name="Add the ticked ones").click()

    for title in (READING, REFLECTION):
        publish(tab, title)
    opened = open_as_student(canvas, window, READING)
    expect(title_of(opened.tool)).to_have_text(READING)
    opened.tool.get_by_role("button", name="Mark as done").click()
    expect(opened.tool.locator(".notice")).to_contain_text("Noted")
    opened = open_as_student(canvas, window, REFLECTION)
    expect(text_box(opened.tool)).to_be_editable()


def test_an_assignment_takes_one_activity(canvas: Canvas, window: Window) -> None:
    tab = press(canvas, window, "assignment_selection")
    expect(title_of(tab.tool)).to_have_text("Choose an activity")
    tab.tool.get_by_role("radio", name=REFLECTION).check()

    tab.tool.get_by_role("button", name="Add it").click()

    expect(tab.page.get_by_role("link", name=REFLECTION, exact=True)).to_be_visible()


def test_giving_up_leads_back_to_the_course_as_it_was(canvas: Canvas, window: Window) -> None:
    tab = press(canvas, window, "module_menu_modal")

    tab.tool.get_by_role("button", name="Go back without adding anything").click()

    expect(tab.page.get_by_role("heading", name="Activities")).to_be_visible()
    expect(tab.page.get_by_role("link", name=REFLECTION, exact=True)).to_have_count(0)
