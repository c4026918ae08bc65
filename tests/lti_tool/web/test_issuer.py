"""Public issuer pages: what a credential points at is there, for people and for programs."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from credentials.achievement import Issuer
from lti_tool.app import create_app
from lti_tool.store.database import Database
from lti_tool.usecases import awards, institutions
from lti_tool.usecases.institutions import InstitutionChanges
from lti_tool.wiring import Wiring
from tests.support import badges
from tests.support.builders import a_person, a_published_taster, an_institution
from tests.support.elements import Element, Page
from tests.support.wired import BASE_URL, SLUG, Clock, make_wiring

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
BASE = f"/i/{SLUG}"
DID = f"did:web:localhost%3A9000:i:{SLUG}"
TASTER_BADGE = f"{BASE}/achievements/foundations-taster/1/foundations-certificate"
PNG = b"\x89PNG\r\n\x1a\n"
NOT_HERE = [
    "/i/nobody",
    "/i/nobody/did.json",
    "/i/nobody/logo.png",
    f"{BASE}/logo.png",
    f"{BASE}/status/1",
    f"{BASE}/status/99999999999999999999",
    f"{BASE}/achievements/foundations-taster/1/another-badge",
    f"{BASE}/achievements/foundations-taster/2/foundations-certificate",
    f"{TASTER_BADGE.replace('/1/', '/2/')}/image.png",
]


@pytest.fixture
def clock(now: datetime) -> Clock:
    """A clock that the test may move."""
    return Clock(now)


@pytest.fixture
def wired(db: Database, tmp_path: Path, clock: Clock) -> Wiring:
    """The institution of the test wiring, with the taster published."""
    with db.begin() as session:
        a_published_taster(session)
    return make_wiring(db, tmp_path, clock=clock)


@pytest.fixture
def client(wired: Wiring) -> FlaskClient:
    """Anybody."""
    return create_app(wired).test_client()


def main_of(answer: TestResponse) -> Element:
    """The content of the page."""
    return Page(answer.text).root.one("main")


def revoke(wired: Wiring, issued: badges.Issued) -> None:
    """Revoke an award, as the office does."""
    with wired.db.begin() as session:
        awards.revoke(
            session, issued.institution_id, issued.award_id, reason="A mix-up", now=wired.now()
        )


def describe(wired: Wiring) -> None:
    """Fill in the institution's public settings, and a logo."""
    changes = InstitutionChanges(
        name="Example University",
        url="https://www.example.edu",
        email="office@example.edu",
        description="Teaches medicine.",
        time_zone="Europe/Berlin",
        support=(),
    )
    with wired.db.begin() as session:
        institution = an_institution(session)
        person_id = a_person(session, institution.id)
        institutions.change(session, institution.id, changes, actor_id=person_id, now=wired.now())
        institutions.change_logo(
            session, institution.id, badges.a_picture(), actor_id=person_id, now=wired.now()
        )


def test_the_key_document_stands_where_did_web_looks_for_it(
    wired: Wiring, client: FlaskClient
) -> None:
    answer = client.get(f"{BASE}/did.json")
    assert answer.mimetype == "application/json"
    document = answer.json
    assert document is not None
    assert document["id"] == DID
    assert document["@context"][0] == "https://www.w3.org/ns/did/v1"
    (method,) = document["verificationMethod"]
    assert document["assertionMethod"] == [method["id"]] == [wired.signing_keys.current(DID).id]


def test_a_retired_key_stays_published(wired: Wiring, client: FlaskClient) -> None:
    wired.signing_keys.rotate(DID, now=wired.now())
    document = client.get(f"{BASE}/did.json").json
    assert document is not None
    assert len(document["verificationMethod"]) == 2


def test_an_institution_without_a_key_has_no_key_document(
    wired: Wiring, client: FlaskClient
) -> None:
    with wired.db.begin() as session:
        an_institution(session, "Hill College")
    answer = client.get("/i/hill-college/did.json")
    assert answer.status_code == 404
    assert "no signing key yet" in answer.text


def test_keys_that_cannot_be_read_are_an_outage_and_name_no_file(
    wired: Wiring, client: FlaskClient
) -> None:
    wired.settings.signing_keys_file.write_bytes(b"damaged")
    answer = client.get(f"{BASE}/did.json")
    assert answer.status_code == 503
    assert "signing.keys" not in answer.text


def test_a_program_reads_the_profile_that_stands_in_credentials(
    wired: Wiring, client: FlaskClient
) -> None:
    describe(wired)
    answer = client.get(BASE, headers={"Accept": "application/ld+json"})
    assert answer.mimetype == "application/ld+json"
    expected = Issuer(
        id=DID,
        name="Example University",
        url="https://www.example.edu",
        email="office@example.edu",
        image=f"{BASE_URL}{BASE}/logo.png",
    )
    profile = answer.json
    assert profile is not None
    assert len(profile.pop("@context")) == 3
    assert profile == {**expected.to_json(), "description": "Teaches medicine."}


def test_a_profile_says_only_what_is_known(client: FlaskClient) -> None:
    profile = client.get(BASE).json
    assert profile is not None
    assert profile.keys() == {"@context", "id", "type", "name", "url"}


