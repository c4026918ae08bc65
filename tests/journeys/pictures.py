"""Take the pictures that the README shows: python -m tests.journeys.pictures

Run it again when a page in them has changed its look, and make them smaller with pngquant.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Locator, Page, expect

from lti_tool.cli.trying.coursework import TEXT
from tests.journeys.acting import Person, save_line, text_box, title_of
from tests.journeys.earning import earn
from tests.journeys.school import REFLECTION, School, open_school
from tests.support import browser
from tests.support.browser import Window

PICTURES = Path(__file__).parents[2] / "deploy" / "pictures"
WIDTH = 1280
MARGIN = 10


def student(school: School, window: Window) -> None:
    """A reflection, half written, inside the practice LMS."""
    tab = Person(school, window, "Amara Lindqvist").open_activity(REFLECTION)
    text_box(tab.tool).fill(TEXT)
    text_box(tab.tool).blur()
    expect(save_line(tab.tool)).to_contain_text("Saved")
    _take(tab.page, "student.png", end=tab.tool.get_by_role("button", name="Save draft"))


def verify(school: School, window: Window) -> None:
    """What an employer reads about a genuine certificate."""
    earned = earn(school)
    page = window.new_tab().page
    page.goto(school.site.verify_url)
    page.get_by_text("Paste its text instead").click()
    page.get_by_label("The text of the certificate").fill(earned.data.decode())
    page.get_by_label("Whose is it?").fill(earned.holder.email)
    page.get_by_role("button", name="Check it").click()
    expect(title_of(page)).to_have_text("This certificate is genuine")
    _take(page, "verify.png", end=page.locator(".verdict-line").last)


def _take(page: Page, name: str, *, end: Locator) -> None:
    """Take the page from its top down to `end`."""
    page.evaluate("scrollTo(0, 0)")
    box = end.bounding_box()
    if box is None:
        raise ValueError("What the picture ends with is not on the page.")
    height = round(box["y"] + box["height"]) + MARGIN
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.screenshot(path=PICTURES / name)
    sys.stdout.write(f"{PICTURES / name}\n")


def main() -> None:
    """Take each picture at a school of its own making."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory() as folder,
        open_school(Path(folder)) as school,
        browser.running() as chromium,
        browser.window(chromium, width=WIDTH) as window,
    ):
        student(school, window)
        verify(school, window)


if __name__ == "__main__":
    main()
