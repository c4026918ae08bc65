"""Connect an LMS: a registration address shown once, or by hand with our addresses first."""

import pytest

from lti_tool.lti.tool_keys import public_jwks
from lti_tool.store.tables.platforms import Invitation, Registration
from tests.support.office import Office, page_of
from tests.support.world import World

MOODLE = {
    "name": "Our Moodle",
    "product_family": "moodle",
    "platform_issuer": "https://moodle.example.edu",
    "client_id": "kX3b",
    "auth_url": "https://moodle.example.edu/mod/lti/auth.php",
    "token_url": "https://moodle.example.edu/mod/lti/token.php",
    "jwks_url": "https://moodle.example.edu/mod/lti/certs.php",
    "deployments": "4\n5",
}


def begun(office: Office) -> str:
    """The address of a form for an LMS that is connected by hand, below the office."""
    return office.send("connecting/by-hand").headers["Location"].split("/office/")[1]


def moodle(world: World) -> Registration:
    return next(row for row in world.rows(Registration) if row.client_id == "kX3b")


def test_an_invitation_is_shown_once_and_listed_without_its_secret(
    world: World, office: Office
) -> None:
    answer = office.send("connecting")

    address = str(page_of(answer).one("input", id="address").attributes["value"])
    assert address.startswith("http://localhost:9000/lti/register/")
    listed = office.page("platforms").text
    assert "For a new LMS, until Monday" in listed
    assert address.rsplit("/", 1)[1] not in office.visit.get("office/platforms").text
    (row,) = world.rows(Invitation)
    assert row.created_by == office.visit.actor.person_id


def test_whoever_invites_has_a_key_by_which_an_lms_knows_us(world: World, office: Office) -> None:
    office.send("connecting")
    office.send("connecting")

    assert len(world.do(public_jwks, world.institution_id)["keys"]) == 1


def test_a_connection_is_to_be_made_anew(world: World, office: Office) -> None:
    (known,) = world.rows(Registration)

    page = page_of(office.send("connecting", registration=known.id))

    assert "choose to update it" in page.text
    assert "To make a connection anew" in office.page("platforms").text


def test_a_connection_that_is_not_there_is_not_made_anew(office: Office) -> None:
    unknown = "3f0a4c1e-0000-4000-8000-000000000000"

    assert office.send("connecting", registration=unknown).status_code == 404


def test_an_invitation_is_withdrawn(world: World, office: Office) -> None:
    office.send("connecting")
    (row,) = world.rows(Invitation)

    page = office.after(office.send(f"connecting/withdraw/{row.registration_id}"))

    assert "is withdrawn" in page.one(class_="notice").text
    assert "Invitations that are open" not in page.text


def test_by_hand_our_addresses_are_there_before_the_lms_says_anything(
    world: World, office: Office
) -> None:
    page = office.page(begun(office))

    (row,) = world.rows(Invitation)
    base = f"http://localhost:9000/lti/{row.registration_id}"
    shown = {box.attributes.get("value") for box in page.all("input")}
    assert {f"{base}/{one}" for one in ("login", "launch", "jwks", "canvas.json")} <= shown
    client = office.visit.client
    assert client.get(f"{base}/jwks").status_code == 200
    assert client.get(f"{base}/canvas.json").get_json()["public_jwk_url"] == f"{base}/jwks"


def test_by_hand_an_lms_is_connected_under_the_addresses_it_knows(
    world: World, office: Office
) -> None:
    path = begun(office)

    page = office.after(office.send(path, **MOODLE))

    assert "The LMS is connected" in page.one(class_="notice").text
    row = moodle(world)
    assert path.endswith(str(row.id))
    assert (row.name, row.product_family) == ("Our Moodle", "moodle")
    assert {"4", "5"} <= {code.text for code in page.all("code")}
    assert "Invitations that are open" not in page.text
    assert office.visit.get(f"office/{path}").status_code == 404


@pytest.mark.parametrize("field", ["auth_url", "token_url", "jwks_url", "client_id"])
def test_what_can_not_be_used_is_named_and_the_rest_stays(
    world: World, office: Office, field: str
) -> None:
    answer = office.send(begun(office), **{**MOODLE, field: ""})

    assert answer.status_code == 422
    page = page_of(answer)
    assert page.one("input", name=field).attributes["aria-invalid"] == "true"
    assert page.one("textarea", name="deployments").text == "4 5"
    assert not any(row.client_id in ("kX3b", "") for row in world.rows(Registration))


@pytest.mark.parametrize("field", ["name", "deployments"])
def test_a_name_or_deployment_that_is_too_long_is_named(office: Office, field: str) -> None:
    answer = office.send(begun(office), **{**MOODLE, field: "5" * 256})

    assert answer.status_code == 422
    page = page_of(answer)
    boxes = (*page.all("input"), *page.all("textarea"))
    named = {str(one.attributes["name"]) for one in boxes if "aria-invalid" in one.attributes}
    assert named == {field}


def test_an_lms_that_is_known_is_not_connected_twice(office: Office) -> None:
    office.send(begun(office), **MOODLE)

    answer = office.send(begun(office), **MOODLE)

    assert answer.status_code == 409
    assert "registered already" in page_of(answer).one(role="alert").text


def test_the_page_to_connect_offers_both_ways(office: Office) -> None:
    page = office.page("connecting")

    assert "Let the LMS connect itself" in page.text
    assert "Connect by hand" in page.text
