"""Tokens with one fault each, refused with its code; and odd ones that are in order."""

import base64
import hmac
import json
from hashlib import sha256

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lti_tool.errors import LaunchRejectedError
from lti_tool.lti.refusals import refused
from tests.lti_tool.lti.a_platform import (
    LTI,
    REMOVED,
    a_jwks,
    later,
    nonce_of,
    other_key,
    private_key,
)

DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"


# --- signature ------------------------------------------------------------------------------------


def test_a_token_signed_by_a_stranger_is_refused(platform):
    login = platform.login()

    token = platform.token(login, key=other_key())

    assert code_of(platform, login, token) == "launch.signature-wrong"


def test_a_token_whose_claims_were_changed_is_refused(platform):
    login = platform.login()
    head, _, signature = platform.token(login).split(".")

    changed = encoded(platform.claims(login, {"sub": "5"}))

    assert code_of(platform, login, f"{head}.{changed}.{signature}") == "launch.signature-wrong"


@pytest.mark.parametrize("algorithm", ["none", "NONE", "HS256", "RS512", "ES256", None, 7])
def test_only_rs256_is_accepted_whatever_the_header_says(platform, algorithm):
    login = platform.login()

    token = unsigned(platform, login, {"alg": algorithm, "kid": "platform-key"})

    assert code_of(platform, login, token) == "launch.algorithm-refused"


def test_an_hmac_made_with_the_public_key_is_refused(platform):
    login = platform.login()
    public = private_key().public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signing_input = unsigned(platform, login, {"alg": "HS256", "kid": "platform-key"}).rstrip(".")
    signature = hmac.new(pem, signing_input.encode(), sha256).digest()

    token = f"{signing_input}.{base64url(signature)}"

    assert code_of(platform, login, token) == "launch.algorithm-refused"


def test_an_hmac_that_claims_to_be_rs256_is_refused(platform):
    login = platform.login()
    signing_input = unsigned(platform, login, {"alg": "RS256", "kid": "platform-key"}).rstrip(".")
    signature = hmac.new(b"public", signing_input.encode(), sha256).digest()

    token = f"{signing_input}.{base64url(signature)}"

    assert code_of(platform, login, token) == "launch.signature-wrong"


def test_no_signature_is_refused(platform):
    login = platform.login()

    token = unsigned(platform, login, {"alg": "RS256", "kid": "platform-key"})

    assert code_of(platform, login, token) == "launch.signature-wrong"


@pytest.mark.parametrize("kid", ["unknown", "../../etc/passwd", "' OR 1=1 --", "k" * 10_000, "", 7])
def test_a_key_the_platform_does_not_publish_is_refused(platform, kid):
    login = platform.login()
    head = {"alg": "RS256", "kid": kid}

    assert code_of(platform, login, unsigned(platform, login, head)) == "launch.key-unknown"


def test_a_token_that_names_no_key_is_refused(platform):
    login = platform.login()

    token = unsigned(platform, login, {"alg": "RS256"})

    assert code_of(platform, login, token) == "launch.key-unknown"


@pytest.mark.parametrize(
    "header",
    [
        {"jwk": a_jwks(key=other_key())["keys"][0]},
        {"jku": "https://evil.example/jwks"},
        {"x5u": "https://evil.example/certificate"},
    ],
)
def test_a_key_the_token_brings_along_is_not_looked_at(platform, header):
    login = platform.login()

    token = platform.token(login, key=other_key(), header=header)

    assert code_of(platform, login, token) == "launch.signature-wrong"
    assert platform.page.asked == 1


def test_an_extension_that_must_be_understood_is_refused(platform):
    login = platform.login()

    token = platform.token(login, header={"crit": ["x"], "x": 1})

    assert code_of(platform, login, token) == "launch.token-unreadable"


# --- shape ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "token",
    [
        "one.two",
        "one.two.three.four",
        "ä.b.c",
        "a b.c.d",
        "bm90IGpzb24.e30.",
        "W10.e30.",
        "e30.W10.",
        "eyJhIjpOYU59.e30.",
        "e30.eyJhIjotSW5maW5pdHl9.",
        "_w.e30.",
    ],
)
def test_what_is_no_token_is_refused(platform, token):
    assert code_of(platform, platform.login(), token) == "launch.token-unreadable"


def test_claims_nested_a_thousand_deep_are_refused(platform):
    deep = base64url(b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}")

    assert code_of(platform, platform.login(), f"e30.{deep}.") == "launch.token-unreadable"


