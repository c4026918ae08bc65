"""The public verify page: what is sent is judged in words, and never kept."""

import json
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from credentials.baking import MAX_IMAGE_BYTES
from lti_tool.app import create_app, create_verify_app
from lti_tool.store.database import Database
from lti_tool.usecases import awards
from lti_tool.wiring import build_verification
from tests.support import badges
from tests.support.badges import a_badge, as_json, baked
from tests.support.elements import Element, Page
from tests.support.wired import Clock, make_wiring

JSON = {"Accept": "application/json"}
MEGABYTE = 1024 * 1024


@pytest.fixture
def app(now: datetime) -> Flask:
    """A verifier alone: it has no settings, no database and no key."""
    return create_verify_app(build_verification(), now=lambda: now)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser."""
    return app.test_client()


def upload(client: FlaskClient, data: bytes, **fields: str) -> TestResponse:
    """Send a file with the form, as a browser does.

    Written by hand, because the test client would put a large form into a file of its own.
    """
    begin = b'--edge\r\nContent-Disposition: form-data; name="'
    parts = [begin + name.encode() + b'"\r\n\r\n' + text.encode() for name, text in fields.items()]
    parts.append(begin + b'badge"; filename="badge.png"\r\n\r\n' + data)
    body = b"\r\n".join([*parts, b"--edge--\r\n"])
    kind = "multipart/form-data; boundary=edge"
    return client.post("/verify", data=body, content_type=kind)


def paste(client: FlaskClient, text: str) -> TestResponse:
    """Paste text into the form and leave the file out, as a browser sends that."""
    return upload(client, b"", text=text)


def ask_for_json(client: FlaskClient, data: bytes, **headers: str) -> Any:
    """Send the badge itself, as a program does."""
    kind = "application/json"
    return client.post("/verify", data=data, content_type=kind, headers={**JSON, **headers}).json


def main_of(answer: TestResponse) -> Element:
    """The content of the page."""
    return Page(answer.text).root.one("main")


def lines_of(answer: TestResponse) -> dict[str, str]:
    """Each check's name with the word for its outcome."""
    lines = main_of(answer).one("ol", class_="verdict").all("li")
    return {line.one("strong").text: line.one(class_="verdict-word").text for line in lines}


def test_the_form_takes_a_file_or_text_and_an_address(client: FlaskClient) -> None:
    main = main_of(client.get("/verify"))
    assert main.one("h1").text == "Check a certificate"
    assert main.one("input", type="file", name="badge")
    assert main.one("textarea", name="text")
    assert main.one("input", type="email", name="recipient")
    assert "not stored, not logged and not passed on" in main.text


def test_a_genuine_picture_is_verified_in_words(client: FlaskClient) -> None:
    answer = upload(client, baked(a_badge()))
    assert answer.status_code == 200
    assert main_of(answer).one("h1").text == "This certificate is genuine"
    assert lines_of(answer) == {
        "It is a complete badge": "passed",
        "The signature fits": "passed",
        "The issuer is who it says": "passed",
        "It is valid today": "passed",
        "It has not been withdrawn": "does not apply",
        "It belongs to this person": "does not apply",
    }


def test_the_report_says_what_was_awarded_by_whom_to_whom_and_when(client: FlaskClient) -> None:
    text = main_of(upload(client, baked(a_badge()))).text
    assert "What it certifies" in text
    for part in ("First aid on the telephone", "Harbour First Aid", "Robin Weber", "- Ten calls"):
        assert part in text
    assert "Awarded Tuesday 1 September 2026 " in text


def test_an_issuer_that_is_only_a_key_proves_no_web_site(client: FlaskClient) -> None:
    assert "anybody can make such an issuer" in main_of(upload(client, baked(a_badge()))).text


def test_levels_stand_in_a_table(client: FlaskClient) -> None:
    table = main_of(upload(client, baked(a_badge(results=[badges.a_result()])))).one("table")
    assert [cell.text for cell in table.one("thead").all("th")] == ["Criterion", "Level reached"]
    assert table.one("tbody").one("th").text == "Listening"
    assert table.one("tbody").one("td").text == "Level reached Steady"


def test_pasted_text_is_verified(client: FlaskClient) -> None:
    answer = paste(client, as_json(a_badge()).decode())
    assert main_of(answer).one("h1").text == "This certificate is genuine"


def test_a_changed_badge_fails_and_its_words_become_claims(client: FlaskClient) -> None:
    badge = a_badge()
    badge["name"] = "First aid on the Moon"
    answer = upload(client, baked(badge))
    assert answer.status_code == 200
    assert main_of(answer).one("h1").text == "This certificate can't be relied on"
    assert lines_of(answer)["The signature fits"] == "failed"
    assert "these are only claims" in main_of(answer).text


