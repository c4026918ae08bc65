"""An employer checks what an applicant sent: the picture, the text, a forged one."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.acting import title_of
from tests.journeys.conftest import NewWindow
from tests.journeys.earning import Earned
from tests.journeys.school import School
from tests.support.browser import REFUSED

GENUINE = "This certificate is genuine"
NOT_TO_RELY_ON = "This certificate can't be relied on"

_DROP = """
([name, bytes]) => {
  const files = new DataTransfer();
  files.items.add(new File([new Uint8Array(bytes)], name, {type: "image/png"}));
  const box = document.querySelector("[data-drop] .drop");
  for (const kind of ["dragover", "drop"]) {
    box.dispatchEvent(new DragEvent(kind, {dataTransfer: files, bubbles: true, cancelable: true}));
  }
}
"""


@pytest.fixture
def employer(school: School, new_window: NewWindow) -> Iterator[Page]:
    """The public page, open in the window of a stranger."""
    window = new_window()
    page = window.new_tab().page
    page.goto(school.site.verify_url)
    yield page


def check_it(page: Page) -> None:
    """Press the button."""
    page.get_by_role("button", name="Check it").click()


def line(page: Page, name: str) -> Locator:
    """One line of the report."""
    return page.locator(".verdict-line", has_text=name)


def paste(page: Page, text: str) -> None:
    """Put the text of a certificate into its box."""
    page.get_by_text("Paste its text instead").click()
    page.get_by_label("The text of the certificate").fill(text)


def test_a_picture_dropped_on_the_page_is_genuine(employer: Page, earned: Earned) -> None:
    employer.evaluate(_DROP, ["certificate.png", list(earned.picture)])
    expect(employer.get_by_text("Chosen: certificate.png")).to_be_attached()
    employer.get_by_label("Whose is it?").fill(earned.holder.email)

    check_it(employer)

    expect(title_of(employer)).to_have_text(GENUINE)
    expect(employer.locator(".verdict-line.verdict-passed")).to_have_count(6)
    expect(line(employer, "It belongs to this person")).to_contain_text("passed")


def test_a_picture_chosen_with_the_button_says_what_was_not_asked(
    employer: Page, earned: Earned, tmp_path: Path
) -> None:
    picture = tmp_path / "certificate.png"
    picture.write_bytes(earned.picture)
    employer.get_by_label("The certificate file").set_input_files(picture)

    check_it(employer)

    expect(title_of(employer)).to_have_text(GENUINE)
    expect(line(employer, "It belongs to this person")).to_contain_text("does not apply")
    expect(employer.get_by_text("Anybody can pass on a genuine file.")).to_be_visible()


def test_pasted_text_is_checked_like_a_file(employer: Page, earned: Earned) -> None:
    paste(employer, earned.data.decode())

    check_it(employer)

    expect(title_of(employer)).to_have_text(GENUINE)


def test_a_certificate_that_was_changed_is_told_from_a_genuine_one(
    employer: Page, earned: Earned
) -> None:
    name = earned.document["credentialSubject"]["achievement"]["name"]
    paste(employer, earned.data.decode().replace(name, f"Advanced {name}"))

    check_it(employer)

    expect(title_of(employer)).to_have_text(NOT_TO_RELY_ON)
    expect(line(employer, "The signature fits")).to_contain_text("failed")
    expect(employer.get_by_text("these are only claims")).to_be_visible()


def test_another_address_is_not_the_holder_s(employer: Page, earned: Earned) -> None:
    paste(employer, earned.data.decode())
    employer.get_by_label("Whose is it?").fill("somebody.else@lms.example")

    check_it(employer)

    expect(title_of(employer)).to_have_text(NOT_TO_RELY_ON)
    expect(line(employer, "The signature fits")).to_contain_text("passed")
    expect(line(employer, "It belongs to this person")).to_contain_text("failed")


def test_a_file_without_a_badge_gets_a_sentence_and_a_second_try(
    school: School, new_window: NewWindow, earned: Earned
) -> None:
    window = new_window()
    window.complaints.expect(REFUSED)
    page = window.new_tab().page
    page.goto(school.site.verify_url)
    paste(page, json.dumps({"hello": "world"})[:-1])
    check_it(page)
    expect(page.get_by_role("alert")).to_contain_text("No badge could be read.")

    page.get_by_label("The text of the certificate").fill(earned.data.decode())
    check_it(page)

    expect(title_of(page)).to_have_text(GENUINE)
