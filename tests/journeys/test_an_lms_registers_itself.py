"""One address pasted into Moodle and into Canvas, in frames of another site; then a student."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from lti_tool.cli.trying.ports import free_ports
from lti_tool.practice_lms.default_course import a_link
from lti_tool.practice_lms.views.registering import begin_registration
from lti_tool.store.database import Database
from lti_tool.usecases import entry_links
from lti_tool.usecases.lms import deployments, invitations
from lti_tool.usecases.people import OfficeRole
from tests.journeys.acting import title_of
from tests.journeys.conftest import NewWindow
from tests.journeys.looking import Eye
from tests.journeys.school import READING as TITLE
from tests.support.browser import REFUSED
from tests.support.builders import FIRST_PAGE, an_actor, an_institution
from tests.support.launching import Tool, a_tool
from tests.support.practice import READING, STUDENT, PracticePlatform, serving


@dataclass(frozen=True)
class Place:
    """The tool, and an LMS that does not know it yet, on different sites."""

    tool: Tool
    lms: PracticePlatform
    institution_id: UUID
    administrator_id: UUID

    def enter_office(self, page: Page) -> None:
        """Go in by a one-time link, to the LMS connections."""
        with self.tool.wired.db.begin() as session:
            secret = entry_links.make(
                session,
                self.institution_id,
                self.administrator_id,
                now=self.tool.clock(),
                new_secret=self.tool.wired.new_secret,
            )
        page.goto(f"{self.tool.wired.settings.base_url}/enter/{secret}")
        page.get_by_role("button", name="Enter now").click()
        page.get_by_role("link", name="LMS connections").click()

    def invite(self) -> str:
        """A registration address."""
        wired = self.tool.wired
        with wired.db.begin() as session:
            invited = invitations.invite(
                session,
                self.institution_id,
                master=wired.master,
                now=wired.now(),
                new_secret=wired.new_secret,
            )
        return f"{wired.settings.base_url}/lti/register/{invited.secret}"


@contextmanager
def opened(url: str, folder: Path, now: datetime, profile: str) -> Iterator[Place]:
    """Both, running; `url` is the tool's empty database."""
    port, lms_port = free_ports()
    lms_url = f"http://127.0.0.1:{lms_port}"
    with ExitStack() as open_things:
        db = open_things.enter_context(closing(Database(url)))
        tool = a_tool(db, folder, now, base_url=f"http://localhost:{port}")
        make = PracticePlatform.moodle if profile == "moodle" else PracticePlatform.canvas
        lms = make(
            tool.app.test_client(),
            now=tool.clock,
            base_url=lms_url,
            tool="not registered yet",
            storage="off",
            links=[a_link(int(READING), TITLE, FIRST_PAGE, is_graded=False)],
        )
        keys = lms.endpoints.jwks
        tool.key_pages[keys] = lambda: lms.answer("GET", keys).json
        with db.begin() as session:
            institution_id = an_institution(session).id
            roles = [OfficeRole.ADMINISTRATOR]
            actor = an_actor(session, institution_id, office_roles=roles, in_course=False)
        open_things.enter_context(serving(tool.app, host="localhost", port=port))
        open_things.enter_context(serving(lms.app, port=lms_port))
        yield Place(tool, lms, institution_id, actor.person_id)


@pytest.fixture
def place_with(sqlite_url: str, tmp_path: Path, now: datetime) -> Iterator[Callable[[str], Place]]:
    """Opens the tool beside an LMS of this kind."""
    with ExitStack() as open_things:
        yield lambda profile: open_things.enter_context(opened(sqlite_url, tmp_path, now, profile))


def address_from_office(page: Page) -> str:
    """Click to a new registration address."""
    page.get_by_role("link", name="Connect an LMS").click()
    page.get_by_role("button", name="Make a registration address").click()
    return page.get_by_label("The address", exact=True).input_value()


def paste(page: Page, place: Place, address: str) -> None:
    """Paste the address into the LMS, confirm in its frame, and see the LMS close it."""
    page.goto(f"{place.lms.configuration.base_url}/admin/tools")
    page.get_by_label("Registration address").fill(address)
    page.get_by_role("button", name="Register").click()
    frame = page.frame_locator("iframe.tool")
    expect(title_of(frame)).to_have_text("Connect this LMS with Testamur")
    frame.get_by_role("button", name="Connect").click()
    expect(title_of(page)).to_have_text("Tools")


