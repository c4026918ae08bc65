"""The registration address: looked at, confirmed, used up; Canvas' file."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from lti_tool.app import create_app
from lti_tool.store.tables.platforms import Registration
from lti_tool.usecases.lms import invitations
from tests.support.elements import Page
from tests.support.registrar import Registrar, a_registrar
from tests.support.wired import INSTITUTION
from tests.support.world import World


@pytest.fixture
def moodle() -> Iterator[Registrar]:
    """A Moodle on loopback."""
    with a_registrar() as running:
        yield running


@pytest.fixture
def canvas() -> Iterator[Registrar]:
    """A Canvas on loopback, of those that name no deployment."""
    with a_registrar("canvas") as running:
        yield running


@pytest.fixture
def client(world: World) -> FlaskClient:
    """A frame in the LMS: no cookies of ours."""
    return create_app(world.wired).test_client(use_cookies=False)


def address(world: World, **options: object) -> str:
    invited = world.do(invitations.invite, world.institution_id, **options)
    return f"/lti/register/{invited.secret}"


def opened_by(lms: Registrar, token: str | None = None) -> dict[str, str]:
    return {
        "openid_configuration": lms.configuration_url,
        "registration_token": token or lms.token(),
    }


def test_the_lms_is_named_and_a_person_asked(
    world: World, client: FlaskClient, canvas: Registrar
) -> None:
    answer = client.get(address(world), query_string=opened_by(canvas))

    assert answer.status_code == 200
    assert "Example College" in answer.text
    assert canvas.url.removeprefix("http://") in answer.text
    assert INSTITUTION in answer.text
    assert canvas.asked == 0


def test_the_lms_may_frame_the_page_and_nothing_sends_it_elsewhere(
    world: World, client: FlaskClient, moodle: Registrar
) -> None:
    answer = client.get(address(world), query_string=opened_by(moodle))

    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "form-action 'self'" in policy
    assert answer.headers["Cross-Origin-Opener-Policy"] == "unsafe-none"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_button_registers_and_the_page_tells_the_lms(
    world: World, client: FlaskClient, moodle: Registrar
) -> None:
    path = address(world)
    page = Page(client.get(path, query_string=opened_by(moodle)).text).root
    fields = {
        str(box.attributes["name"]): str(box.attributes["value"]) for box in page.all("input")
    }

    answer = client.post(str(page.one("form").attributes["action"]), data=fields)

    assert answer.status_code == 200
    assert "registered.js" in answer.text
    assert "press Activate" in answer.text
    assert moodle.registered.keys() == {"tool-1"}
    assert moodle.url in {row.platform_issuer for row in world.rows(Registration)}


def test_canvas_without_a_deployment_is_told_what_comes(
    world: World, client: FlaskClient, canvas: Registrar
) -> None:
    answer = client.post(address(world), data=opened_by(canvas))

    assert "switch Testamur on" in answer.text
    assert "asks to be let in" in answer.text


def test_another_lms_is_told_where_to_look(world: World, client: FlaskClient) -> None:
    with a_registrar("sakai") as sakai:
        answer = client.post(address(world), data=opened_by(sakai))

    assert "has to be switched on" in answer.text


def test_an_address_is_used_up_by_a_registration(
    world: World, client: FlaskClient, moodle: Registrar
) -> None:
    path = address(world)
    client.post(path, data=opened_by(moodle))

    for answer in (
        client.get(path, query_string=opened_by(moodle, moodle.token(2))),
        client.post(path, data=opened_by(moodle, moodle.token(2))),
    ):
        assert answer.status_code == 403
        assert "used up" in answer.text
        assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert moodle.asked == 1


def test_an_address_older_than_seven_days_opens_nothing(
    world: World, client: FlaskClient, moodle: Registrar
) -> None:
    path = address(world)
    world.clock.move(timedelta(days=8))

    assert client.get(path, query_string=opened_by(moodle)).status_code == 403
    assert client.get(path).status_code == 403


def test_a_refusal_is_said_in_words_and_the_address_still_works(
    world: World, client: FlaskClient, moodle: Registrar
) -> None:
    path = address(world)
    moodle.refusal = (400, "domain_targetlinkuri_mismatch")

    refused = client.post(path, data=opened_by(moodle))

    assert refused.status_code == 502
    assert "TESTAMUR_BASE_URL" in refused.text
    assert "domain_targetlinkuri_mismatch" not in refused.text
    moodle.refusal = None
    assert client.post(path, data=opened_by(moodle)).status_code == 200


def test_an_lms_that_is_known_is_said_to_be_made_anew(
    world: World, client: FlaskClient, moodle: Registrar
) -> None:
    client.post(address(world), data=opened_by(moodle))
    registration_id = next(
        row.id for row in world.rows(Registration) if row.platform_issuer == moodle.url
    )
    path = address(world, for_registration=registration_id)

    answer = client.get(path, query_string=opened_by(moodle, moodle.token(2)))

    assert "made anew" in answer.text


def test_somebody_who_opens_the_address_themselves_is_told_where_it_belongs(
    world: World, client: FlaskClient
) -> None:
    answer = client.get(address(world))

    assert answer.status_code == 200
    assert "meant for an LMS" in answer.text


def test_nothing_of_the_registration_token_is_logged(
    world: World, client: FlaskClient, moodle: Registrar, capfd: pytest.CaptureFixture[str]
) -> None:
    path, token = address(world), moodle.token()
    client.get(path, query_string=opened_by(moodle))
    client.post(path, data=opened_by(moodle))

    printed = "".join(capfd.readouterr())

    assert token not in printed
    assert path.rsplit("/", 1)[1] not in printed


def test_what_an_lms_calls_itself_is_only_text(
    world: World, client: FlaskClient, canvas: Registrar
) -> None:
    name = '"><script>alert(1)</script>'
    described = canvas.describe()
    (extension,) = [key for key in described if key.endswith("platform-configuration")]
    account = "https://canvas.instructure.com/lti/account_name"
    canvas.configuration = {extension: {**described[extension], account: name}}

    answer = client.get(address(world), query_string=opened_by(canvas))

    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


def test_canvas_file_is_there_for_invited_and_registered_lmss_only(
    world: World, client: FlaskClient
) -> None:
    invited = world.do(invitations.invite, world.institution_id)
    (registered,) = world.rows(Registration)

    for registration_id in (invited.registration_id, registered.id):
        document = client.get(f"/lti/{registration_id}/canvas.json").get_json()
        assert re.search(rf"/lti/{registration_id}/login$", document["oidc_initiation_url"])
    unknown = "3f0a4c1e-0000-4000-8000-000000000000"
    assert client.get(f"/lti/{unknown}/canvas.json").status_code == 404
