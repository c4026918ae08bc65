"""The address pasted into Moodle and into Canvas: registered, switched on, launched, updated."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from lti_tool.app import create_app
from lti_tool.lti.platform_keys import PlatformKeyStore
from lti_tool.lti.registering.tool import SERVICES
from lti_tool.practice_lms.configuration import Hosts
from lti_tool.practice_lms.default_course import a_link
from lti_tool.store.tables.platforms import Deployment, Registration
from lti_tool.usecases.lms import deployments, invitations
from tests.support.builders import FIRST_PAGE
from tests.support.elements import Page
from tests.support.practice import READING, STUDENT, PracticePlatform
from tests.support.world import World

NAMES_DEPLOYMENT = {"moodle": True, "canvas": False}


@contextmanager
def running(
    world: World, profile: str, *, sso_name: str | None = None
) -> Iterator[PracticePlatform]:
    """An LMS that knows no tool yet, on loopback; beside it a browser.

    With `sso_name` it has its endpoints on a host of that name, as hosted Canvas has.
    """
    keys = PlatformKeyStore(world.wired.db, world.wired.platform_http.get_json)
    app = create_app(replace(world.wired, platform_keys=keys))
    make = PracticePlatform.moodle if profile == "moodle" else PracticePlatform.canvas
    platform = make(
        app.test_client(),
        now=world.clock,
        tool="not registered yet",
        links=[a_link(int(READING), "A page to read", FIRST_PAGE, is_graded=True)],
    )
    with platform.serve() as url:
        if sso_name is not None:
            port = url.rsplit(":", 1)[1]
            hosts = Hosts(issuer=url, sso=f"http://{sso_name}:{port}")
            platform.practice.configuration = replace(platform.configuration, hosts=hosts)
        yield platform


@pytest.fixture(params=NAMES_DEPLOYMENT)
def lms(request: pytest.FixtureRequest, world: World) -> Iterator[PracticePlatform]:
    """A Moodle, then a Canvas."""
    with running(world, request.param) as platform:
        yield platform


@pytest.fixture
def moodle(world: World) -> Iterator[PracticePlatform]:
    """A Moodle."""
    with running(world, "moodle") as platform:
        yield platform


def invited(world: World, **options: object) -> str:
    """A registration address."""
    invitation = world.do(invitations.invite, world.institution_id, **options)
    return f"{world.wired.settings.base_url}/lti/register/{invitation.secret}"


def confirmed(lms: PracticePlatform, opened: TestResponse) -> TestResponse:
    """The page in the LMS's frame after its one button was pressed."""
    assert opened.status_code == 200, opened.text
    page = Page(opened.text).root
    boxes = {str(box.attributes["name"]): box.attributes["value"] for box in page.all("input")}
    return lms.tool.post(str(page.one("form").attributes["action"]), data=boxes)


def registered(world: World, lms: PracticePlatform) -> Registration:
    """What we keep of this LMS."""
    client_id = lms.configuration.client_id
    return next(row for row in world.rows(Registration) if row.client_id == client_id)


def deployments_of(world: World, registration: Registration) -> list[str]:
    found = world.rows(Deployment)
    return [row.state for row in found if row.registration_id == registration.id]


def test_both_take_the_registration_as_it_is(world: World, lms: PracticePlatform) -> None:
    answer = confirmed(lms, lms.register(invited(world)))

    assert answer.status_code == 200, answer.text
    row = registered(world, lms)
    assert row.product_family == lms.configuration.profile.value
    assert row.platform_issuer == lms.configuration.issuer
    tool = lms.configuration.tool
    own = f"{world.wired.settings.base_url}/lti/{row.id}"
    assert (tool.login_url, tool.launch_url) == (f"{own}/login", f"{own}/launch")
    assert (tool.jwks_url, tool.deep_linking_url) == (f"{own}/jwks", f"{own}/launch")
    assert tool.redirect_uris == (f"{own}/launch",)
    assert tool.privacy.tells_names
    assert tool.privacy.tells_emails
    assert not tool.is_on


def test_every_service_we_asked_for_is_granted(world: World, lms: PracticePlatform) -> None:
    confirmed(lms, lms.register(invited(world)))

    granted = registered(world, lms).scopes
    assert set(SERVICES) <= set(granted or ())


def test_a_launch_gets_in_at_once_where_the_deployment_was_named_else_when_it_is_let_in(
    world: World, lms: PracticePlatform
) -> None:
    confirmed(lms, lms.register(invited(world)))
    lms.switch_on()
    row = registered(world, lms)
    if not NAMES_DEPLOYMENT[lms.configuration.profile.value]:
        assert deployments_of(world, row) == []
        waiting = lms.launch(STUDENT, READING)
        assert "Almost there" in waiting.text
        (waits,) = (one for one in world.rows(Deployment) if one.registration_id == row.id)
        assert waits.first_course == lms.configuration.course.title
        world.do(deployments.approve, world.institution_id, row.id, lms.configuration.deployment_id)

    opened = lms.launch(STUDENT, READING)

    assert opened.status_code == 200
    assert "/v/" in opened.request.path
    assert deployments_of(world, row) == ["active"]


def test_a_deployment_that_is_kept_out_is_told_so(world: World, lms: PracticePlatform) -> None:
    confirmed(lms, lms.register(invited(world)))
    lms.switch_on()
    row, deployment_id = registered(world, lms), lms.configuration.deployment_id
    world.do(deployments.approve, world.institution_id, row.id, deployment_id)
    world.do(deployments.refuse, world.institution_id, row.id, deployment_id)

    assert "Not open here" in lms.launch(STUDENT, READING).text


def test_the_same_frame_loaded_again_finds_the_address_used_up(
    world: World, lms: PracticePlatform
) -> None:
    address = invited(world)
    confirmed(lms, lms.register(address))
    client_id = lms.configuration.client_id

    again = lms.register(address)

    assert again.status_code == 403
    assert lms.configuration.client_id == client_id


def test_an_update_by_moodle_keeps_the_addresses_that_courses_know(
    world: World, moodle: PracticePlatform
) -> None:
    confirmed(moodle, moodle.register(invited(world)))
    before = moodle.configuration

    opened = moodle.register(invited(world), is_update=True)
    assert "made anew" in opened.text
    confirmed(moodle, opened)

    assert moodle.configuration.client_id == before.client_id
    assert moodle.configuration.tool.launch_url == before.tool.launch_url
    assert len(world.rows(Registration)) == 2


def test_a_connection_made_anew_keeps_its_id(world: World, lms: PracticePlatform) -> None:
    confirmed(lms, lms.register(invited(world)))
    row = registered(world, lms)

    confirmed(lms, lms.register(invited(world, for_registration=row.id)))

    assert registered(world, lms).id == row.id
    assert f"/lti/{row.id}/" in lms.configuration.tool.launch_url


def test_hosted_canvas_has_its_endpoints_on_another_host_than_its_issuer(world: World) -> None:
    with running(world, "canvas", sso_name="localhost") as canvas:
        confirmed(canvas, canvas.register(invited(world)))

        row = registered(world, canvas)
        assert row.platform_issuer == canvas.configuration.issuer
        assert row.platform_issuer.startswith("http://127.0.0.1:")
        for url in (row.auth_url, row.token_url, row.jwks_url):
            assert url.startswith("http://localhost:")
        assert row.token_audience is None
