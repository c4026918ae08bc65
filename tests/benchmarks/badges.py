"""Signing, issuing and verifying badges, beside npm @digitalbazaar/vc where it is installed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

from credentials import strict_json
from credentials.baking import bake
from credentials.issuing import issue, sign
from credentials.resolving import DidResolver, OwnIssuers, did_document
from credentials.verifying import Report
from lti_tool.app import create_verify_app
from lti_tool.wiring import Verification
from tests.benchmarks.beside import digitalbazaar as peers
from tests.benchmarks.beside.digitalbazaar import DigitalBazaar, digitalbazaar
from tests.benchmarks.measures import Measure, Round, medians, timed
from tests.benchmarks.sizes import Sizes
from tests.support.badges import a_picture
from tests.support.signed_badges import DID, KEY, NOW, STATUS_LIST, World, an_unsigned_badge

UNIT = "badges/CPU s"
PEER_SIGNS, PEER_VERIFIES = "peer signs", "peer verifies"


@dataclass(frozen=True)
class _Badges:
    """One badge with a rubric's levels in it, and an issuer whose site is in memory."""

    world: World

    @cached_property
    def unsigned(self) -> dict[str, Any]:
        return an_unsigned_badge()

    @cached_property
    def without_status(self) -> bytes:
        return strict_json.write(sign(an_unsigned_badge(status=None), key=KEY, created=NOW))

    def sign(self) -> dict[str, Any]:
        return sign(an_unsigned_badge(), key=KEY, created=NOW)

    def issue(self) -> bytes:
        own = OwnIssuers({DID: did_document(DID, [KEY])})
        return issue(self.unsigned, key=KEY, created=NOW, resolver=own, now=NOW)

    def verified(self, badge: bytes) -> Report:
        report = self.world.verify(badge)
        assert report["proof"].outcome == "passed"
        return report


def measure(folder: Path, sizes: Sizes) -> Iterator[Measure]:
    """Badges per CPU second; the peer signs and verifies the very same badge."""
    badges = _a_site()
    with digitalbazaar(did_document(DID, [KEY]), folder, now=NOW) as peer:
        rounds = _ours(badges, sizes) | _theirs(peer, badges, sizes)
        rates = medians(rounds, rounds=sizes.rounds)
    beside = peers.NAME if peer else ""
    signs, verifies = rates.get(PEER_SIGNS), rates.get(PEER_VERIFIES)
    yield Measure("verify", rates["verify"], UNIT, verifies, beside)
    yield Measure("verify, status list too", rates["verify with status"], UNIT)
    yield Measure("verify page, PNG", rates["page"], "requests/CPU s")
    yield Measure("build and sign", rates["sign"], UNIT, signs, beside)
    yield Measure("issue (lint, sign, self-check)", rates["issue"], UNIT, signs, beside)


def _a_site() -> _Badges:
    world = World()
    # Signed once, as a site does that keeps what it publishes.
    world.web.pages[STATUS_LIST] = world.web.get_json(STATUS_LIST)
    return _Badges(world)


def _ours(badges: _Badges, sizes: Sizes) -> dict[str, Round]:
    issued = badges.issue()
    works = {
        "verify": lambda: badges.verified(badges.without_status),
        "verify with status": lambda: badges.verified(issued),
        "page": _page(badges, bake(a_picture(), issued.decode())),
        "sign": badges.sign,
        "issue": badges.issue,
    }
    return {name: timed(work, times=sizes.badges) for name, work in works.items()}


def _theirs(peer: DigitalBazaar | None, badges: _Badges, sizes: Sizes) -> Mapping[str, Round]:
    if peer is None:
        return {}
    signed = strict_json.read_object(badges.without_status)
    unsigned = {name: value for name, value in signed.items() if name != "proof"}
    return {
        PEER_VERIFIES: peer.round("verify", signed, times=sizes.badges),
        PEER_SIGNS: peer.round("sign", unsigned, times=sizes.badges),
    }


def _page(badges: _Badges, picture: bytes) -> Any:
    web = badges.world.web
    app = create_verify_app(Verification(DidResolver(web), web), now=lambda: NOW)
    browser = app.test_client()

    def post() -> None:
        answer = browser.post("/verify", data={"badge": (BytesIO(picture), "badge.png")})
        assert answer.status_code == 200, answer.text

    return post
