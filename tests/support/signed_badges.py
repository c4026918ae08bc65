"""Signed badges for library tests: valid by default, change one thing, sign again."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from credentials import strict_json
from credentials.achievement import (
    Achievement,
    BadgeResult,
    Issuer,
    Recipient,
    ResultDescription,
    RubricLevel,
)
from credentials.issuing import build, issue, sign
from credentials.keys import SigningKey
from credentials.resolving import DidResolver, did_document, did_web_url
from credentials.status import StatusEntry, StatusList
from credentials.verifying import Report, verify
from tests.support.fake_web import FakeWeb

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SITE = "https://badges.example/i/north"
DID = "did:web:badges.example:i:north"
STATUS_LIST = f"{SITE}/status/1"
KEY = SigningKey.from_seed(b"north" + bytes(27), controller=DID, created=NOW)
STRANGER_DID = "did:web:elsewhere.example"
STRANGER_KEY = SigningKey.from_seed(b"else" + bytes(28), controller=STRANGER_DID, created=NOW)

Change = Callable[[dict[str, Any]], object]


def an_achievement(**changes: Any) -> Achievement:
    """A certificate with two rubric criteria."""
    values: dict[str, Any] = {
        "id": f"{SITE}/achievements/foundations",
        "name": "Foundations taster",
        "description": "Two pages, a conduct statement and one short reflection.",
        "criteria": "The reflection is accepted.",
        "image": f"{SITE}/achievements/foundations.png",
        "version": "1",
        "tags": ("mental health",),
        "result_descriptions": (a_criterion("depth"), a_criterion("care")),
        "language": "en",
    }
    return Achievement(**{**values, **changes})


def a_criterion(name: str) -> ResultDescription:
    """A criterion with three levels; the middle one is needed."""
    place = f"{SITE}/rubrics/reflection/{name}"
    levels = tuple(
        RubricLevel(f"{place}/{level}", level, f"{name} is {level}")
        for level in ("beginning", "sound", "strong")
    )
    return ResultDescription(place, name, levels, f"{place}/sound")


def an_unsigned_badge(**changes: Any) -> dict[str, Any]:
    """A badge ready to sign, with a status and results."""
    depth = f"{SITE}/rubrics/reflection/depth"
    values: dict[str, Any] = {
        "credential_id": "urn:uuid:6f1a4d0e-93d3-4e7b-9c51-0f8b5a3c2d11",
        "achievement": an_achievement(),
        "issuer": Issuer(DID, "North College", url=SITE, email="badges@north.example"),
        "recipient": Recipient(
            email="ada@student.example", salt="c2FsdA", lti_user_id="user-7", name="Ada Bell"
        ),
        "results": [BadgeResult(depth, f"{depth}/strong")],
        "valid_from": NOW - timedelta(days=1),
        "valid_until": NOW + timedelta(days=365),
        "awarded": NOW - timedelta(days=1),
        "status": StatusEntry(STATUS_LIST, 94_567),
    }
    return build(**{**values, **changes})


def signed_after(
    change: Change, *, key: SigningKey = KEY, created: datetime = NOW
) -> dict[str, Any]:
    """A valid badge with one thing changed and then signed, past the lint."""
    unsigned = an_unsigned_badge()
    change(unsigned)
    return sign(unsigned, key=key, created=created)


def tampered(change: Change) -> dict[str, Any]:
    """A valid badge with one thing changed after it was signed."""
    badge = signed_after(lambda unsigned: None)
    change(badge)
    return badge


def unchanged(_badge: dict[str, Any]) -> None:
    """The change that changes nothing."""


def put(*path_and_value: Any) -> Change:
    """The change that puts a value at a place: put("issuer", "name", "North")."""
    *path, name, value = path_and_value

    def change(badge: Any) -> None:
        for step in path:
            badge = badge[step]
        badge[name] = value

    return change


def drop(name: str) -> Change:
    """The change that takes a part away."""
    return lambda badge: badge.pop(name)


@cache
def an_issued_badge() -> bytes:
    """A badge through the front door: linted, signed and checked."""
    resolver = DidResolver(World().web)
    return issue(an_unsigned_badge(), key=KEY, created=NOW, resolver=resolver, now=NOW)


@dataclass
class World:
    """Two issuers on a web in memory, and one status list of the first."""

    status_list: StatusList = field(default_factory=StatusList)
    list_changes: Change | None = None
    list_key: SigningKey = KEY
    web: FakeWeb = field(default_factory=FakeWeb)

    def __post_init__(self) -> None:
        self.publish(did_document(DID, [KEY]))
        self.publish(did_document(STRANGER_DID, [STRANGER_KEY]))
        self.web.pages[STATUS_LIST] = self._signed_list

    def publish(self, document: dict[str, Any]) -> None:
        """Put a DID document where its DID says."""
        self.web.pages[did_web_url(document["id"])] = document

    def verify(self, badge: Mapping[str, Any] | bytes, **options: Any) -> Report:
        """Verify as a stranger at the fixed time would."""
        data = badge if isinstance(badge, bytes) else strict_json.write(badge)
        resolver = DidResolver(self.web)
        values: dict[str, Any] = {"resolver": resolver, "fetcher": self.web, "now": NOW}
        return verify(data, **{**values, **options})

    def _signed_list(self) -> dict[str, Any]:
        unsigned = self.status_list.to_credential(
            list_url=STATUS_LIST, issuer=DID, valid_from=NOW - timedelta(days=1)
        )
        if self.list_changes:
            self.list_changes(unsigned)
        return sign(unsigned, key=self.list_key, created=NOW)


def outcomes(report: Report) -> dict[str, str]:
    """The report in short: check id to outcome."""
    return {check.id: str(check.outcome) for check in report.checks}


def a_png(*chunks: tuple[bytes, bytes]) -> bytes:
    """A one-pixel PNG with extra chunks after its header."""
    header = (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixel = (b"IDAT", zlib.compress(b"\0\0"))
    packed = [a_chunk(*chunk) for chunk in (header, *chunks, pixel, (b"IEND", b""))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def a_chunk(kind: bytes, body: bytes) -> bytes:
    """One PNG chunk with its right length and checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


A_SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" title="a>b"><g/></svg>'
