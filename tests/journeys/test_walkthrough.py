"""The walkthrough, with real processes over real HTTP: from a launch to a verified certificate."""

import json
import os
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from credentials.baking import unbake
from lti_tool.cli.commands import testamur as command
from lti_tool.settings import PREFIX
from tests.support.other_verifiers import digitalbazaar_verdict


@pytest.fixture(params=["sqlite", "postgresql"])
def on_database(request, monkeypatch):
    """Nothing set, as on a bare machine, or the address of a PostgreSQL database."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
        monkeypatch.setenv("TESTAMUR_DATABASE_URL", url)


def test_the_main_job_ends_with_a_certificate_that_a_stranger_verifies(on_database, tmp_path):
    (tmp_path / "status-list-2.json").write_text("left by an earlier run")
    result = CliRunner().invoke(command, ["demo", "--walkthrough", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("certificate.json", "certificate.png", "did.json", "report.json", "status-list.json")
    ]
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["outcome"] == "verified"
    assert {check["outcome"] for check in report["checks"]} == {"passed"}
    signed = json.loads((tmp_path / "certificate.json").read_text("utf-8"))
    assert json.loads(unbake((tmp_path / "certificate.png").read_bytes())) == signed
    keys = json.loads((tmp_path / "did.json").read_text("utf-8"))
    assert keys["id"] == signed["issuer"]["id"]
    assert len(result.output.splitlines()) == 15
    _assert_somebody_elses_verifier_agrees(signed, keys)


def _assert_somebody_elses_verifier_agrees(signed, keys):
    now = datetime.now(UTC)
    verdict = digitalbazaar_verdict(signed, keys, now=now)
    assert verdict.verified, verdict.reasons
    changed = {**signed, "name": f"{signed['name'][:-1]}?"}
    assert not digitalbazaar_verdict(changed, keys, now=now).verified
