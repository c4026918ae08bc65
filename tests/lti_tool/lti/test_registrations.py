"""One registration as pylti1p3 sees it."""

import pytest

from lti_tool.errors import LaunchRejectedError
from lti_tool.lti.registrations import ToolConfiguration
from tests.lti_tool.lti.a_platform import a_registration


def test_the_library_finds_the_registration_by_issuer_and_client(sqlite_db):
    ours = a_registration(sqlite_db)

    found = ToolConfiguration(ours).find_registration_by_params(ours.platform_issuer, "client-1")

    assert found.get_client_id() == "client-1"
    assert found.get_auth_token_url() == "https://lms1.example.edu/token"
    assert found.get_key_set_url() == "https://lms1.example.edu/jwks"


def test_an_issuer_alone_names_nobody(sqlite_db):
    ours = a_registration(sqlite_db)

    with pytest.raises(LaunchRejectedError):
        ToolConfiguration(ours).find_registration_by_issuer(ours.platform_issuer)


def test_two_platforms_with_one_issuer_and_client_id_are_told_apart(sqlite_db):
    shared = {"platform_issuer": "https://canvas.instructure.com", "client_id": "10000000000001"}

    first = a_registration(sqlite_db, 1, **shared)
    second = a_registration(sqlite_db, 2, **shared)

    assert (first.id, first.jwks_url) != (second.id, second.jwks_url)
