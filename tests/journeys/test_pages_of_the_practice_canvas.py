"""Teachers and administrators can use every page of the practice Canvas."""

from dataclasses import replace

import pytest

from lti_tool.practice_lms.growing import copy_course
from lti_tool.practice_lms.state.gradebook import Attempt
from tests.journeys.looking import Eye
from tests.support.practice import INSTRUCTOR, REFLECTION, STUDENT, PracticePlatform


@pytest.fixture
def eye(window):
    """An eye on one tab; when the test ends no page may have been wrong."""
    eye = Eye(window.new_tab().page)
    yield eye
    eye.assert_nothing_wrong()


def _furnished() -> PracticePlatform:
    """A course with a draft, a copy of it, and work to be graded."""
    canvas = PracticePlatform.canvas(None)
    practice, course = canvas.practice, canvas.configuration.course
    drafts = [replace(one, is_published=one.id != REFLECTION) for one in course.links]
    practice.put_course(replace(course, links=tuple(drafts)))
    copy_course(practice, course)
    (item,) = practice.gradebook.line_items(course.id)
    attempt = Attempt(practice.surroundings.now(), "basic_lti_launch", "http://localhost/lti/x")
    practice.gradebook.change(
        item,
        STUDENT,
        lambda one: replace(one, attempts=(attempt,), is_pending_review=True),
    )
    return canvas


def test_pages_of_the_practice_canvas(eye: Eye) -> None:
    with _furnished().serve() as url:
        for name, path in (
            ("front page", "/"),
            ("tools", "/admin/tools"),
            ("course", f"/as/{INSTRUCTOR}/course"),
            ("gradebook", f"/as/{INSTRUCTOR}/gradebook"),
            ("cancelled", "/deep_linking_cancel?course=2&lti_msg=Nothing+chosen"),
        ):
            eye.page.goto(url + path)
            eye.look(f"practice canvas {name}")
        eye.page.goto(f"{url}/as/{INSTRUCTOR}/course")
        eye.page.get_by_text("Copy", exact=True).click()
        eye.look("practice canvas copy")
        eye.page.get_by_role("button", name="Copy this course").click()
        eye.page.get_by_role("heading", name="copy 1").wait_for()
