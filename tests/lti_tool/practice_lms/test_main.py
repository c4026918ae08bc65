"""The practice LMS is started from a settings file, or says why it can't."""

import json
import socket
import subprocess
import sys

import pytest
import requests
from click.testing import CliRunner

from lti_tool.practice_lms.__main__ import main
from lti_tool.practice_lms.default_course import default_settings
from lti_tool.practice_lms.state.keys import PlatformKey
from tests.support.keys import TEST_ONLY_PLATFORM_KEY

TOOL = {
    "login_url": "http://localhost/login",
    "launch_url": "http://localhost/launch",
    "jwks_url": "http://localhost/jwks",
    "name": "Tool",
}
ED25519_KEY = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
"""


@pytest.fixture
def config_file(tmp_path):
    (tmp_path / "key.pem").write_bytes(TEST_ONLY_PLATFORM_KEY)
    settings = default_settings(base_url="http://127.0.0.1:0", client_id="c", tool=TOOL, links=[])
    settings["platform_key_file"] = str(tmp_path / "key.pem")
    path = tmp_path / "practice.json"
    path.write_text(json.dumps(settings), encoding="utf-8")
    return path


def _start(config_file, *options):
    return subprocess.Popen(
        [sys.executable, "-m", "lti_tool.practice_lms", "--config", str(config_file), *options],
        stdout=subprocess.PIPE,
        text=True,
    )


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def test_it_serves_until_it_is_stopped(config_file):
    port = _free_port()
    with _start(config_file, "--port", str(port)) as process:
        assert "Practice LMS at http://127.0.0.1:0" in process.stdout.readline()
        answer = requests.get(f"http://127.0.0.1:{port}/jwks", timeout=10)
        process.terminate()
    published = PlatformKey.from_pem(TEST_ONLY_PLATFORM_KEY).kid
    assert answer.json()["keys"][0]["kid"] == published


def test_a_port_in_use_is_said(config_file):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
        result = CliRunner().invoke(main, ["--config", str(config_file), "--port", port])
    assert result.exit_code == 1
    assert f"Port {port} is in use" in result.output


def test_a_settings_file_with_a_fault_is_refused_with_its_name(tmp_path):
    path = tmp_path / "practice.json"
    path.write_text("{", encoding="utf-8")
    result = CliRunner().invoke(main, ["--config", str(path), "--port", "0"])
    assert result.exit_code == 2
    assert "practice.json: The settings are not JSON" in result.output


def test_a_key_of_another_kind_is_refused(config_file):
    (config_file.parent / "key.pem").write_bytes(ED25519_KEY)
    result = CliRunner().invoke(main, ["--config", str(config_file), "--port", "0"])
    assert result.exit_code == 2
    assert "must be an RSA key" in result.output


def test_a_new_key_is_of_2048_bits_and_another_each_time():
    assert PlatformKey.make().kid != PlatformKey.make().kid
