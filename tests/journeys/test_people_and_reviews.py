"""Those who teach see who is in the course, and come from the gradebook to a student's work."""

import re

from playwright.sync_api import expect

from lti_tool.cli.trying.browser import Browser
from lti_tool.cli.trying.coursework import TEXT
from lti_tool.practice_lms.claims import LTI
from tests.journeys.acting import Person, title_of
from tests.journeys.school import INSTRUCTOR, INSTRUCTOR_ID, READING, REFLECTION, School
from tests.support.browser import Window


def test_a_teacher_sees_who_never_came(school: School, window: Window) -> None:
    newcomer = school.new_student()
    tool = Person(school, window, INSTRUCTOR).open_activity(READING).tool
    tool.get_by_role("link", name="People in this course").click()
    tool.get_by_role("button", name="Read the list of people now").click()
    expect(tool.locator(".notice")).to_contain_text("The list is being read now")
    again = tool.get_by_role("link", name="Show this page again")

    def is_read() -> bool:
        if again.is_visible():
            again.click()
        return "As the LMS listed them" in tool.locator("main").inner_text()

    school.wait_for(is_read, "The list of people is read.")

    line = tool.get_by_role("row", name=newcomer.name)
    expect(line).to_contain_text("Never opened anything here")


def test_the_gradebook_leads_to_the_students_work(school: School, window: Window) -> None:
    student = school.new_student()
    with Browser() as theirs:
        box = theirs.launch(school.launch_url(student.id, REFLECTION))
        theirs.send(box, "/submit", values={"text": TEXT})
    school.change_next_claims(
        {
            LTI + "message_type": "LtiSubmissionReviewRequest",
            LTI + "for_user": {"user_id": student.id},
        }
    )
    page = window.new_tab().page

    page.goto(school.launch_url(INSTRUCTOR_ID, REFLECTION))

    expect(title_of(page)).to_have_text(re.compile(f"[A-Z0-9-]{{7}}: {REFLECTION}"))
    expect(page.locator(".written")).to_contain_text(TEXT.strip()[:60])
