"""Our own pages are given to the verifier from our keys and tables; everything else goes out."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from credentials.errors import FetchError
from credentials.resolving import DidResolver
from lti_tool.store.database import Database
from lti_tool.usecases.own_pages import OwnPages
from lti_tool.wiring import Wiring
from tests.support import badges
from tests.support.wired import BASE_URL, SLUG, Clock, make_wiring

DID = f"did:web:localhost%3A9000:i:{SLUG}"


@dataclass
class Outside:
    """The rest of the web: answers anything, and remembers what it was asked for."""

    plain_http_hosts: tuple[str, ...] = ("127.0.0.1:8000",)
    asked: list[str] = field(default_factory=list)

    def get_json(self, url: str) -> dict[str, Any]:
        """Something that is not ours."""
        self.asked.append(url)
        return {"id": url}


@pytest.fixture
def wired(db: Database, tmp_path: Path, now: datetime) -> Wiring:
    """A wiring whose institution has issued one badge."""
    made = make_wiring(db, tmp_path, clock=Clock(now))
    badges.issue_taster(made)
    return made


@pytest.fixture
def outside() -> Outside:
    """What must not be asked for our own pages."""
    return Outside()


@pytest.fixture
def door(wired: Wiring, outside: Outside) -> OwnPages:
    """The door under test."""
    return OwnPages(wired.db, wired.signing_keys, wired.settings.base_url, outside)


def test_our_own_issuer_is_resolved_from_our_keys(door: OwnPages, outside: Outside) -> None:
    document = DidResolver(door).resolve(DID)
    assert document["id"] == DID
    assert outside.asked == []


def test_our_own_status_list_comes_from_our_tables(door: OwnPages, outside: Outside) -> None:
    url = f"{BASE_URL}/i/{SLUG}/status/1"
    assert door.get_json(url)["id"] == url
    assert outside.asked == []


@pytest.mark.parametrize(
    "url", ["https://badges.example/did.json", f"{BASE_URL}0/i/{SLUG}/did.json"]
)
def test_other_addresses_are_asked_outside(door: OwnPages, outside: Outside, url: str) -> None:
    assert door.get_json(url) == {"id": url}
    assert outside.asked == [url]


@pytest.mark.parametrize(
    "path",
    [
        f"i/{SLUG}",
        f"i/{SLUG}/status/2",
        f"i/{SLUG}/status/one",
        f"i/{SLUG}/status/1234567890123",
        "i/nobody/did.json",
        "i/nobody/status/1",
        "verify",
    ],
)
def test_what_is_not_here_is_told_without_asking_ourselves(
    door: OwnPages, outside: Outside, path: str
) -> None:
    with pytest.raises(FetchError, match="There is nothing of that kind"):
        door.get_json(f"{BASE_URL}/{path}")
    assert outside.asked == []


@pytest.mark.parametrize("path", ["did.json", "status/1"])
def test_keys_that_cannot_be_read_are_told_without_naming_their_file(
    door: OwnPages, wired: Wiring, path: str
) -> None:
    wired.settings.signing_keys_file.unlink()
    with pytest.raises(FetchError, match="can't read its own keys") as refused:
        door.get_json(f"{BASE_URL}/i/{SLUG}/{path}")
    assert "signing.keys" not in str(refused.value)


def test_a_tool_on_plain_http_knows_its_own_host(door: OwnPages) -> None:
    assert door.plain_http_hosts == ("127.0.0.1:8000", "localhost:9000")


def test_a_tool_on_https_adds_no_plain_host(wired: Wiring, outside: Outside) -> None:
    door = OwnPages(wired.db, wired.signing_keys, "https://badges.example", outside)
    assert door.plain_http_hosts == ("127.0.0.1:8000",)
