"""LMSs: registered once and whole; launches of an unknown deployment wait for a person."""

from dataclasses import asdict, replace
from uuid import uuid4

import pytest

from lti_tool.errors import ConflictError, InvalidInputError, NotFoundError
from lti_tool.lti.tool_keys import public_jwks
from lti_tool.store.tables.platforms import Registration
from lti_tool.usecases.lms import deployments, platform_list, platforms
from lti_tool.usecases.lms.platform_fields import NewPlatform

NEW = NewPlatform(
    platform_issuer="https://moodle.example.edu",
    client_id="client-2",
    auth_url="https://moodle.example.edu/auth",
    token_url="https://moodle.example.edu/token",
    jwks_url="https://moodle.example.edu/jwks",
    deployments=("1", "2", "1"),
)


def register(world, **changes):
    return world.do(platforms.register, world.institution_id, replace(NEW, **changes))


def states(world, registration_id):
    (found,) = (
        one
        for one in world.do(platform_list.registered, world.institution_id)
        if one.id == registration_id
    )
    return {one.id: one.state for one in found.deployments}


def test_an_lms_is_registered_with_its_deployments(world):
    registered = register(world)
    assert states(world, registered.id) == {"1": "active", "2": "active"}
    assert registered in world.do(platform_list.registered, world.institution_id)
    assert world.actions()["platform.registered"] == 2


def test_the_same_lms_is_registered_once(world):
    register(world)
    with pytest.raises(ConflictError, match="registered already"):
        register(world)


def test_one_issuer_may_be_registered_with_another_client_id(world):
    register(world)
    register(world, client_id="client-3")
    assert len(world.rows(Registration)) == 3


@pytest.mark.parametrize("field", ["platform_issuer", "auth_url", "token_url", "jwks_url"])
@pytest.mark.parametrize(
    "value",
    [
        "",
        "moodle.example.edu/auth",
        "ftp://moodle.example.edu/auth",
        "https://[",
        "https://moodle.example.edu:port/",
        "https://moodle.example.edu/a b",
        "https://moodle.example.edu/\0",
        "https://moodle.example.edu/\udcff",
        "https://user:password@moodle.example.edu/",
    ],
)
def test_an_address_that_is_none_is_named(world, field, value):
    with pytest.raises(InvalidInputError, match=field) as caught:
        register(world, **{field: value})
    assert set(caught.value.fields) == {field}


@pytest.mark.parametrize("value", ["", " ", "client\0", "client\udcff", "x" * 256])
def test_a_client_or_deployment_id_that_is_none_is_named(world, value):
    with pytest.raises(InvalidInputError) as caught:
        register(world, client_id=value)
    assert set(caught.value.fields) == {"client_id"}
    if value.strip():
        with pytest.raises(InvalidInputError) as caught:
            register(world, deployments=("1", value))
        assert set(caught.value.fields) == {"deployments"}


def test_spaces_around_what_was_pasted_are_nobodys(world):
    spaced = {name: f" {value}\n" for name, value in asdict(NEW).items() if isinstance(value, str)}
    registered = register(world, **spaced, deployments=(" 1", " "))
    (row,) = (row for row in world.rows(Registration) if row.id == registered.id)
    kept = (row.platform_issuer, row.client_id, row.auth_url, row.token_url, row.jwks_url)
    assert kept == (NEW.platform_issuer, NEW.client_id, NEW.auth_url, NEW.token_url, NEW.jwks_url)
    assert states(world, registered.id) == {"1": "active"}
    with pytest.raises(ConflictError):
        register(world)


def note(world, registration_id, state):
    return world.do(deployments.note, world.institution_id, registration_id, "9", state=state)


def test_a_new_deployment_is_noted_and_keeps_its_state(world):
    registered = register(world)
    assert note(world, registered.id, "pending") == "pending"
    assert note(world, registered.id, "active") == "pending"


@pytest.mark.parametrize("deployment", ["", "9\0", "9\udcff"])
def test_a_deployment_id_that_is_none_is_not_approved(world, deployment):
    registered = register(world)
    with pytest.raises(InvalidInputError, match="as the LMS shows it"):
        world.do(deployments.approve, world.institution_id, registered.id, deployment)


@pytest.mark.parametrize("is_seen", [True, False])
def test_a_deployment_is_approved_whether_it_was_seen_or_not(world, is_seen):
    registered = register(world)
    if is_seen:
        note(world, registered.id, "pending")
    world.do(deployments.approve, world.institution_id, registered.id, "9")
    assert states(world, registered.id)["9"] == "active"
    assert world.actions()["deployment.approved"] == 1


def test_an_institution_gets_one_tool_key(world):
    def ensure(session):
        platforms.ensure_tool_key(
            session,
            world.institution_id,
            master=world.wired.master,
            now=world.clock(),
            new_id=uuid4,
        )
        return len(public_jwks(session, world.institution_id)["keys"])

    assert world.do(ensure) == 1
    assert world.do(ensure) == 1


def approve_pending(world, registration_id, deployment_id):
    world.do(
        deployments.approve_known,
        world.institution_id,
        registration_id,
        deployment_id,
        actor_id=world.instructor.person_id,
    )


def test_a_deployment_that_waits_is_let_in(world):
    registered = register(world)
    note(world, registered.id, "pending")
    approve_pending(world, registered.id, "9")
    assert states(world, registered.id)["9"] == "active"


def test_a_deployment_that_never_asked_is_not_let_in(world):
    registered = register(world)
    with pytest.raises(NotFoundError):
        approve_pending(world, registered.id, "9")
    assert "9" not in states(world, registered.id)