def test_an_issuer_that_cannot_be_asked_leaves_the_badge_open(client: FlaskClient) -> None:
    # did:web of a loopback address: no public https address, so nothing is fetched.
    badge = a_badge(issuer_id="did:web:127.0.0.1")
    badge["proof"][0]["verificationMethod"] = "did:web:127.0.0.1#key"
    answer = upload(client, baked(badge))
    assert main_of(answer).one("h1").text == "This certificate could not be checked fully"
    assert lines_of(answer)["The signature fits"] == "could not check"


def test_an_expired_badge_fails(client: FlaskClient, now: datetime) -> None:
    answer = upload(client, baked(a_badge(valid_until=now - timedelta(days=1))))
    assert lines_of(answer)["It is valid today"] == "failed"
    assert "Holds until Sunday 22 November 2026, 12:00 UTC" in main_of(answer).text


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_day_outside_the_calendar_is_a_fault_of_the_badge(
    client: FlaskClient, moment: str
) -> None:
    answer = upload(client, as_json(a_badge() | {"awardedDate": moment}))
    assert answer.status_code == 200
    assert lines_of(answer)["It is a complete badge"] == "failed"


def test_the_right_address_belongs_to_the_badge(client: FlaskClient) -> None:
    answer = upload(client, baked(a_badge()), recipient=f" {badges.HOLDER.upper()} ")
    assert lines_of(answer)["It belongs to this person"] == "passed"
    assert "with their e-mail address" not in main_of(answer).text


def test_another_address_fails(client: FlaskClient) -> None:
    answer = upload(client, baked(a_badge()), recipient="kim@example.edu")
    assert lines_of(answer)["It belongs to this person"] == "failed"


def test_a_badge_that_is_not_well_formed_shows_no_facts(client: FlaskClient) -> None:
    badge = a_badge()
    del badge["credentialSubject"]["achievement"]
    answer = upload(client, as_json(badge))
    assert lines_of(answer)["It is a complete badge"] == "failed"
    assert "What it says about itself" not in main_of(answer).text


def test_a_program_gets_the_report_as_json(client: FlaskClient) -> None:
    report = ask_for_json(client, as_json(a_badge()))
    assert report.keys() == {"outcome", "checks"}
    assert report["outcome"] == "verified"
    assert [check["id"] for check in report["checks"]] == [
        "structure",
        "proof",
        "issuer",
        "validity",
        "revocation",
        "recipient",
    ]
    assert all(check.keys() == {"id", "outcome", "sentence"} for check in report["checks"])
    assert report["checks"][5]["outcome"] == "not_applicable"


def test_a_form_with_a_file_is_answered_in_json_too_when_that_is_wanted(
    client: FlaskClient,
) -> None:
    fields = {"badge": (BytesIO(baked(a_badge())), "badge.png"), "recipient": "kim@example.edu"}
    answer = client.post("/verify", data=fields, headers=JSON)
    assert answer.json is not None
    assert answer.json["outcome"] == "failed"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (b"", "There was nothing to check"),
        (b" \n", "There was nothing to check"),
        (b"\n<!doctype html><html><body>Certificate</body></html>", "This is a web page"),
        (b"<HTML><body>Certificate</body></HTML>", "This is a web page"),
        (b"https://badges.example/certificate.json", "This is an address"),
        (b"hello", "neither a badge picture nor badge data"),
        (b"[]", "a list or a value"),
        (badges.a_picture(), "There is no badge in this picture"),
    ],
    ids=["nothing", "blanks", "web page", "old web page", "address", "words", "list", "picture"],
)
def test_what_holds_no_badge_is_sent_back_with_a_sentence(
    client: FlaskClient, sent: bytes, words: str
) -> None:
    answer = upload(client, sent)
    assert answer.status_code == 422
    assert words in main_of(answer).one(role="alert").text
    assert main_of(answer).one("input", type="file", name="badge")


def test_pasted_html_is_told_to_be_a_web_page(client: FlaskClient) -> None:
    answer = paste(client, "<!DOCTYPE html>\n<html lang=en><p>My badge")
    assert answer.status_code == 422
    assert "not a badge" in main_of(answer).one(role="alert").text


