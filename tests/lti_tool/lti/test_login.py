"""The tool's answer to a platform that begins a login."""

from uuid import UUID

import pytest
from sqlalchemy import select

from lti_tool.errors import LaunchRejectedError
from lti_tool.lti.login import start_login
from lti_tool.store.tables.platforms import Login
from tests.lti_tool.lti.a_platform import APlatform, Secrets, later, sent_with


def test_the_browser_is_sent_to_the_platform_with_all_nine_parameters(platform):
    login = platform.login()

    assert login.redirect_url.startswith("https://lms1.example.edu/auth?")
    assert sent_with(login) == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": "client-1",
        "redirect_uri": "https://tool.example.org/lti/launch",
        "state": login.state,
        "nonce": "secret-1",
        "login_hint": "4",
        "lti_message_hint": '{"cmid":2}',
    }


def test_an_authorization_address_keeps_the_query_it_has(sqlite_db, now):
    platform = APlatform(sqlite_db, now, auth_url="https://lms.example.edu/auth?tenant=7#top")

    login = platform.login()

    assert login.redirect_url.startswith("https://lms.example.edu/auth?tenant=7&scope=openid")
    assert sent_with(login)["tenant"] == "7"


def test_one_row_ties_everything_together_and_holds_no_secret(platform_on_both):
    platform = platform_on_both

    login = platform.login()

    with platform.db.begin() as session:
        row = session.scalars(select(Login)).one()
        assert row.registration_id == platform.registration.id
        assert row.target == "https://tool.example.org/activities/taster/reflection"
        assert row.expires_at == login.expires_at == later(platform.now, minutes=10)
        kept = (row.state_hash, row.browser_hash)
    for secret in (login.state, login.browser_secret):
        assert secret.encode() not in kept


def test_state_nonce_and_browser_secret_differ(platform):
    login = platform.login()

    assert len({login.state, sent_with(login)["nonce"], login.browser_secret}) == 3
    assert login.browser_secret not in repr(login)


@pytest.mark.parametrize("name", ["lti_deployment_id", "deployment_id"])
def test_a_deployment_id_is_accepted_under_either_name(platform, name):
    assert platform.login(**{name: "42:8865aa05"}).state


def test_a_login_without_client_id_is_accepted(platform):
    assert platform.login(client_id=None).state


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": "https://evil.example"}, "login.other-platform"),
        ({"iss": "https://lms1.example.edu/"}, "login.other-platform"),
        ({"iss": None}, "login.other-platform"),
        ({"client_id": "client-2"}, "login.other-platform"),
        ({"login_hint": None}, "login.hint-missing"),
        ({"login_hint": "x" * 8_001}, "login.hint-missing"),
        ({"login_hint": "\ud800"}, "login.hint-missing"),
        ({"target_link_uri": None}, "login.target-missing"),
        ({"target_link_uri": "https://evil.example/x"}, "login.target-foreign"),
        ({"target_link_uri": "//evil.example/x"}, "login.target-foreign"),
        ({"target_link_uri": "javascript:alert(1)"}, "login.target-foreign"),
        ({"target_link_uri": "/activities/x"}, "login.target-foreign"),
        ({"target_link_uri": "https://tool.example.org@evil.example/"}, "login.target-foreign"),
        ({"target_link_uri": "https://tool.example.org:444/"}, "login.target-foreign"),
        ({"target_link_uri": "http://tool.example.org/"}, "login.target-foreign"),
        ({"target_link_uri": "https://tool.example.org\\@evil.example"}, "login.target-foreign"),
        ({"target_link_uri": "https://tool.example.org.evil.example/"}, "login.target-foreign"),
    ],
)
def test_a_login_is_refused_with_its_code(platform, changes, code):
    with pytest.raises(LaunchRejectedError) as refused:
        platform.login(**changes)

    assert refused.value.code == code
    assert refused.value.http_status == 400
    assert str(refused.value.remedy)


def test_a_login_at_an_address_nobody_registered_is_not_found(platform):
    with platform.db.begin() as session, pytest.raises(LaunchRejectedError) as refused:
        start_login(
            session,
            registration_id=UUID(int=404),
            params={},
            launch_url="https://tool.example.org/lti/launch",
            base_url="https://tool.example.org",
            now=platform.now,
            new_secret=Secrets(),
        )

    assert refused.value.code == "launch.registration-unknown"
    assert refused.value.http_status == 404
