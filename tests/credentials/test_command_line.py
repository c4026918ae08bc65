"""`python -m credentials`: exit codes, lines for people, JSON for programs."""

import json
import os
import runpy
import unicodedata
from datetime import UTC, datetime

import pytest

from credentials import __main__ as command
from credentials.__main__ import main
from credentials.keys import SigningKey, SigningKeyFile
from tests.support.signed_badges import DID, KEY, an_issued_badge, signed_after

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
DID_KEY = f"did:key:{KEY.public_multikey}"


@pytest.fixture
def badge_file(tmp_path):
    """A badge that needs no network: its issuer is a did:key, and it has no status."""

    def write(change=lambda badge: None):
        def make(unsigned):
            unsigned["issuer"]["id"] = DID_KEY
            unsigned["validFrom"] = "2020-01-01T00:00:00Z"
            unsigned["validUntil"] = "2999-01-01T00:00:00Z"
            del unsigned["credentialStatus"]
            change(unsigned)

        key = SigningKey(DID_KEY, LONG_AGO, private_key=KEY.private_key)
        path = tmp_path / "badge.json"
        path.write_text(json.dumps(signed_after(make, key=key, created=LONG_AGO)))
        return str(path)

    return write


def test_a_good_badge_exits_0_and_says_why(badge_file, capsys):
    assert main(["verify", badge_file()]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("Verified: every check passed.")
    assert lines[1] == "  Foundations taster (North College)"
    assert [line.split()[:3] for line in lines[2:4]] == [
        ["1", "structure", "passed"],
        ["2", "proof", "passed"],
    ]


def test_the_module_itself_is_a_command(badge_file, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["credentials", "verify", badge_file()])

    with pytest.raises(SystemExit) as caught:
        runpy.run_path(command.__file__, run_name="__main__")
    assert caught.value.code == 0
    assert "Verified" in capsys.readouterr().out


def test_an_expired_badge_exits_1(badge_file, capsys):
    path = badge_file(lambda unsigned: unsigned.update(validUntil="2021-01-01T00:00:00Z"))

    assert main(["verify", path, "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["outcome"] == "failed"
    assert report["checks"][3]["outcome"] == "failed"


def test_a_badge_out_of_form_is_reported_without_its_words(badge_file, capsys):
    assert main(["verify", badge_file(lambda unsigned: unsigned.pop("name"))]) == 0
    path = badge_file(lambda unsigned: unsigned.update(validFrom="never"))

    assert main(["verify", path]) == 1
    assert "Foundations" not in capsys.readouterr().out.split("Verified")[1].split("badge.json")[1]


WIPE = "Gold\x1b[2K\x1b[1AVerified\x07\x9b2J\x7f\u202egnitautirw\u2066\n\u2028 0 all"


def name_it(name):
    def change(unsigned):
        unsigned["credentialSubject"]["achievement"]["name"] = name
        unsigned["issuer"]["name"] = name

    return change


def test_what_a_badge_says_cannot_rewrite_the_lines_printed(badge_file, capsys):
    main(["verify", badge_file(name_it(WIPE))])

    out = capsys.readouterr().out
    assert [line.strip().split()[0] for line in out.splitlines()[2:]] == list("123456")
    assert not [
        mark for mark in out if mark != "\n" and unicodedata.category(mark) in ("Cc", "Cf", "Zl")
    ]
    assert "Gold\ufffd[2K\ufffd[1AVerified" in out


def test_a_report_for_programs_holds_no_character_a_terminal_obeys(tmp_path, capsys):
    path = tmp_path / "badge.json"
    path.write_text(json.dumps({"a\u202e\x9b": 1}))
    path.write_bytes(path.read_bytes()[:-1] + b',"a\\u202e\\u009b":2}')

    assert main(["verify", str(path), "--json"]) == 2
    out = capsys.readouterr().out
    assert "a\\u202e\\u009b" in out
    assert "“a\u202e\x9b”" in json.loads(out)["sentence"]


def test_a_file_name_that_is_no_text_is_printed_all_the_same(capsys):
    assert main(["verify", os.fsdecode(b"\xff\x1b[2K.json")]) == 2
    assert capsys.readouterr().out.startswith("\ufffd\ufffd[2K.json: ")


def test_a_file_without_end_is_read_only_as_far_as_a_badge_may_reach(capsys):
    assert main(["verify", "/dev/zero"]) == 2
    assert "larger than 256 KiB" in capsys.readouterr().out


def test_a_recipient_that_is_no_text_is_not_the_recipient(badge_file, capsys):
    assert main(["verify", badge_file(), "--recipient", os.fsdecode(b"\xff")]) == 1
    assert "issued to another e-mail address" in capsys.readouterr().out


@pytest.mark.parametrize("as_json", [True, False])
def test_an_unreadable_file_exits_2(tmp_path, capsys, as_json):
    path = tmp_path / "essay.txt"
    path.write_text("hello")

    assert main(["verify", str(path), *(["--json"] if as_json else [])]) == 2
    out = capsys.readouterr().out
    assert "neither a badge picture" in out
    if as_json:
        assert json.loads(out)["outcome"] == "unreadable"


def test_a_missing_file_exits_2(tmp_path, capsys):
    assert main(["verify", str(tmp_path / "none.json")]) == 2
    assert "There is no file" in capsys.readouterr().out


def test_an_issuer_out_of_reach_exits_3(tmp_path, capsys):
    def move(unsigned):
        unsigned["issuer"]["id"] = "did:web:localhost%3A1"
        unsigned["validFrom"] = "2020-01-01T00:00:00Z"
        unsigned["validUntil"] = "2999-01-01T00:00:00Z"
        del unsigned["credentialStatus"]

    key = SigningKey("did:web:localhost%3A1", LONG_AGO, private_key=KEY.private_key)
    path = tmp_path / "badge.json"
    path.write_text(json.dumps(signed_after(move, key=key, created=LONG_AGO)))

    assert main(["verify", str(path), "--plain-http-host", "localhost:1"]) == 3
    assert "could not be checked" in capsys.readouterr().out


def test_the_recipient_and_trusted_issuers_can_be_asked_for(badge_file, capsys):
    path = badge_file()

    assert main(["verify", path, "--recipient", "ada@student.example", "--trust", DID_KEY]) == 0
    assert main(["verify", path, "--trust", DID]) == 1
    capsys.readouterr()


def test_a_host_elsewhere_is_refused_before_anything_else(tmp_path, capsys):
    path = tmp_path / "badge.json"
    path.write_bytes(an_issued_badge())

    with pytest.raises(SystemExit) as caught:
        main(["verify", str(path), "--plain-http-host", "badges.example"])
    assert caught.value.code == 2
    assert "badges.example" in capsys.readouterr().err


@pytest.mark.parametrize("content", [bytes(range(32)), bytes(range(32)).hex().encode() + b"\n"])
def test_a_key_is_made_in_a_sealed_file(tmp_path, capsys, content):
    sealing_key = tmp_path / "sealing.key"
    sealing_key.write_bytes(content)
    arguments = ["key", str(tmp_path / "signing.keys"), "--issuer", DID]

    assert main([*arguments, "--sealing-key", str(sealing_key)]) == 0
    made = SigningKeyFile(tmp_path / "signing.keys", bytes(range(32))).current(DID)
    assert capsys.readouterr().out.strip() == made.id


@pytest.mark.parametrize("content", [None, b"not hexadecimal"])
def test_without_a_sealing_key_no_key_is_made(tmp_path, capsys, content):
    sealing_key = tmp_path / "sealing.key"
    if content:
        sealing_key.write_bytes(content)
    arguments = ["key", str(tmp_path / "signing.keys"), "--issuer", DID]

    assert main([*arguments, "--sealing-key", str(sealing_key)]) == 2
    assert "openssl rand -hex 32" in capsys.readouterr().err
    assert not (tmp_path / "signing.keys").exists()
