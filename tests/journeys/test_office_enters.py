"""The office enters by a one-time link, grants a role, changes its contacts, revokes."""

from playwright.sync_api import Page, expect

from tests.journeys.acting import Person, title_of
from tests.journeys.conftest import NewWindow
from tests.journeys.earning import earn
from tests.journeys.school import READING, School
from tests.support.browser import REFUSED, Window

OFFICE = "office@school.example"


def enter(school: School, window: Window) -> Page:
    """Go in by a new link, as the administrator."""
    page = window.new_tab().page
    page.goto(school.entry_link(OFFICE, "administrator"))
    page.get_by_role("button", name="Enter now").click()
    expect(title_of(page)).to_have_text("Office of Example School of Medicine")
    return page


def test_a_link_that_is_used_up_says_what_to_do(school: School, new_window: NewWindow) -> None:
    window = new_window()
    window.complaints.expect(REFUSED)
    address = school.entry_link(OFFICE, "administrator")
    first = window.new_tab().page
    first.goto(address)
    first.get_by_role("button", name="Enter now").click()
    expect(title_of(first)).to_contain_text("Office of")

    second = window.new_tab().page
    second.goto(address)
    second.get_by_role("button", name="Enter now").click()

    expect(second.get_by_role("main")).to_contain_text("used")
    expect(second.get_by_role("main")).to_contain_text("If you ask for help, quote this")


def test_a_role_is_granted_and_its_holder_enters_with_a_link_from_the_page(
    school: School, new_window: NewWindow
) -> None:
    page = enter(school, new_window())
    page.get_by_role("link", name="People and roles").click()
    page.get_by_label("Person", exact=True).fill("moderator@school.example")
    page.get_by_label("Role", exact=True).select_option("moderator")
    page.get_by_role("button", name="Grant the role").click()
    expect(page.locator(".notice")).to_contain_text("The role is granted.")

    page.get_by_role("button", name="Make a link for moderator@school.example").click()
    link = page.get_by_label("The link", exact=True).input_value()
    moderator = new_window().new_tab().page
    moderator.goto(link)
    moderator.get_by_role("button", name="Enter now").click()

    expect(title_of(moderator)).to_contain_text("Office of")
    expect(moderator.get_by_role("link", name="People and roles")).to_have_count(0)


def test_a_contact_entered_by_the_office_stands_in_a_student_s_help_panel(
    school: School, new_window: NewWindow
) -> None:
    page = enter(school, new_window())
    page.get_by_role("link", name="Institution", exact=True).click()
    page.get_by_role("group", name="Contact 3").get_by_label("Who").fill("Chaplaincy")
    page.get_by_role("group", name="Contact 3").get_by_label("How").fill("Room 1.01, any time")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice")).to_contain_text("Saved.")

    student = Person(school, new_window(), school.new_student().name)
    tab = student.open_activity(READING)
    title_of(tab.tool).wait_for()
    tab.tool.get_by_text("Help", exact=True).click()

    expect(tab.tool.get_by_text("Room 1.01, any time")).to_be_visible()


def test_a_revoked_certificate_is_told_to_holder_and_employer(
    school: School, new_window: NewWindow
) -> None:
    earned = earn(school)
    page = enter(school, new_window())
    page.get_by_role("link", name="Certificates").click()
    page.get_by_label("Find one by its id").fill(earned.document["id"])
    page.get_by_role("button", name="Find").click()
    page.get_by_label("Reason").fill("Issued to the wrong person.")
    page.get_by_role("button", name="Revoke for good").click()
    expect(page.locator(".notice")).to_contain_text("The certificate is revoked.")

    employer = new_window().new_tab().page
    employer.goto(school.site.verify_url)
    employer.get_by_text("Paste its text instead").click()
    employer.get_by_label("The text of the certificate").fill(earned.data.decode())
    employer.get_by_role("button", name="Check it").click()
    expect(title_of(employer)).to_have_text("This certificate can't be relied on")
    withdrawn = employer.locator(".verdict-line", has_text="It has not been withdrawn")
    expect(withdrawn).to_contain_text("failed")

    tab = Person(school, new_window(), earned.holder.name).open_activity(READING)
    tab.tool.get_by_role("link", name="my progress").click()
    tab.tool.get_by_role("link", name="My certificates").click()
    expect(tab.tool.get_by_text("withdrawn")).to_be_visible()
