"""Settings: every wrong one is named at once, nothing secret is repeated, keys are checked."""

import base64

import pytest

from lti_tool.errors import SettingsError
from lti_tool.settings import Settings, read_master_key, read_settings


@pytest.fixture
def environment(monkeypatch):
    """Set TESTAMUR_* variables; a base address is there from the start."""

    def put(**settings):
        for name, value in settings.items():
            monkeypatch.setenv(f"TESTAMUR_{name.upper()}", value)

    put(base_url="https://badges.example.edu/")
    return put


def refusal():
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert caught.value.code == "settings.wrong"
    return str(caught.value.sentence)


def test_only_the_base_address_has_to_be_set(environment):
    settings = read_settings()
    assert settings.base_url == "https://badges.example.edu"
    assert settings.host == "badges.example.edu"
    assert settings.database_url == "sqlite:///testamur.db"


def test_a_base_address_is_kept_as_browsers_write_it(environment):
    environment(base_url=" HTTPS://Badges.Example.edu:8443/ ")
    assert read_settings().base_url == "https://badges.example.edu:8443"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://badges.example.edu:443", "https://badges.example.edu"),
        ("http://badges.example.edu:80/", "http://badges.example.edu"),
        ("http://badges.example.edu:443", "http://badges.example.edu:443"),
        ("https://[::1]:443", "https://[::1]"),
        ("https://[::1:443]", "https://[::1:443]"),
    ],
)
def test_a_port_that_browsers_leave_out_is_left_out(environment, typed, kept):
    environment(base_url=typed)
    assert read_settings().base_url == kept


def test_without_a_base_address_nothing_starts(environment, monkeypatch):
    monkeypatch.delenv("TESTAMUR_BASE_URL")
    assert "TESTAMUR_BASE_URL: it is not set" in refusal()


def test_every_wrong_setting_is_named_at_once(environment):
    environment(base_url="badges", trusted_proxies="many", visit_hours="48", log_level="loud")
    said = refusal()
    for name in ("BASE_URL", "TRUSTED_PROXIES", "VISIT_HOURS", "LOG_LEVEL"):
        assert f"TESTAMUR_{name}: " in said


def test_a_misspelt_setting_is_named_with_the_one_that_was_meant(environment):
    environment(databse_url="sqlite:///other.db")
    assert (
        "TESTAMUR_DATABSE_URL: there is no such setting; did you mean TESTAMUR_DATABASE_URL?"
        in (refusal())
    )


def test_a_setting_like_none_of_ours_is_named_without_a_guess(environment):
    environment(zzz="1")
    said = refusal()
    assert "TESTAMUR_ZZZ: there is no such setting" in said
    assert "did you mean" not in said


def test_variables_of_others_are_none_of_our_business(environment, monkeypatch):
    monkeypatch.setenv("TESTAMURAL_BASE_URL", "x")
    assert read_settings().base_url


@pytest.mark.parametrize("name", ["base_url", "trusted_proxies", "visit_hours", "log_level"])
def test_a_wrong_value_is_never_repeated_because_it_may_be_a_password(environment, name):
    environment(**{name: "correct-horse-battery"})
    assert "correct-horse-battery" not in refusal()


def test_a_password_in_the_database_address_is_in_no_text_of_the_settings(environment):
    environment(database_url="postgresql://testamur:correct-horse@db/testamur")
    assert "correct-horse" not in repr(read_settings())
    assert "correct-horse" not in str(read_settings())


@pytest.mark.parametrize(
    "value",
    [
        "badges.example.edu",
        "ftp://badges.example.edu",
        "https://",
        "https://badges.example.edu/tool",
        "https://badges.example.edu?x=1",
        "https://badges.example.edu#x",
        "https://someone:secret@badges.example.edu",
        "http://[",
        "http://localhost:port",
    ],
)
def test_a_base_address_must_be_a_whole_address_without_a_path(environment, value):
    environment(base_url=value)
    said = refusal()
    assert "TESTAMUR_BASE_URL: " in said
    assert "nvalid" not in said


def test_hosts_read_over_plain_http_are_written_with_commas(environment):
    environment(plain_http_hosts="localhost:9000, 127.0.0.1:8001,")
    assert read_settings().plain_http_hosts == ("localhost:9000", "127.0.0.1:8001")


def test_programs_may_give_hosts_as_they_are():
    settings = Settings(base_url="http://localhost:9000", plain_http_hosts=("localhost:9000",))
    assert settings.plain_http_hosts == ("localhost:9000",)


def test_a_master_key_is_thirty_two_bytes_in_base64(tmp_path):
    file = tmp_path / "master.key"
    file.write_bytes(base64.b64encode(b"k" * 32) + b"\n")
    assert read_master_key(file) == b"k" * 32


def test_a_missing_master_key_is_said_with_what_to_do(tmp_path):
    with pytest.raises(SettingsError, match="can't be read") as caught:
        read_master_key(tmp_path / "master.key")
    assert caught.value.code == "settings.master-key-missing"
    assert "TESTAMUR_MASTER_KEY_FILE" in str(caught.value.sentence)


@pytest.mark.parametrize("written", [b"", b"not base64!", base64.b64encode(b"k" * 31)])
def test_a_wrong_master_key_is_refused_and_not_repeated(tmp_path, written):
    file = tmp_path / "master.key"
    file.write_bytes(written)
    with pytest.raises(SettingsError, match="does not hold a master key") as caught:
        read_master_key(file)
    assert caught.value.code == "settings.master-key-wrong"
    assert not written or written.decode() not in str(caught.value)
