"""Several people, activities and courses in one browser never see each other's pages."""

from playwright.sync_api import expect

from tests.journeys.acting import Person, save_line, text_box, title_of
from tests.journeys.school import INSTRUCTOR, READING, REFLECTION, School
from tests.support.browser import Window


def test_two_students_and_an_instructor_share_one_browser(school: School, window: Window) -> None:
    one, other = school.new_student(), school.new_student()
    first = Person(school, window, one.name).open_activity(REFLECTION)
    expect(save_line(first.tool)).to_have_text("Nothing saved yet")
    second = Person(school, window, other.name).open_activity(REFLECTION)
    expect(save_line(second.tool)).to_have_text("Nothing saved yet")
    teaching = Person(school, window, INSTRUCTOR).open_activity(REFLECTION)
    expect(teaching.tool.get_by_role("heading", name="What students see")).to_be_visible()

    text_box(first.tool).fill("What the first of them wrote.")
    text_box(second.tool).fill("What the second of them wrote.")
    for tab in (first, second):
        text_box(tab.tool).blur()
        expect(save_line(tab.tool)).to_contain_text("Saved")
        tab.page.reload()

    expect(text_box(first.tool)).to_have_value("What the first of them wrote.")
    expect(text_box(second.tool)).to_have_value("What the second of them wrote.")
    teaching.tool.get_by_role("link", name="Work to mark").click()
    expect(title_of(teaching.tool)).to_have_text("To mark")


def test_two_courses_lead_to_one_programme_each_in_its_own_tab(
    school: School, window: Window
) -> None:
    student = Person(school, window, school.new_student().name)
    here = student.open_activity(READING)
    expect(title_of(here.tool)).to_have_text(READING)
    school.next_launch_from_course("77", "Second term")
    there = student.open_activity(READING)
    there.tool.get_by_role("button", name="Mark as done").click()
    expect(there.tool.locator(".notice")).to_contain_text("Noted")

    here.tool.get_by_role("link", name="my progress").click()

    reading = here.tool.get_by_role("listitem").filter(has_text=READING).first
    expect(reading).to_contain_text("met")


def test_ten_tabs_go_on_working(school: School, window: Window) -> None:
    student = school.new_student()
    tabs = [window.new_tab() for _ in range(10)]
    for tab in tabs:
        tab.page.goto(school.frame_url(student.id, READING))
    for tab in tabs:
        expect(title_of(tab.tool)).to_have_text(READING)

    tabs[0].tool.get_by_role("link", name="my progress").click()

    expect(title_of(tabs[0].tool)).to_have_text("Foundations taster")


def test_a_window_opened_from_the_frame_goes_on_without_it(school: School, window: Window) -> None:
    tab = Person(school, window, school.new_student().name).open_activity(REFLECTION)
    text_box(tab.tool).fill("Begun in the frame.")
    text_box(tab.tool).blur()
    expect(save_line(tab.tool)).to_contain_text("Saved")

    with tab.page.expect_popup() as opening:
        tab.tool.get_by_role("button", name="Open in a new window").click()
    opened = opening.value
    expect(text_box(opened)).to_have_value("Begun in the frame.")
    opened.reload()

    expect(text_box(opened)).to_have_value("Begun in the frame.")


def test_two_students_in_two_courses_share_one_browser(school: School, window: Window) -> None:
    one, other = school.new_student(), school.new_student()
    here = Person(school, window, one.name).open_activity(REFLECTION)
    expect(save_line(here.tool)).to_have_text("Nothing saved yet")
    school.next_launch_from_course("78", "Third term")
    there = Person(school, window, other.name).open_activity(REFLECTION)
    expect(save_line(there.tool)).to_have_text("Nothing saved yet")

    for tab, text in ((here, "Of the one."), (there, "Of the other.")):
        text_box(tab.tool).fill(text)
        text_box(tab.tool).blur()
        expect(save_line(tab.tool)).to_contain_text("Saved")
        tab.page.reload()

    # A reload opens the first again as it was; its page in the LMS always names the first course.
    expect(text_box(here.tool)).to_have_value("Of the one.")
    expect(text_box(there.tool)).to_have_value("Of the other.")


def test_reload_and_back_show_pages_and_launch_nothing_again(
    school: School, window: Window
) -> None:
    page = window.new_tab().page
    page.goto(school.launch_url(school.new_student().id, READING))
    expect(title_of(page)).to_have_text(READING)
    page.reload()
    expect(title_of(page)).to_have_text(READING)
    page.get_by_role("link", name="my progress").click()
    expect(title_of(page)).to_have_text("Foundations taster")

    page.go_back()

    expect(title_of(page)).to_have_text(READING)
    page.get_by_role("button", name="Mark as done").click()
    expect(page.locator(".notice")).to_contain_text("Noted")
