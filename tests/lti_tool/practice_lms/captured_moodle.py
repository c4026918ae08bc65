"""The captured Moodle's course, so that its messages can be replayed."""

from dataclasses import replace

from lti_tool.practice_lms.course import Course, Link, Role, User
from lti_tool.practice_lms.state.gradebook import LineItem
from tests.lti_tool.practice_lms.conftest import MovableClock, a_small_tool
from tests.support.practice import PracticePlatform, a_moodle


def _person(user_id: str, name: str, role: Role, sourced_id: str, username: str) -> User:
    given, family = name.split()
    email = f"{username}@example.test"
    return User(user_id, name, given, family, email, role, sourced_id=sourced_id)


PEOPLE = (
    _person("3", "Tara Teacher", Role.INSTRUCTOR, "SIS-T1", "teacher1"),
    _person("4", "Sam Öztürk", Role.STUDENT, "SIS-S1", "student1"),
    _person("5", "Kim NoIdNumber", Role.STUDENT, "", "student2"),
    _person("6", "Toni Assist", Role.ASSISTANT, "SIS-TA1", "ta1"),
    _person("2", "Admin User", Role.ADMINISTRATOR, "", "admin"),
)
LINKS = (
    Link(
        "1",
        "Module 1: Graded reflection",
        is_graded=True,
        score_maximum=25,
        resource_id="mod-1",
        tag="reflection",
    ),
    Link("2", "Module 2: Reading (ungraded)"),
)
COURSE = Course("2", "Acceptance Course 101", "ACC101", PEOPLE, LINKS)


def a_captured_moodle(clock: MovableClock) -> PracticePlatform:
    """A practice Moodle with that course, and the empty front page course beside it."""
    client = a_small_tool(lambda: platform.practice.keys.key_set())
    front_page = Course("1", "Front page", "site", (), ())
    school = replace(a_moodle(deployment_id="1"), course=COURSE, more_courses=(front_page,))
    platform = PracticePlatform(client, school, now=clock)
    return platform


def with_tool_made_items(platform: PracticePlatform) -> None:
    """The line items 3 and 4, which the tool made before scores were posted."""
    book = platform.practice.gradebook
    book.add_line_item(LineItem(0, "Course completion", 100, course_id="2"))
    book.add_line_item(LineItem(0, "Module 2 completion", 1, link_id="2", course_id="2"))