def test_a_person_reads_who_issues_and_what(wired: Wiring, client: FlaskClient) -> None:
    describe(wired)
    main = main_of(client.get(BASE, headers=HTML))
    assert main.one("h1").text == "Example University"
    assert "Teaches medicine." in main.text
    assert main.one("a", href=f"{BASE_URL}{TASTER_BADGE}")
    assert main.one("img", class_="logo")


def test_an_institution_that_publishes_nothing_yet_says_what_will_be_here(
    wired: Wiring, client: FlaskClient
) -> None:
    with wired.db.begin() as session:
        an_institution(session, "Hill College")
    assert "will be listed here" in main_of(client.get("/i/hill-college", headers=HTML)).text


def test_a_program_reads_the_achievement_that_stands_in_credentials(
    wired: Wiring, client: FlaskClient
) -> None:
    issued = json.loads(badges.issue_taster(wired).signed)
    inside = issued["credentialSubject"]["achievement"]
    address = inside["id"].removeprefix(BASE_URL)
    achievement = client.get(address, headers={"Accept": "application/json"}).json
    assert achievement is not None
    assert achievement.pop("@context") == issued["@context"]
    assert achievement.pop("creator") == issued["issuer"]
    assert achievement == inside


def test_a_person_reads_what_it_takes(client: FlaskClient) -> None:
    main = main_of(client.get(TASTER_BADGE, headers=HTML))
    assert main.one("h1").text == "Foundations of Strain, Recovery and Safe Writing"
    outline = main.one("ul", class_="outline").text
    assert "Stress, strain and recovery in medical training" in outline
    assert main.one("a", href=BASE)
    assert main.one("a", href="/verify")


def test_the_picture_of_a_badge_is_a_png(client: FlaskClient) -> None:
    answer = client.get(f"{TASTER_BADGE}/image.png")
    assert answer.mimetype == "image/png"
    assert answer.data.startswith(PNG)


def test_the_logo_is_the_one_that_was_set(wired: Wiring, client: FlaskClient) -> None:
    describe(wired)
    answer = client.get(f"{BASE}/logo.png")
    assert answer.mimetype == "image/png"
    assert answer.data == badges.a_picture()


@pytest.mark.parametrize("address", NOT_HERE)
def test_what_was_never_published_is_not_there(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_status_list_is_signed_and_says_how_long_to_keep_it(
    wired: Wiring, client: FlaskClient
) -> None:
    badges.issue_taster(wired)
    answer = client.get(f"{BASE}/status/1")
    assert answer.mimetype == "application/vc"
    status_list = json.loads(answer.data)
    assert status_list["id"] == f"{BASE_URL}{BASE}/status/1"
    assert status_list["issuer"] == DID
    assert status_list["proof"][0]["cryptosuite"] == "eddsa-rdfc-2022"
    assert status_list["credentialSubject"]["ttl"] == 300_000
    assert answer.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/vc"),
        ("application/json", "application/json"),
        ("application/ld+json, application/json", "application/ld+json"),
        ("text/html", "application/vc"),
    ],
)
def test_a_status_list_is_called_what_its_reader_understands(
    wired: Wiring, client: FlaskClient, accept: str, kind: str
) -> None:
    badges.issue_taster(wired)
    assert client.get(f"{BASE}/status/1", headers={"Accept": accept}).mimetype == kind


def test_a_status_list_changes_only_when_something_is_revoked(
    wired: Wiring, client: FlaskClient, clock: Clock
) -> None:
    issued = badges.issue_taster(wired)
    before = client.get(f"{BASE}/status/1")
    clock.move(timedelta(hours=1))
    same = client.get(f"{BASE}/status/1", headers={"If-None-Match": before.headers["ETag"]})
    revoke(wired, issued)
    after = client.get(f"{BASE}/status/1", headers={"If-None-Match": before.headers["ETag"]})
    assert (before.status_code, same.status_code, after.status_code) == (200, 304, 200)
    (proof,) = json.loads(after.data)["proof"]
    assert proof["created"] == "2026-11-23T13:00:00Z"


@pytest.mark.parametrize(
    "address", [BASE, f"{BASE}/did.json", TASTER_BADGE, f"{TASTER_BADGE}/image.png"]
)
def test_programs_on_other_sites_may_read_everything_public(
    client: FlaskClient, address: str
) -> None:
    answer = client.get(address)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("address", [BASE, TASTER_BADGE])
def test_a_cache_keeps_page_and_data_apart(client: FlaskClient, address: str) -> None:
    page, data = client.get(address, headers=HTML), client.get(address)
    assert (page.mimetype, data.mimetype) == ("text/html", "application/json")
    assert "Accept" in page.headers["Vary"]
    assert page.headers["ETag"] != data.headers["ETag"]


def test_public_pages_speak_about_checking_in_their_help(client: FlaskClient) -> None:
    help_panel = Page(client.get(BASE, headers=HTML).text).root.one("aside", class_="help")
    assert "A digital certificate is a file" in help_panel.text
