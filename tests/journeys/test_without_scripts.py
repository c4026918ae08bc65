"""Everything a student and a marker need works without scripts, with a few more clicks."""

import pytest
from playwright.sync_api import expect

from lti_tool.cli.trying.coursework import COMMENT, TEXT
from tests.journeys.acting import Person, hand_in, text_box, title_of
from tests.journeys.conftest import NewWindow
from tests.journeys.school import INSTRUCTOR, READING, REFLECTION, School
from tests.support.browser import Tab, Window


@pytest.fixture
def window(new_window: NewWindow) -> Window:
    """A window that runs no scripts."""
    return new_window(scripts=False)


def open_by_buttons(person: Person, title: str) -> Tab:
    """Open an activity; the two pages that would send themselves wait for a press."""
    tab = person.open_activity(title)
    go_on = tab.tool.get_by_role("button", name="Continue to Testamur")
    go_on.click()
    expect(title_of(tab.tool)).to_have_text("Opening the tool")
    go_on.click()
    return tab


def test_a_page_is_marked_as_done(school: School, window: Window) -> None:
    tab = open_by_buttons(Person(school, window, school.new_student().name), READING)

    tab.tool.get_by_role("button", name="Mark as done").click()

    expect(tab.tool.get_by_text("You marked this as done on")).to_be_visible()


def test_a_text_is_saved_handed_in_and_marked(school: School, window: Window) -> None:
    tab = open_by_buttons(Person(school, window, school.new_student().name), REFLECTION)
    expect(tab.tool.locator("noscript p")).to_be_visible()
    text_box(tab.tool).fill(TEXT)
    tab.tool.get_by_role("button", name="Save draft").click()
    expect(tab.tool.locator(".notice")).to_contain_text("Your draft is saved.")
    expect(text_box(tab.tool)).to_have_value(TEXT)
    code = hand_in(tab.tool)

    marking = open_by_buttons(Person(school, window, INSTRUCTOR), REFLECTION).tool
    marking.get_by_role("link", name="Work to mark").click()
    marking.get_by_role("link", name=code, exact=True).click()
    expect(marking.locator("fieldset")).to_have_count(5)
    for group in marking.locator("fieldset").all():
        group.get_by_role("radio", name="established").check()
    marking.get_by_label("Comment to the student").fill(COMMENT)
    marking.get_by_role("button", name="Save and finish").click()

    expect(marking.locator(".notice")).to_contain_text("Finished.")
