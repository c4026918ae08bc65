"""From the gradebooks of the practice Moodle and Canvas, over HTTP, to a student's work."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from uuid import UUID

import pytest

from lti_tool import worker
from lti_tool.cli.trying.browser import Browser, address
from lti_tool.cli.trying.ports import free_ports
from lti_tool.practice_lms.canvas.identifiers import context_id
from lti_tool.practice_lms.default_course import a_link
from lti_tool.practice_lms.manners import endpoints
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.store.tables.platforms import Course
from lti_tool.store.tables.submissions import Submission
from lti_tool.usecases.lms import platforms
from lti_tool.usecases.lms.platform_fields import NewPlatform
from tests.support.builders import LONG_AGO, REFLECTION, an_institution
from tests.support.launching import Tool, a_tool
from tests.support.practice import INSTRUCTOR, STUDENT, PracticePlatform, serving
from tests.support.practice import REFLECTION as LINK
from tests.support.tool_key import give_tool_key

TEXT = "Something happened on the ward, and I still think of it. " * 20


@dataclass(frozen=True)
class Place:
    """An LMS of one kind and the tool, both serving, known to each other."""

    lms_url: str
    tool: Tool
    lms: PracticePlatform

    def hand_in(self) -> UUID:
        """The student writes and hands in; the worker tells the LMS."""
        with Browser() as browser:
            box = browser.launch(f"{self.lms_url}/as/{STUDENT}/launch/{LINK}")
            browser.send(box, "/submit", values={"text": TEXT})
        self.deliver()
        (submission,) = self.tool.rows(Submission)
        return submission.id

    def deliver(self) -> None:
        """The worker does everything there is to do, and nothing of it fails."""
        for message in self.tool.rows(OutboxMessage):
            assert message.done_at is not None or worker.deliver(self.tool.wired, message.id)

    def review_by(self, browser: Browser, person_id: str) -> str:
        """Where the LMS's own page for this work leads somebody; its address."""
        item = self.lms.practice.gradebook.line_items("2")[0]
        page = browser.launch(f"{self.lms_url}/as/{person_id}/review/{item.number}/{STUDENT}")
        return page.url


@pytest.fixture
def place_of(sqlite_db, tmp_path, now) -> Iterator[Callable[[str], Place]]:
    with ExitStack() as things:

        def open_place(profile: str) -> Place:
            port, lms_port = free_ports()
            tool = a_tool(sqlite_db, tmp_path, now, base_url=f"http://localhost:{port}")
            lms = _connected(tool, profile, f"http://127.0.0.1:{lms_port}")
            things.enter_context(serving(tool.app, host="localhost", port=port))
            things.enter_context(serving(lms.app, port=lms_port))
            return Place(lms.configuration.base_url, tool, lms)

        yield open_place


def _connected(tool: Tool, profile: str, lms_url: str) -> PracticePlatform:
    make = getattr(PracticePlatform, profile)
    known = endpoints(make(None, base_url=lms_url).configuration)
    deployment = make(None).configuration.deployment_id
    told = NewPlatform(
        platform_issuer=lms_url,
        client_id="practice-client",
        auth_url=known.auth,
        token_url=known.token,
        jwks_url=known.jwks,
        deployments=(deployment,),
    )
    with tool.wired.db.begin() as session:
        institution_id = an_institution(session).id
        give_tool_key(session, institution_id, tool.wired.master)
        registration_id = platforms.register(session, institution_id, told, now=LONG_AGO).id
    ours = f"{tool.wired.settings.base_url}/lti/{registration_id}"
    link = a_link(int(LINK), "A reflection", REFLECTION, is_graded=True)
    lms: PracticePlatform = make(
        tool.app.test_client(),
        now=tool.clock,
        base_url=lms_url,
        storage="off",
        tool={"name": "The tool"}
        | {f"{name}_url": f"{ours}/{name}" for name in ("login", "launch", "jwks")},
        links=[{**link, "review_url": f"{ours}/launch"}],
    )
    tool.key_pages[known.jwks] = lambda: lms.answer("GET", known.jwks).json
    return lms


@pytest.mark.parametrize("profile", ["moodle", "canvas"])
def test_the_instructor_comes_straight_to_the_work(place_of, profile):
    place = place_of(profile)
    submission_id = place.hand_in()

    with Browser() as browser:
        assert place.review_by(browser, INSTRUCTOR).endswith(f"/marking/{submission_id}")


def test_a_canvas_student_comes_to_their_own_page(place_of):
    place = place_of("canvas")
    place.hand_in()

    with Browser() as browser:
        assert place.review_by(browser, STUDENT).endswith("/writing/first-reflection")


@pytest.mark.parametrize("profile", ["moodle", "canvas"])
def test_the_people_of_the_course_are_read_from_the_lms(place_of, profile):
    place = place_of(profile)
    place.hand_in()
    with Browser() as browser:
        start = browser.launch(f"{place.lms_url}/as/{INSTRUCTOR}/launch/{LINK}")
        people = browser.follow(start, "/course/people")
        asked = browser.send(people, "/course/people/read")
        place.deliver()
        shown = browser.open(address(asked, "/course/people"))

    (course,) = place.tool.rows(Course)
    assert course.context_id == ("2" if profile == "moodle" else context_id("2"))
    assert course.roster_fault is None
    assert shown.text.count("Never opened anything here") == 2
