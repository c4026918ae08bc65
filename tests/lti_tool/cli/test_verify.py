"""Verifying files by command: what is printed, and an exit code for each result."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from credentials import strict_json
from credentials.achievement import Issuer
from credentials.baking import bake
from credentials.issuing import sign
from lti_tool.cli.trying.ports import free_ports
from tests.support.badges import HOLDER, a_badge, a_key
from tests.support.signed_badges import KEY, a_png, an_unsigned_badge

PAST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def write(tmp_path):
    """Write a badge to a file; returns its path."""

    def write(name, badge):
        path = tmp_path / name
        path.write_bytes(badge if isinstance(badge, bytes) else strict_json.write(badge))
        return path

    return write


def expired():
    return a_badge(valid_until=PAST)


def of_an_issuer_nobody_answers_for(port):
    did = f"did:web:localhost%3A{port}"
    unsigned = an_unsigned_badge(issuer=Issuer(did, "North College"), status=None)
    return sign(unsigned, key=replace(KEY, controller=did), created=PAST)


@pytest.mark.parametrize(
    ("badge", "code", "outcome"),
    [
        (a_badge, 0, "verified"),
        (expired, 1, "failed"),
        (lambda: b"<html>", 2, "unreadable"),
        (lambda: of_an_issuer_nobody_answers_for(1), 3, "not_checked"),
    ],
)
def test_a_process_without_settings_ends_with_the_code_of_the_result(
    process, write, badge, code, outcome
):
    path = write("badge.json", badge())
    done = process("verify", path, "--json", "--plain-http", "localhost:1")
    assert done.returncode == code
    assert json.loads(done.stdout)["outcome"] == outcome


def test_the_report_for_people_has_a_line_for_each_check(command, write):
    result = command("verify", write("badge.json", a_badge()))
    assert result.exit_code == 0
    assert "Verified: every check passed." in result.output
    assert [line.split()[1] for line in result.output.splitlines()[2:]] == [
        *("structure", "proof", "issuer", "validity", "revocation", "recipient")
    ]


def test_a_badge_is_found_in_a_picture(command, write):
    baked = bake(a_png(), strict_json.write(a_badge()).decode())
    assert command("verify", write("badge.png", baked)).exit_code == 0


def test_a_file_that_is_not_there_is_unreadable(command):
    result = command("verify", "nowhere.png")
    assert result.exit_code == 2
    assert "There is no file nowhere.png" in result.output


@pytest.mark.parametrize(
    ("others", "code"), [([], 0), ([b"<html>"], 2), ([b"<html>", expired()], 1)]
)
def test_several_files_end_with_the_worst_of_their_results(command, write, others, code):
    paths = [write(f"{number}.json", one) for number, one in enumerate([a_badge(), *others])]
    assert command("verify", *paths).exit_code == code


def test_several_reports_are_one_list_that_names_the_files(command, write):
    paths = [write("a.json", a_badge()), write("b.json", expired())]
    reports = json.loads(command("verify", "--json", *paths).output)
    assert [(one["file"], one["outcome"]) for one in reports] == [
        (str(paths[0]), "verified"),
        (str(paths[1]), "failed"),
    ]


@pytest.mark.parametrize(("email", "code"), [(HOLDER, 0), ("stranger@example.edu", 1)])
def test_the_recipient_is_compared_when_one_is_given(command, write, email, code):
    result = command("verify", write("badge.json", a_badge()), "--recipient", email)
    assert result.exit_code == code


@pytest.mark.parametrize(("listed", "code"), [(a_key().controller, 0), ("did:web:else.example", 1)])
def test_only_issuers_in_the_file_are_trusted(command, write, tmp_path, listed, code):
    trust = tmp_path / "trusted.txt"
    trust.write_text(f"# who we know\n\n  {listed}\n", "utf-8")
    result = command("verify", write("badge.json", a_badge()), "--trust", trust)
    assert result.exit_code == code


def test_a_trust_list_that_is_no_text_is_a_usage_fault(command, write, tmp_path):
    trust = tmp_path / "trusted.txt"
    trust.write_bytes(b"\xff\xfe\xff")
    result = command("verify", write("badge.json", a_badge()), "--trust", trust)
    assert result.exit_code == 2
    assert "can't be read as text" in result.stderr


def test_a_trust_list_that_is_not_there_is_told_apart_from_an_unreadable_badge(command, write):
    result = command("verify", write("badge.json", a_badge()), "--trust", "nowhere.txt")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "there is no file nowhere.txt that can be read, so nothing was" in result.stderr


def test_what_a_badge_says_reaches_the_terminal_as_text_only(command, write, tmp_path):
    twice = b'{"\\u202e\\u009b":1,"\\u202e\\u009b":2}'
    paths = [write(name, twice) for name in ("1.json", "2.json")]
    for options in ([], ["--json"]):
        assert not set(command("verify", *paths, *options).stdout) & set("\u202e\x9b\x1b")


def test_a_recipient_that_is_no_text_is_not_the_recipient(process, write):
    done = process("verify", write("badge.json", a_badge()), "--recipient", os.fsdecode(b"\xff"))
    assert done.returncode == 1
    assert "issued to another e-mail address" in done.stdout


def test_plain_http_is_for_this_machine_only(command, write):
    path = write("badge.json", a_badge())
    result = command("verify", path, "--plain-http", "badges.example:80")
    assert result.exit_code == 2
    assert "badges.example:80 is not a name of this machine" in result.stderr


def test_hosts_for_plain_http_come_from_the_settings_too(command, write, monkeypatch):
    port = free_ports()[0]
    monkeypatch.setenv("TESTAMUR_PLAIN_HTTP_HOSTS", f"localhost:2, localhost:{port},")
    result = command("verify", write("badge.json", of_an_issuer_nobody_answers_for(port)))
    assert result.exit_code == 3
    assert f"http://localhost:{port}/.well-known/did.json could not be reached" in result.output
