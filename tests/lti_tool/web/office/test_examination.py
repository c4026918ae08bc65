"""The doctor's page: nothing is asked before somebody wants it, then every check is shown."""

import json
from collections.abc import Iterator

import pytest

from lti_tool.store.tables.platforms import Registration
from lti_tool.usecases.lms import platforms
from lti_tool.usecases.lms.platform_fields import NewPlatform
from tests.lti_tool.lti.a_platform import a_jwks
from tests.lti_tool.lti.a_server import AServer, Reply, a_server
from tests.lti_tool.lti.a_tool import a_token_reply
from tests.support.office import Office, page_of
from tests.support.world import World


@pytest.fixture
def lms() -> Iterator[AServer]:
    """An LMS that answers well."""
    with a_server() as running:
        running.will_answer("/auth", Reply(400))
        running.will_answer("/jwks", Reply(body=json.dumps(a_jwks()).encode()))
        running.will_answer("POST /token", a_token_reply())
        yield running


@pytest.fixture
def path(world: World, lms: AServer) -> str:
    """The page on which that LMS's connection is examined."""
    told = NewPlatform(
        platform_issuer="https://examined.example.edu",
        client_id="client-1",
        auth_url=f"{lms.url}/auth",
        token_url=f"{lms.url}/token",
        jwks_url=f"{lms.url}/jwks",
    )
    world.do(platforms.register, world.institution_id, told)
    row = next(row for row in world.rows(Registration) if "examined" in row.platform_issuer)
    return f"examination/{row.id}"


def test_nobody_is_asked_anything_before_somebody_wants_it(
    office: Office, lms: AServer, path: str
) -> None:
    page = office.page(path)

    assert "Examine now" in page.text
    assert lms.asked == []


def test_every_check_is_shown_with_its_outcome(office: Office, lms: AServer, path: str) -> None:
    page = page_of(office.send(path))

    lines = page.one("ol").all("li")
    assert len(lines) == 16
    [keys] = [line for line in lines if "The LMS's public keys" in line.text]
    assert "passed" in keys.text
    assert lms.asked_at("/jwks")


def test_what_is_to_be_mended_is_said_with_the_remedy(
    office: Office, lms: AServer, path: str
) -> None:
    lms.will_answer("/jwks", Reply(body=b'{"keys": []}'))

    text = page_of(office.send(path)).text

    assert "are to be mended" in text
    assert "Compare the address of the keys with what the LMS says of itself." in text


def test_the_list_of_connections_leads_here(office: Office, path: str) -> None:
    addresses = [link.attributes.get("href", "") for link in office.page("platforms").all("a")]

    assert any(str(address).endswith(path) for address in addresses)
