"""LMS connections: registered with the addresses to enter there, deployments let in by a person."""

import pytest

from lti_tool.lti.tool_keys import public_jwks
from lti_tool.store.tables.platforms import Deployment, Registration, ToolKey
from lti_tool.usecases.lms import deployments, platforms
from lti_tool.usecases.lms.platform_fields import NewPlatform
from tests.support.builders import an_institution
from tests.support.office import Office, page_of
from tests.support.world import World

MOODLE = {
    "platform_issuer": "https://moodle.example.edu",
    "client_id": "kX3b",
    "auth_url": "https://moodle.example.edu/mod/lti/auth.php",
    "token_url": "https://moodle.example.edu/mod/lti/token.php",
    "jwks_url": "https://moodle.example.edu/mod/lti/certs.php",
    "deployments": "4\n5",
}


def moodle(world: World) -> Registration:
    return next(row for row in world.rows(Registration) if row.client_id == "kX3b")


def test_a_new_lms_is_shown_with_the_addresses_to_enter_there(world: World, office: Office) -> None:
    page = office.after(office.send("platforms/new", **MOODLE))
    assert "Enter the addresses below in the LMS." in page.one(class_="notice").text
    shown = [code.text for code in page.all("code")]
    base = f"http://localhost:9000/lti/{moodle(world).id}"
    assert {f"{base}/login", f"{base}/launch", f"{base}/jwks"} <= set(shown)
    assert {"4", "5"} <= set(shown)


def test_the_first_lms_brings_the_tool_key_it_asks_for(world: World, office: Office) -> None:
    office.send("platforms/new", **MOODLE)
    assert len(world.do(public_jwks, world.institution_id)["keys"]) == 1
    office.send("platforms/new", **{**MOODLE, "client_id": "another"})
    assert len(world.rows(ToolKey)) == 1


@pytest.mark.parametrize("field", ["auth_url", "token_url", "jwks_url", "client_id"])
def test_what_can_not_be_used_is_named_and_the_rest_stays(
    world: World, office: Office, field: str
) -> None:
    answer = office.send("platforms/new", **{**MOODLE, field: ""})
    assert answer.status_code == 422
    page = page_of(answer)
    assert page.one("input", name=field).attributes["aria-invalid"] == "true"
    issuer = page.one("input", name="platform_issuer")
    assert issuer.attributes["value"] == "https://moodle.example.edu"
    assert not any(row.client_id in ("kX3b", "") for row in world.rows(Registration))


def test_a_deployment_id_that_is_none_is_named(office: Office) -> None:
    answer = office.send("platforms/new", **{**MOODLE, "deployments": "4\n" + "5" * 256})
    assert answer.status_code == 422
    box = page_of(answer).one("textarea", name="deployments")
    assert box.attributes["aria-invalid"] == "true"


def test_an_lms_that_is_known_is_not_connected_twice(world: World, office: Office) -> None:
    office.send("platforms/new", **MOODLE)
    answer = office.send("platforms/new", **MOODLE)
    assert answer.status_code == 409
    assert "connected already" in page_of(answer).one(role="alert").text


def test_the_form_begins_empty(office: Office) -> None:
    assert office.page("platforms/new").one("input", name="client_id").attributes["value"] == ""


def test_a_waiting_deployment_is_let_in_by_a_button(world: World, office: Office) -> None:
    office.send("platforms/new", **{**MOODLE, "deployments": ""})
    registration_id = moodle(world).id
    world.do(deployments.note, world.institution_id, registration_id, "7", state="pending")
    assert "waits to be let in" in office.page("platforms").text
    page = office.after(office.send(f"platforms/{registration_id}/approve", deployment="7"))
    assert "is let in" in page.one(class_="notice").text
    assert "waits to be let in" not in page.text
    states = {row.deployment_id: row.state for row in world.rows(Deployment)}
    assert states["7"] == "active"
    assert world.actions()["deployment.approved"] == 1


def test_a_deployment_nobody_has_seen_is_not_let_in(world: World, office: Office) -> None:
    office.send("platforms/new", **{**MOODLE, "deployments": ""})
    answer = office.send(f"platforms/{moodle(world).id}/approve", deployment="7")
    assert answer.status_code == 404
    assert "7" not in {row.deployment_id for row in world.rows(Deployment)}


def test_another_institutions_lms_is_not_shown(world: World, office: Office) -> None:
    with world.wired.db.begin() as session:
        other = an_institution(session, "School of Law")
        platforms.register(
            session,
            other.id,
            NewPlatform(**{**MOODLE, "deployments": ()}),
            now=world.clock(),
        )
    assert "moodle.example.edu" not in office.page("platforms").text
