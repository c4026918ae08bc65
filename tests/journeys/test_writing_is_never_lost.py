"""What a student writes survives reload, back, a lost connection and a second window."""

from playwright.sync_api import Page, expect

from tests.journeys.acting import Person, hand_in, save_line, text_box, title_of
from tests.journeys.school import READING, REFLECTION, School
from tests.support.browser import REFUSED, Window


def writing(school: School, window: Window) -> Page:
    """A newcomer's reflection, in a tab of its own."""
    page = window.new_tab().page
    page.goto(school.launch_url(school.new_student().id, REFLECTION))
    expect(title_of(page)).to_have_text(REFLECTION)
    return page


def test_reload_and_back_show_the_page_that_the_launch_led_to(
    school: School, window: Window
) -> None:
    tab = Person(school, window, school.new_student().name).open_activity(READING)
    expect(title_of(tab.tool)).to_have_text(READING)
    tab.tool.get_by_role("link", name="my progress").click()
    expect(title_of(tab.tool)).to_have_text("Foundations taster")

    tab.page.evaluate("history.back()")
    expect(title_of(tab.tool)).to_have_text(READING)
    page = writing(school, window)
    page.reload()

    expect(title_of(page)).to_have_text(REFLECTION)


def test_a_draft_is_saved_by_itself_while_somebody_writes(school: School, window: Window) -> None:
    page = writing(school, window)

    text_box(page).press_sequentially("It began on a Monday.")

    expect(save_line(page)).to_have_text("Not saved yet")
    expect(save_line(page)).to_contain_text("Saved")
    page.reload()
    expect(text_box(page)).to_have_value("It began on a Monday.")


def test_what_is_written_without_a_connection_is_saved_when_it_is_back(
    school: School, window: Window
) -> None:
    window.complaints.expect(REFUSED)
    page = writing(school, window)
    window.context.set_offline(True)
    text_box(page).fill("Written on a train, in a tunnel.")
    text_box(page).blur()
    expect(save_line(page)).to_contain_text("Not saved: your connection is gone")
    expect(page.get_by_role("status").get_by_text("Not saved: your connection")).to_be_attached()

    window.context.set_offline(False)

    expect(save_line(page)).to_contain_text("Saved")
    page.reload()
    expect(text_box(page)).to_have_value("Written on a train, in a tunnel.")


def test_two_windows_that_differ_are_both_shown(school: School, window: Window) -> None:
    window.complaints.expect(REFUSED)
    first = writing(school, window)
    second = window.new_tab().page
    second.goto(first.url)
    text_box(first).fill("What stands in the first window.")
    text_box(first).blur()
    expect(save_line(first)).to_contain_text("Saved")

    text_box(second).fill("What stands in the second window.")
    text_box(second).blur()
    expect(save_line(second)).to_contain_text("this text was changed in another window")
    second.get_by_role("button", name="Save draft").click()

    expect(title_of(second)).to_have_text("Two versions of your text")
    expect(second.locator("textarea")).to_have_value("What stands in the second window.")
    expect(second.locator(".paper")).to_have_text("What stands in the first window.")
    second.get_by_role("button", name="Keep this one").click()
    expect(text_box(second)).to_have_value("What stands in the second window.")


def test_a_text_handed_in_from_another_window_is_not_called_changed(
    school: School, window: Window
) -> None:
    window.complaints.expect(REFUSED)
    first = writing(school, window)
    second = window.new_tab().page
    second.goto(first.url)
    text_box(first).fill("Something happened on the ward. " * 30)
    hand_in(first)

    text_box(second).fill("One more thought.")
    text_box(second).blur()

    expect(save_line(second)).to_contain_text("this text was handed in from another window")
    expect(text_box(second)).to_have_value("One more thought.")