def test_what_was_typed_is_not_lost_when_it_holds_no_badge(client: FlaskClient) -> None:
    main = main_of(upload(client, b"", text="<hello>", recipient="kim@example.edu"))
    assert main.one("textarea", name="text").text == "<hello>"
    assert main.one("input", name="recipient").attributes["value"] == "kim@example.edu"


def test_a_program_is_told_in_json_that_there_is_no_badge(client: FlaskClient) -> None:
    answer = client.post("/verify", data=b"{}", content_type="application/json", headers=JSON)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["code"] == "verify.unreadable"
    assert "No badge could be read" in answer.json["detail"]


def test_twenty_megabytes_are_too_much(client: FlaskClient) -> None:
    answer = upload(client, bytes(20 * MEGABYTE))
    assert answer.status_code == 413
    assert main_of(answer).one("h1").text == "That is too much at once"
    assert "send a smaller file" in main_of(answer).text


def test_a_file_just_over_the_limit_is_told_the_limit(client: FlaskClient) -> None:
    answer = upload(client, bytes(MAX_IMAGE_BYTES + 1))
    assert answer.status_code == 413
    assert "larger than 10 MB" in main_of(answer).text


def test_a_pasted_text_beyond_a_megabyte_is_too_much(client: FlaskClient) -> None:
    assert paste(client, "x" * (2 * MEGABYTE)).status_code == 413


class Counted(BytesIO):
    """A request body that knows how much of it was taken in."""

    def left(self) -> int:
        return len(self.getbuffer()) - self.tell()


@pytest.mark.parametrize("size", [20, 80], ids=["read to the end", "cut off in the end"])
def test_what_is_too_large_is_heard_out_within_bounds(client: FlaskClient, size: int) -> None:
    # A browser that is cut off while it sends shows a broken connection instead of our sentence.
    body = Counted(bytes(size * MEGABYTE))
    answer = client.post(
        "/verify", input_stream=body, content_length=size * MEGABYTE, content_type="image/png"
    )
    assert answer.status_code == 413
    assert body.left() == max(0, size - 64) * MEGABYTE


def test_no_cache_keeps_a_report(client: FlaskClient) -> None:
    for answer in (upload(client, baked(a_badge())), upload(client, b"hello")):
        assert answer.headers["Cache-Control"] == "no-store"


def test_nothing_that_was_sent_reaches_the_disk_or_the_logs(
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("an upload was about to be written to the disk")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    assert upload(client, as_json(a_badge()) + b" " * 4 * MEGABYTE).status_code == 200
    assert "Robin" not in "".join(capfd.readouterr())


def test_the_page_lets_no_foreign_script_run(client: FlaskClient) -> None:
    policy = client.get("/verify").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_what_a_badge_says_stays_text(client: FlaskClient) -> None:
    badge = a_badge()
    badge["credentialSubject"]["achievement"]["name"] = "<script>alert(1)</script>"
    answer = upload(client, as_json(badge))
    assert "<script>alert" not in answer.text
    assert "<script>alert(1)</script>" in main_of(answer).text


class TestInTheWholeTool:
    """The same page beside everything else: our own issuers are answered without the network."""

    def test_our_own_badge_is_verified_without_asking_ourselves(
        self, db: Database, tmp_path: Path, now: datetime
    ) -> None:
        wired = make_wiring(db, tmp_path, clock=Clock(now))
        issued = badges.issue_taster(wired)
        answer = upload(create_app(wired).test_client(), baked(json.loads(issued.signed)))
        assert main_of(answer).one("h1").text == "This certificate is genuine"
        assert lines_of(answer)["It has not been withdrawn"] == "passed"
        assert "proven by the signature localhost:9000" in main_of(answer).text

    def test_a_revoked_badge_is_told_to_be_revoked(
        self, db: Database, tmp_path: Path, now: datetime
    ) -> None:
        wired = make_wiring(db, tmp_path, clock=Clock(now))
        issued = badges.issue_taster(wired)
        with db.begin() as session:
            awards.revoke(
                session, issued.institution_id, issued.award_id, reason="A mix-up", now=now
            )
        report = ask_for_json(create_app(wired).test_client(), issued.signed)
        assert report["outcome"] == "failed"
        assert report["checks"][4]["sentence"] == "The issuer has revoked this badge."

    def test_a_form_sent_by_another_site_is_refused(
        self, sqlite_db: Database, tmp_path: Path, now: datetime
    ) -> None:
        wired = make_wiring(sqlite_db, tmp_path, clock=Clock(now))
        answer = (
            create_app(wired)
            .test_client()
            .post("/verify", data={"text": "{}"}, headers={"Origin": "https://elsewhere.example"})
        )
        assert answer.status_code == 403
