"""Words typed before the page's scripts have come are saved like all others."""

import time

from playwright.sync_api import Route, expect

from tests.journeys.acting import Person, save_line, text_box
from tests.journeys.conftest import NewWindow
from tests.journeys.school import REFLECTION, School

LATE = 2.0
"""Seconds until the script comes, as over a slow line."""


def test_words_typed_before_the_script_came_are_saved(
    school: School, new_window: NewWindow
) -> None:
    student = Person(school, new_window(), school.new_student().name)
    student.window.context.route("**/static/autosave.js*", come_late)

    tool = student.open_activity(REFLECTION).tool
    text_box(tool).fill("I wrote this at once.")

    expect(save_line(tool)).to_contain_text("Saved")


def come_late(route: Route) -> None:
    """Let the request through, but not at once."""
    time.sleep(LATE)
    route.continue_()