def test_a_number_of_five_thousand_digits_is_refused(platform):
    long = base64url(b'{"exp":' + b"9" * 5_000 + b"}")

    assert code_of(platform, platform.login(), f"e30.{long}.") == "launch.token-unreadable"


def test_a_token_of_more_than_64_kib_is_not_read(platform):
    login = platform.login()

    token = platform.token(login, {"name": "n" * 50_000})

    assert code_of(platform, login, token) == "launch.token-too-large"


# --- whose, for whom ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": "https://evil.example"}, "launch.platform-wrong"),
        ({"iss": "https://lms1.example.edu/"}, "launch.platform-wrong"),
        ({"iss": REMOVED}, "launch.platform-wrong"),
        ({"iss": ["https://lms1.example.edu"]}, "launch.platform-wrong"),
        ({"aud": "client-2"}, "launch.audience-wrong"),
        ({"aud": ["client-2"]}, "launch.audience-wrong"),
        ({"aud": []}, "launch.audience-wrong"),
        ({"aud": {"client-1": 1}}, "launch.audience-wrong"),
        ({"aud": REMOVED}, "launch.audience-wrong"),
        ({"azp": "client-2"}, "launch.authorized-party-wrong"),
        ({"azp": None}, "launch.authorized-party-wrong"),
        ({"aud": ["client-1", "evil"]}, "launch.authorized-party-wrong"),
        ({"aud": ["client-1", "evil"], "azp": "evil"}, "launch.authorized-party-wrong"),
        ({"nonce": "never-given"}, "launch.other-login"),
        ({"nonce": "nönce"}, "launch.other-login"),
        ({"nonce": REMOVED}, "launch.other-login"),
        ({"nonce": 7}, "launch.other-login"),
    ],
)
def test_a_token_for_somebody_else_is_refused(platform, changes, code):
    assert platform.refusal(changes) == code


def test_a_token_with_the_nonce_of_another_login_is_refused(platform):
    first, second = platform.login(), platform.login()

    token = platform.token(first, {"nonce": nonce_of(second)})

    assert code_of(platform, first, token) == "launch.other-login"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": ["client-1"]},
        {"azp": "client-1"},
        {"aud": ["other", "client-1"], "azp": "client-1"},
    ],
)
def test_a_token_for_us_among_others_is_accepted(platform, changes):
    assert platform.launch(changes).sub == "4"


# --- when -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("iat", "exp", "code"),
    [
        (REMOVED, 60, "launch.time-missing"),
        (0, REMOVED, "launch.time-missing"),
        (-120, -60, "launch.expired"),
        (-7200, 3600, "launch.too-old"),
        (-661, 60, "launch.too-old"),
        (61, 120, "launch.not-yet"),
        (0, 7261, "launch.too-long"),
        (0, 10 * 365 * 86_400, "launch.too-long"),
    ],
)
def test_a_token_of_another_time_is_refused(platform, iat, exp, code):
    at = int(platform.now.timestamp())
    times = {
        name: value if value is REMOVED else at + value
        for name, value in (("iat", iat), ("exp", exp))
    }

    assert platform.refusal(times) == code


@pytest.mark.parametrize("value", ["1795330433", True, None, [1], float("1e999")])
def test_a_time_that_is_no_number_is_refused(platform, value):
    login = platform.login()
    claims = json.dumps(platform.claims(login, {"exp": value})).replace("Infinity", "1e999")
    head = base64url(json.dumps({"alg": "RS256", "kid": "platform-key"}).encode())
    signing_input = f"{head}.{base64url(claims.encode())}"
    signature = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256).sign(
        signing_input.encode(), private_key()
    )

    token = f"{signing_input}.{base64url(signature)}"

    assert code_of(platform, login, token) == "launch.time-missing"


def test_a_token_that_is_not_yet_to_be_used_is_refused(platform):
    soon = platform.now.timestamp() + 300

    assert platform.refusal({"nbf": soon}) == "launch.not-yet"


@pytest.mark.parametrize("seconds", [-59, 59])
def test_clocks_may_differ_by_less_than_a_minute(platform, seconds):
    login = platform.login()
    token = platform.token(login)

    # Moodle's tokens end sixty seconds after they are made.
    read_at = later(platform.now, seconds=60 - seconds if seconds < 0 else -seconds)

    assert platform.post(login, token, now=read_at).sub == "4"


def test_an_hour_is_what_canvas_gives(platform):
    at = platform.now.timestamp()

    assert platform.launch({"iat": at - 0.5, "exp": at + 3_599.5}).sub == "4"


