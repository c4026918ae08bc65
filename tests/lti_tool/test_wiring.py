"""The wiring from settings: everything there, or one plain sentence about what is wrong."""

import base64
import os
from contextlib import closing, contextmanager
from datetime import UTC, timedelta

import pytest

from lti_tool.errors import SettingsError
from lti_tool.settings import Settings
from lti_tool.wiring import build, new_secret, utc_now


@pytest.fixture
def settings(database_url, tmp_path):
    return some_settings(tmp_path, database_url)


def some_settings(folder, database_url):
    key = folder / "master.key"
    key.write_bytes(base64.b64encode(os.urandom(32)))
    return Settings(
        base_url="http://localhost:9000",
        database_url=database_url,
        master_key_file=key,
        signing_keys_file=folder / "signing.keys",
        plain_http_hosts=("localhost:9000",),
        visit_hours=3,
    )


@contextmanager
def built(settings):
    wiring = build(settings)
    with closing(wiring.db), closing(wiring.queue):
        yield wiring


def test_everything_is_built_from_settings(settings):
    with built(settings) as wiring:
        assert wiring.db.wake == wiring.queue.wake
        assert wiring.visit_lasts == timedelta(hours=3)
        assert wiring.verification.fetcher.plain_http_hosts == ("localhost:9000",)


def test_the_master_key_shows_in_no_text_of_the_wiring(settings):
    material = base64.b64decode(settings.master_key_file.read_bytes())
    with built(settings) as wiring:
        assert repr(material)[2:-1] not in repr(wiring)


def test_a_database_that_does_not_answer_is_said_in_words(tmp_path):
    url = f"postgresql://testamur:correct-horse@/testamur?host={tmp_path}"
    with pytest.raises(SettingsError, match="can't be reached") as caught:
        build(some_settings(tmp_path, url))
    assert "correct-horse" not in str(caught.value)


def test_a_folder_that_does_not_exist_is_said_in_words(tmp_path):
    with pytest.raises(SettingsError, match="can't be reached"):
        build(some_settings(tmp_path, f"sqlite:///{tmp_path}/nowhere/data.db"))


def test_a_file_that_is_no_database_is_said_in_words(tmp_path):
    file = tmp_path / "data.db"
    file.write_text("This is a letter, not a database. " * 100)
    with pytest.raises(SettingsError):
        build(some_settings(tmp_path, f"sqlite:///{file}"))


def test_the_clock_is_in_utc_and_secrets_never_repeat():
    assert utc_now().tzinfo is UTC
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(secret) >= 43 for secret in secrets)
