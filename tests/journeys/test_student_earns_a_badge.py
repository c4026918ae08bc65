"""A student does the programme inside the LMS, an instructor marks and releases by keyboard."""

import json

from playwright.sync_api import FrameLocator, Page, expect

from credentials import baking
from lti_tool.cli.trying.coursework import COMMENT, TEXT
from tests.journeys.acting import (
    Person,
    follow_by_keyboard,
    hand_in,
    press_tab_to,
    save_line,
    text_box,
    title_of,
)
from tests.journeys.conftest import NewWindow
from tests.journeys.school import (
    CONDUCT,
    INSTRUCTOR,
    PROGRAMME,
    READING,
    REFLECTION,
    SAFE_WRITING,
    School,
)
from tests.support.browser import Tab

CERTIFICATE = PROGRAMME.badges[0].name


def test_a_student_earns_a_badge_and_takes_it_along(school: School, new_window: NewWindow) -> None:
    newcomer = school.new_student()
    student = Person(school, new_window(), newcomer.name)
    for title, button in (
        (READING, "Mark as done"),
        (SAFE_WRITING, "Mark as done"),
        (CONDUCT, "I agree"),
    ):
        student.read_page(title, button)
    tab = student.open_activity(REFLECTION)
    write_and_reload(tab)
    code = hand_in(tab.tool)

    mark_and_release_by_keyboard(Person(school, new_window(), INSTRUCTOR), code)

    tab.tool.get_by_role("link", name="my progress").click()
    tab.tool.get_by_role("link", name=CERTIFICATE).click()
    wait_for_badge(school, tab.tool)
    expect(title_of(tab.tool)).to_have_text(CERTIFICATE)
    expect(tab.tool.get_by_role("row", name="What follows")).to_contain_text("Established")
    assert_same_certificate(tab)
    read_feedback(student)
    assert_full_marks(school, Person(school, new_window(), INSTRUCTOR), newcomer.name)


def write_and_reload(tab: Tab) -> None:
    """Type, wait until the page says that it is saved, reload, and find the text again."""
    expect(save_line(tab.tool)).to_have_text("Nothing saved yet")
    text_box(tab.tool).fill(TEXT)
    expect(tab.tool.get_by_text(f"Words: {len(TEXT.split())}.")).to_be_visible()
    expect(save_line(tab.tool)).to_contain_text("Saved")
    tab.page.reload()
    expect(text_box(tab.tool)).to_have_value(TEXT)


def mark_and_release_by_keyboard(instructor: Person, code: str) -> None:
    """Choose levels, comment, finish and release without touching a mouse."""
    tab = instructor.open_activity(REFLECTION)
    page, tool = tab.page, tab.tool
    follow_by_keyboard(page, tool.get_by_role("link", name="Work to mark"))
    follow_by_keyboard(page, tool.get_by_role("link", name=code, exact=True))
    expect(tool.locator(".written").first).to_contain_text("stopped eating lunch")
    choose_levels(page, tool)
    press_tab_to(page, tool.get_by_label("Comment to the student"))
    page.keyboard.insert_text(COMMENT)
    follow_by_keyboard(page, tool.get_by_role("button", name="Save and finish"))
    expect(tool.get_by_text("Finished. The result now waits for its release.")).to_be_visible()
    follow_by_keyboard(page, tool.get_by_role("link", name="Results to release"))
    press_tab_to(page, tool.get_by_role("checkbox", name=code))
    page.keyboard.press("Space")
    follow_by_keyboard(page, tool.get_by_role("button", name="Release the ticked results"))
    expect(tool.get_by_text("Released. The students can read")).to_be_visible()


def choose_levels(page: Page, tool: FrameLocator) -> None:
    """In each group the second arrow up from "Not marked yet" is "established"."""
    expect(tool.locator("fieldset")).to_have_count(5)
    for group in tool.locator("fieldset").all():
        press_tab_to(page, group.get_by_role("radio", name="Not marked yet"))
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        expect(group.get_by_role("radio", name="established")).to_be_checked()


def wait_for_badge(school: School, tool: FrameLocator) -> None:
    """Look again until the worker has signed it, as the page tells the student to."""
    download = tool.get_by_role("link", name="Download the picture")
    look_again = tool.get_by_role("link", name="Look again")

    def is_there() -> bool:
        download.or_(look_again).first.wait_for()
        if look_again.is_visible():
            look_again.click()
        return download.is_visible()

    school.wait_for(is_there, "The certificate is signed.")


def assert_same_certificate(tab: Tab) -> None:
    """Both files come as downloads, and the picture holds the data."""
    files = []
    for name in ("Download the data (JSON)", "Download the picture (PNG)"):
        with tab.page.expect_download() as download:
            tab.tool.get_by_role("link", name=name).click()
        files.append(download.value.path().read_bytes())
    data, picture = files
    assert json.loads(data)["credentialSubject"]["achievement"]["name"] == CERTIFICATE
    assert json.loads(baking.unbake(picture)) == json.loads(data)


def read_feedback(student: Person) -> None:
    """The student reads levels and comment, and can't write on."""
    tab = student.open_activity(REFLECTION)
    expect(tab.tool.get_by_text("Accepted.")).to_be_visible()
    expect(tab.tool.get_by_text(COMMENT)).to_be_visible()
    expect(tab.tool.get_by_text("your work is here")).to_have_count(5)
    expect(text_box(tab.tool)).to_have_count(0)


def assert_full_marks(school: School, instructor: Person, name: str) -> None:
    """The gradebook shows 1 of 1 for every activity."""
    page = instructor.window.new_tab().page

    def has_all() -> bool:
        page.goto(f"{school.site.lms_url}/as/3/gradebook")
        return page.get_by_role("row", name=name).get_by_text("1 of 1").count() == 4

    school.wait_for(has_all, "The gradebook has 1 of 1 for every activity.")