@pytest.mark.parametrize("code", ["launch.not-yet", "launch.expired", "launch.too-old"])
def test_a_wrong_clock_is_named_for_the_administrator(platform, code):
    assert "clock" in str(refused(code).remedy)


# --- what it says ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sub": REMOVED}, "launch.anonymous"),
        ({"sub": ""}, "launch.anonymous"),
        ({"sub": "s" * 256}, "launch.name-unusable"),
        ({"sub": "a\x00b"}, "launch.name-unusable"),
        ({"sub": "a\ud800"}, "launch.name-unusable"),
        ({"sub": 4}, "launch.name-unusable"),
        ({f"{LTI}version": "1.1"}, "launch.version-unknown"),
        ({f"{LTI}version": REMOVED}, "launch.version-unknown"),
        ({f"{LTI}message_type": "LtiEulaRequest"}, "launch.message-unknown"),
        ({f"{LTI}message_type": ["LtiResourceLinkRequest"]}, "launch.message-unknown"),
        ({f"{LTI}message_type": "DataPrivacyLaunchRequest"}, "launch.message-unknown"),
        ({f"{LTI}message_type": "LtiSubmissionReviewRequest"}, "launch.message-incomplete"),
        (
            {f"{LTI}message_type": "LtiDeepLinkingRequest", DEEP_LINKING: ["x"]},
            "launch.message-incomplete",
        ),
        ({f"{LTI}deployment_id": REMOVED}, "launch.deployment-missing"),
        ({f"{LTI}deployment_id": "1\n"}, "launch.name-unusable"),
        ({f"{LTI}target_link_uri": REMOVED}, "launch.target-missing"),
        ({f"{LTI}target_link_uri": 7}, "launch.target-missing"),
        ({f"{LTI}target_link_uri": "https://evil.example/"}, "launch.target-foreign"),
        ({f"{LTI}target_link_uri": "//tool.example.org/"}, "launch.target-foreign"),
        ({f"{LTI}target_link_uri": "javascript://tool.example.org/"}, "launch.target-foreign"),
        ({f"{LTI}resource_link": REMOVED}, "launch.link-missing"),
        ({f"{LTI}resource_link": ["12"]}, "launch.link-missing"),
        ({f"{LTI}resource_link": {"id": ""}}, "launch.link-missing"),
        ({f"{LTI}context": {"id": "c" * 256}}, "launch.name-unusable"),
        ({f"{LTI}roles": REMOVED}, "launch.roles-missing"),
        ({f"{LTI}roles": "Learner"}, "launch.roles-missing"),
        ({f"{LTI}roles": ["Learner", 7]}, "launch.roles-missing"),
    ],
)
def test_a_launch_that_does_not_say_what_it_must_is_refused(platform, changes, code):
    assert platform.refusal(changes) == code


def test_no_roles_is_a_launch_without_roles(platform):
    assert platform.launch({f"{LTI}roles": []}).course_roles == frozenset()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Sam\x00\x07 Öz\u202etürk", "Sam Öztürk"),
        ("  Sam\r\n Öztürk ", "Sam Öztürk"),
        ("\ud800Sam", "Sam"),
        ("n" * 20_000, "n" * 200),
        ("محمد", "محمد"),
        ("\x00", None),
        (["Sam"], None),
    ],
)
def test_a_name_is_kept_without_what_would_do_harm(platform, name, kept):
    assert platform.launch({"name": name}).name == kept


@pytest.mark.parametrize("email", ["no-at-sign", "two@at@signs", "@x", 7, "a" * 65 + "@x.edu"])
def test_what_is_no_email_address_is_absent(platform, email):
    assert platform.launch({"email": email}).email is None


def test_claims_of_the_wrong_shape_are_treated_as_absent(platform):
    launch = platform.launch(
        {f"{LTI}context": "2", f"{LTI}custom": [], f"{LTI}tool_platform": 7, "locale": "en us!"}
    )

    assert (launch.context_id, launch.product_family, launch.locale) == (None, None, None)


def code_of(platform, login, token) -> str:
    with pytest.raises(LaunchRejectedError) as rejected:
        platform.post(login, token)
    assert token[-40:] not in str(rejected.value)
    return rejected.value.code


def unsigned(platform, login, header) -> str:
    return f"{encoded(header)}.{encoded(platform.claims(login))}."


def encoded(value) -> str:
    return base64url(json.dumps(value).encode())


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
