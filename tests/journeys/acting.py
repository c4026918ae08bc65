"""What people of the practice LMS do in a browser: open activities, read, write, go by keyboard."""

from dataclasses import dataclass

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.journeys.school import School
from tests.support.browser import Tab, Window

MOST_STEPS = 80
"""More presses of the tabulator than any of our pages should need."""

Shown = FrameLocator | Page
"""The tool, in the LMS's frame or in a tab of its own."""


@dataclass(frozen=True)
class Person:
    """Somebody of the course in front of a window."""

    school: School
    window: Window
    name: str

    def open_activity(self, title: str) -> Tab:
        """From the LMS's front page, by clicks, to the page that frames the tool."""
        tab = self.window.new_tab()
        tab.page.goto(f"{self.school.site.lms_url}/")
        tab.page.get_by_role("link", name=self.name).click()
        tab.page.get_by_role("link", name=title, exact=True).click()
        return tab

    def read_page(self, title: str, button: str) -> None:
        """Open a page to read and press its button."""
        tool = self.open_activity(title).tool
        tool.get_by_role("button", name=button).click()
        expect(tool.locator(".notice")).to_contain_text("Noted")


def title_of(tool: Shown) -> Locator:
    """The heading of the page the tool shows."""
    return tool.get_by_role("heading", level=1)


def text_box(tool: Shown) -> Locator:
    """The box to write in."""
    return tool.get_by_role("textbox", name="Your text")


def save_line(tool: Shown) -> Locator:
    """The line that says whether the draft is safe."""
    return tool.locator("[data-save-seen]")


def hand_in(tool: Shown) -> str:
    """Hand the text in; returns the code that markers see."""
    tool.get_by_role("button", name="Hand in").click()
    expect(title_of(tool)).to_have_text("Handed in")
    return tool.locator("dt", has_text="Code").locator("+ dd").inner_text()


def press_tab_to(page: Page, wanted: Locator) -> None:
    """Go on by the tabulator alone until the focus is there."""
    expect(wanted).to_be_visible()
    for _ in range(MOST_STEPS):
        if wanted.evaluate("one => one === document.activeElement && document.hasFocus()"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The tabulator never came to {wanted}.")


def follow_by_keyboard(page: Page, wanted: Locator) -> None:
    """Go to a link or button by the tabulator and press Enter."""
    press_tab_to(page, wanted)
    page.keyboard.press("Enter")
