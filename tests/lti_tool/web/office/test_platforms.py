"""LMS connections: listed, changed, removed; deployments let in and kept out by a person."""

import pytest

from lti_tool.lti.platform_keys import SAMPLE_KID
from lti_tool.store.tables.platforms import Deployment, PlatformKeys, Registration
from lti_tool.usecases.lms import deployments, platforms
from lti_tool.usecases.lms.platform_fields import NewPlatform
from tests.support.builders import an_institution
from tests.support.office import Office, page_of
from tests.support.world import World

ADDRESSES = {
    "platform_issuer": "https://moodle.example.edu",
    "client_id": "kX3b",
    "auth_url": "https://moodle.example.edu/mod/lti/auth.php",
    "token_url": "https://moodle.example.edu/mod/lti/token.php",
    "jwks_url": "https://moodle.example.edu/mod/lti/certs.php",
}
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"


@pytest.fixture
def moodle(world: World) -> Registration:
    """A Moodle that registered us, and from which nobody has come."""
    told = NewPlatform(
        **ADDRESSES,
        product_family="moodle",
        scopes=(SCORE,),
        token_audience="https://moodle.example.edu/audience",
        management_url="https://moodle.example.edu/manage",
    )
    world.do(platforms.register, world.institution_id, told)
    return moodle_of(world)


def moodle_of(world: World) -> Registration:
    return next(row for row in world.rows(Registration) if "moodle" in row.platform_issuer)


def note(world: World, moodle: Registration, state: str, **said: str) -> None:
    world.do(deployments.note, world.institution_id, moodle.id, "7", state=state, **said)


def state_of(world: World) -> str:
    return next(row.state for row in world.rows(Deployment) if row.deployment_id == "7")


def test_an_lms_shows_the_addresses_to_enter_there(office: Office, moodle: Registration) -> None:
    page = office.page(f"platforms/{moodle.id}")

    base = f"http://localhost:9000/lti/{moodle.id}"
    shown = {box.attributes.get("value") for box in page.all("input")}
    assert {f"{base}/login", f"{base}/launch", f"{base}/jwks"} <= shown


def test_a_connection_is_changed_in_place(
    world: World, office: Office, moodle: Registration
) -> None:
    changed = {**ADDRESSES, "name": "Our Moodle", "client_id": "new", "product_family": "moodle"}

    page = office.after(office.send(f"platforms/{moodle.id}", **changed))

    assert "is changed" in page.one(class_="notice").text
    row = moodle_of(world)
    assert (row.id, row.name, row.client_id) == (moodle.id, "Our Moodle", "new")
    assert "Our Moodle" in office.page("platforms").text
    assert world.actions()["platform.changed"] == 1


def test_what_only_a_registration_tells_stays(
    world: World, office: Office, moodle: Registration
) -> None:
    office.send(f"platforms/{moodle.id}", **{**ADDRESSES, "name": "Our Moodle"})

    row = moodle_of(world)
    assert row.scopes == [SCORE]
    assert row.management_url == "https://moodle.example.edu/manage"
    assert row.token_audience == "https://moodle.example.edu/audience"


def test_the_audience_of_another_token_address_is_forgotten(
    world: World, office: Office, moodle: Registration
) -> None:
    office.send(f"platforms/{moodle.id}", **{**ADDRESSES, "token_url": "https://b.example/token"})

    assert moodle_of(world).token_audience is None


@pytest.mark.parametrize("field", ["auth_url", "token_url", "jwks_url", "client_id"])
def test_what_can_not_be_used_is_named_and_the_rest_stays(
    world: World, office: Office, moodle: Registration, field: str
) -> None:
    answer = office.send(f"platforms/{moodle.id}", **{**ADDRESSES, "name": "Typed", field: ""})

    assert answer.status_code == 422
    page = page_of(answer)
    assert page.one("input", name=field).attributes["aria-invalid"] == "true"
    assert page.one("input", name="name").attributes["value"] == "Typed"
    assert moodle_of(world).client_id == "kX3b"


def test_two_connections_never_become_one(
    world: World, office: Office, moodle: Registration
) -> None:
    world.do(
        platforms.register,
        world.institution_id,
        NewPlatform(**{**ADDRESSES, "client_id": "other"}),
    )

    answer = office.send(f"platforms/{moodle.id}", **{**ADDRESSES, "client_id": "other"})

    assert answer.status_code == 409
    assert "registered already" in page_of(answer).one(role="alert").text