@pytest.mark.parametrize("profile", ["moodle", "canvas"])
def test_an_address_is_pasted_and_a_student_gets_in(
    place_with: Callable[[str], Place], new_window: NewWindow, profile: str
) -> None:
    place = place_with(profile)
    office, lms = new_window().new_tab().page, new_window().new_tab().page
    place.enter_office(office)

    paste(lms, place, address_from_office(office))

    expect(lms.get_by_role("heading", name="Testamur")).to_be_visible()
    expect(lms.get_by_role("main")).to_contain_text("not switched on yet")
    lms.get_by_role("button", name="Activate").click()
    tab = new_window().new_tab()
    frame_url = f"{place.lms.configuration.base_url}/as/{STUDENT}/links/{READING}"
    tab.page.goto(frame_url)
    if profile == "canvas":
        # It names no deployment when it registers: somebody lets it in.
        expect(title_of(tab.tool)).to_have_text("Almost there")
        office.get_by_role("link", name="Back to LMS connections").click()
        expect(office.get_by_text("First opened from the course")).to_be_visible()
        office.get_by_role("button", name="Let it in").click()
        expect(office.locator(".notice")).to_contain_text("is let in")
        tab.page.goto(frame_url)
    expect(title_of(tab.tool)).to_have_text(TITLE)


def test_pages_of_a_registration_can_be_used_by_everybody(
    place_with: Callable[[str], Place], new_window: NewWindow
) -> None:
    place, window = place_with("canvas"), new_window()
    window.complaints.expect(REFUSED)
    eye = Eye(window.new_tab().page)
    page = eye.page
    address = place.invite()
    page.goto(address)
    expect(title_of(page)).to_have_text("An address for your LMS")
    eye.look("register without an lms")
    page.goto(begin_registration(place.lms.practice, address))
    eye.look("register confirm")
    page.get_by_role("button", name="Connect").click()
    expect(title_of(page)).to_have_text("Connected")
    eye.look("register done")
    page.goto(begin_registration(place.lms.practice, address))
    expect(page.get_by_role("main")).to_contain_text("used up")
    eye.look("register used up")
    refuse_course(place)
    page.goto(f"{place.lms.configuration.base_url}/as/{STUDENT}/launch/{READING}")
    expect(title_of(page)).to_have_text("Not open here")
    eye.look("launch kept out")
    eye.assert_nothing_wrong()


def test_pages_of_lms_connections_can_be_used_by_everybody(
    place_with: Callable[[str], Place], new_window: NewWindow
) -> None:
    place, window = place_with("moodle"), new_window()
    window.complaints.expect(REFUSED)
    eye = Eye(window.new_tab().page)
    page = eye.page
    place.enter_office(page)
    eye.look("connections none")
    address = address_from_office(page)
    eye.look("connections invitation")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    paste(new_window().new_tab().page, place, address)
    page.get_by_role("link", name="Back to LMS connections").click()
    eye.look("connections one")
    page.get_by_role("link", name="Connect an LMS").click()
    eye.look("connections choose")
    page.get_by_role("button", name="Connect by hand").click()
    expect(page.get_by_role("heading", name="First, in the LMS")).to_be_visible()
    for summary in page.locator("main summary").all():
        summary.click()
    eye.look("connections by hand")
    page.get_by_role("link", name="LMS connections").click()
    expect(page.get_by_role("heading", name="Invitations that are open")).to_be_visible()
    eye.look("connections with invitation")
    page.get_by_role("link", name="Addresses and changes").first.click()
    eye.look("connections change")
    page.get_by_label("Access token address").fill("nowhere")
    page.get_by_role("button", name="Change").click()
    expect(page.locator(".fault").first).to_be_visible()
    eye.look("connections change faults")
    eye.assert_nothing_wrong()


def refuse_course(place: Place) -> None:
    """Keep the LMS's deployment out, and switch the tool on there."""
    wired, configuration = place.tool.wired, place.lms.configuration
    place.lms.switch_on()
    registration_id = UUID(configuration.tool.launch_url.split("/")[-2])
    key = (place.institution_id, registration_id, configuration.deployment_id)
    with wired.db.begin() as session:
        deployments.note(session, *key, state=deployments.REFUSED, now=wired.now())
