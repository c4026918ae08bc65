"""An LMS's configuration: what is read of it, and whose word is taken."""

import pytest

from lti_tool.errors import PlatformError
from lti_tool.lti.registering.configuration import PLATFORM, read_configuration
from tests.lti_tool.lti.a_platform import captured
from tests.lti_tool.lti.registering.an_lms import (
    AGS,
    CANVAS,
    CANVAS_URL,
    MOODLE,
    MOODLE_TLS,
    SCHOOL,
    SCHOOL_URL,
    Document,
    a_configuration,
)

HOSTED = captured("canvas/environments.json")["hosted"]


def on_hosts(issuer: str, endpoints: str, family: str = "canvas") -> Document:
    document = a_configuration(issuer=issuer, **{PLATFORM: {"product_family_code": family}})
    kept = ("issuer", PLATFORM)
    return {
        name: value if name in kept else value.replace(SCHOOL, endpoints)
        for name, value in document.items()
    }


def code_of(document: object) -> str:
    with pytest.raises(PlatformError) as refused:
        read_configuration(document, fetched_from=SCHOOL_URL)
    return refused.value.code


@pytest.mark.parametrize("capture", [MOODLE, MOODLE_TLS], ids=["http", "https"])
def test_a_real_moodles_configuration_is_read(capture):
    base = capture["response"]["body"]["issuer"]

    read = read_configuration(capture["response"]["body"], fetched_from=capture["request"]["url"])

    assert read.platform_issuer == base
    assert read.auth_url == f"{base}/mod/lti/auth.php"
    assert read.token_url == f"{base}/mod/lti/token.php"
    assert read.jwks_url == f"{base}/mod/lti/certs.php"
    assert read.registration_url == f"{base}/mod/lti/openid-registration.php"
    assert (read.product_family, read.account_name) == ("moodle", None)
    assert read.messages == {
        "LtiResourceLinkRequest": (),
        "LtiDeepLinkingRequest": ("ContentArea",),
    }
    assert read.scopes is not None
    assert AGS in read.scopes
    assert not read.is_canvas


def test_canvas_configuration_is_read_with_the_name_of_its_account():
    read = read_configuration(CANVAS["response"]["body"], fetched_from=CANVAS_URL)

    assert read.is_canvas
    assert (read.account_name, read.host) == ("Example University", "canvas.example.edu")


def test_canvas_names_a_bare_host_as_audience_which_its_token_address_refuses():
    read = read_configuration(CANVAS["response"]["body"], fetched_from=CANVAS_URL)

    assert read.token_audience is None


def test_a_whole_address_of_an_authorization_server_is_the_audience():
    document = a_configuration(authorization_server=f"{SCHOOL}/auth/token")

    assert read_configuration(document, fetched_from=SCHOOL_URL).token_audience == (
        f"{SCHOOL}/auth/token"
    )


def test_hosted_canvas_has_its_endpoints_on_another_host():
    shape = CANVAS["hosted_shape"]
    document = {**CANVAS["response"]["body"], **shape["overrides"]}

    read = read_configuration(document, fetched_from=shape["initiation_openid_configuration"])

    assert read.platform_issuer == "https://canvas-iss.example.com"
    assert read.host == "canvas-sso.example.com"


@pytest.mark.parametrize("environment", HOSTED)
@pytest.mark.parametrize("asked", ["https://school.instructure.com", "https://lms.school.edu"])
def test_each_hosted_canvas_may_be_asked_at_an_institutions_address(environment, asked):
    hosted = HOSTED[environment]
    document = {
        **on_hosts(hosted["iss"], "https://sso.canvaslms.com"),
        "authorization_endpoint": hosted["authorization_endpoint"],
        "token_endpoint": hosted["token_endpoint"],
        "jwks_uri": hosted["jwks_uri"],
    }

    read = read_configuration(document, fetched_from=f"{asked}/api/lti/openid-configuration")

    assert read.platform_issuer == hosted["iss"]


def test_a_canvas_of_its_own_may_keep_the_issuer_it_came_with():
    document = on_hosts("https://canvas.instructure.com", SCHOOL)

    read = read_configuration(document, fetched_from=SCHOOL_URL)

    assert read.platform_issuer == "https://canvas.instructure.com"


WRONG_WORDS = {
    "another host": on_hosts("https://other.example.edu", SCHOOL),
    "another port": on_hosts("https://lms.example.edu:8443", SCHOOL),
    "a host of which its own is the end": on_hosts("https://www.lms.example.edu", SCHOOL),
    "hosted Canvas, and is none": on_hosts("https://canvas.instructure.com", SCHOOL, "moodle"),
    "hosted Canvas, with keys elsewhere": {
        **on_hosts("https://canvas.instructure.com", SCHOOL),
        "jwks_uri": "https://evil.example/jwks",
    },
    "hosted Canvas, with a host that only sounds like it": {
        **on_hosts("https://canvas.instructure.com", SCHOOL),
        "token_endpoint": "https://evilinstructure.com/token",
    },
}


@pytest.mark.parametrize("document", WRONG_WORDS.values(), ids=WRONG_WORDS)
def test_an_lms_that_calls_itself_by_another_name_is_not_believed(document):
    assert code_of(document) == "registration.other-issuer"


def test_what_an_issuer_says_on_its_own_host_is_its_word():
    document = a_configuration(token_endpoint="https://auth.brightspace.example/token")

    read = read_configuration(document, fetched_from=SCHOOL_URL)

    assert read.token_url == "https://auth.brightspace.example/token"


REQUIRED = (
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "registration_endpoint",
)


@pytest.mark.parametrize("field", REQUIRED)
@pytest.mark.parametrize("value", [None, "", 7, "//lms.example.edu", "ftp://lms.example.edu"])
def test_a_missing_or_strange_address_is_named(field, value):
    with pytest.raises(PlatformError) as refused:
        read_configuration(a_configuration(**{field: value}), fetched_from=SCHOOL_URL)

    assert refused.value.code == "registration.configuration-unreadable"
    assert f"“{field}”" in str(refused.value.sentence)


@pytest.mark.parametrize("document", [None, [], "text", 7])
def test_what_is_no_object_is_no_configuration(document):
    assert code_of(document) == "registration.configuration-unreadable"


@pytest.mark.parametrize(
    "extension",
    [
        "text",
        {"messages_supported": "all"},
        {"messages_supported": [7, {"type": 7}], "product_family_code": 7},
        {"product_family_code": "a\nb"},
    ],
)
def test_a_strange_platform_part_says_nothing(extension):
    read = read_configuration(a_configuration(**{PLATFORM: extension}), fetched_from=SCHOOL_URL)

    assert read.product_family is None
    assert not read.messages


def test_placements_that_are_no_words_are_left_out():
    messages = [{"type": "LtiDeepLinkingRequest", "placements": ["ContentArea", 7]}]
    document = a_configuration(**{PLATFORM: {"messages_supported": messages}})

    read = read_configuration(document, fetched_from=SCHOOL_URL)

    assert read.messages == {"LtiDeepLinkingRequest": ("ContentArea",)}