def test_a_kind_that_we_do_not_list_stays_as_it_is(
    world: World, office: Office, moodle: Registration
) -> None:
    world.do(
        platforms.change,
        world.institution_id,
        moodle.id,
        NewPlatform(**ADDRESSES, product_family="sakai"),
    )

    page = office.page(f"platforms/{moodle.id}")

    chosen = [one for one in page.all("option") if "selected" in one.attributes]
    assert [one.attributes["value"] for one in chosen] == ["sakai"]


def test_a_connection_nobody_came_from_is_removed(
    world: World, office: Office, moodle: Registration
) -> None:
    note(world, moodle, "pending")

    page = office.after(office.send(f"platforms/{moodle.id}/remove"))

    assert "is removed here" in page.one(class_="notice").text
    assert moodle.id not in {row.id for row in world.rows(Registration)}
    assert world.actions()["platform.removed"] == 1


def test_a_connection_people_came_from_stays(world: World, office: Office) -> None:
    (used,) = world.rows(Registration)

    answer = office.send(f"platforms/{used.id}/remove")

    assert answer.status_code == 409
    assert "refuse its deployments" in page_of(answer).text
    assert world.rows(Registration)


def test_a_waiting_deployment_says_where_it_was_met_and_is_let_in_by_a_button(
    world: World, office: Office, moodle: Registration
) -> None:
    note(world, moodle, "pending", first_course="Anatomy 1")
    shown = office.page("platforms").text
    assert "waits to be let in" in shown
    assert "First opened from the course “Anatomy 1” on" in shown

    page = office.after(office.send(f"platforms/{moodle.id}/approve", deployment="7"))

    assert "is let in" in page.one(class_="notice").text
    assert "waits to be let in" not in page.text
    assert state_of(world) == "active"
    assert world.actions()["deployment.approved"] == 1


def test_a_waiting_deployment_of_a_shared_lms_says_whose_it_is(
    world: World, office: Office, moodle: Registration
) -> None:
    note(world, moodle, "pending", first_course="Anatomy 1", first_platform="School of Law")

    assert "from the course “Anatomy 1” of School of Law on" in office.page("platforms").text


def test_a_deployment_is_kept_out_and_can_be_let_in_again(
    world: World, office: Office, moodle: Registration
) -> None:
    note(world, moodle, "pending")

    page = office.after(office.send(f"platforms/{moodle.id}/refuse", deployment="7"))

    assert "is kept out" in page.one(class_="notice").text
    assert state_of(world) == "refused"
    assert world.actions()["deployment.refused"] == 1
    office.send(f"platforms/{moodle.id}/approve", deployment="7")
    assert state_of(world) == "active"


@pytest.mark.parametrize("act", ["approve", "refuse"])
def test_a_deployment_nobody_has_seen_is_neither_let_in_nor_kept_out(
    world: World, office: Office, moodle: Registration, act: str
) -> None:
    answer = office.send(f"platforms/{moodle.id}/{act}", deployment="7")

    assert answer.status_code == 404
    assert "7" not in {row.deployment_id for row in world.rows(Deployment)}


def test_a_canvas_that_signs_with_the_key_everybody_has_is_warned_of(
    world: World, office: Office, moodle: Registration
) -> None:
    assert "key from its source code" not in office.page("platforms").text
    with world.wired.db.begin() as session:
        session.add(
            PlatformKeys(
                institution_id=world.institution_id,
                registration_id=moodle.id,
                jwks={"keys": [{"kid": "another"}, {"kid": SAMPLE_KID}]},
                fetched_at=world.clock(),
            )
        )

    assert "key from its source code" in office.page("platforms").text


def test_another_institutions_lms_is_neither_shown_nor_touched(
    world: World, office: Office
) -> None:
    with world.wired.db.begin() as session:
        other = an_institution(session, "School of Law")
        theirs = platforms.register(session, other.id, NewPlatform(**ADDRESSES), now=world.clock())

    assert "moodle.example.edu" not in office.page("platforms").text
    assert office.visit.get(f"office/platforms/{theirs.id}").status_code == 404
    for act in ("", "/remove"):
        answer = office.send(f"platforms/{theirs.id}{act}", **ADDRESSES)
        assert answer.status_code == 404
