"""What LMSs answer to a registration: every captured one, and each refusal in words."""

import json
from typing import Any

import pytest

from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import Answer
from lti_tool.lti.registering.answer import read_registration
from tests.lti_tool.lti.a_platform import VECTORS, captured

MOODLE = captured("moodle/dynamic-registration.json")["registration"]["response"]
MOODLE_TLS = captured("moodle/https-cross-site-registration.json")["registration"]["response"]
CANVAS = captured("canvas/registration_response.json")
VARIANTS = {
    one["label"]: one
    for one in json.loads((VECTORS / "moodle" / "dynamic-registration-variants.json").read_text())
}
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"


def an_answer(status: int, body: object) -> Answer:
    """As the LMS sends it: JSON for objects, text as it is."""
    sent = body if isinstance(body, str) else json.dumps(body)
    return Answer(status=status, headers={}, body=sent.encode())


def refusal_of(status: int, body: object) -> PlatformError:
    with pytest.raises(PlatformError) as refused:
        read_registration(an_answer(status, body))
    return refused.value


def moodle_without(field: str) -> dict[str, Any]:
    return {name: value for name, value in MOODLE["body"].items() if name != field}


@pytest.mark.parametrize(("response", "deployment"), [(MOODLE, "1"), (MOODLE_TLS, "2")])
def test_moodle_names_client_deployment_and_scopes(response, deployment):
    granted = read_registration(an_answer(response["status"], response["body"]))

    assert granted.client_id == response["body"]["client_id"]
    assert granted.deployment_id == deployment
    assert granted.scopes is not None
    assert SCORE in granted.scopes
    assert granted.management_url is None


def test_a_moodle_that_grants_less_says_so():
    body = VARIANTS["ok minimal: only AGS score scope, no name/e-mail claims, no deep linking"]

    granted = read_registration(an_answer(200, body["body"]))

    assert granted.client_id == "JZ1cEYaxy31qz5F"
    assert granted.scopes is not None
    assert not any("contextmembership" in scope for scope in granted.scopes)


def test_a_new_canvas_names_its_deployment_on_top():
    granted = read_registration(an_answer(200, CANVAS["response"]["body"]))

    assert granted.client_id == "10000000000042"
    assert granted.deployment_id == "42:d189aa4d3d82a6d699674a2079217dfb2706825d"
    assert granted.management_url == (
        "https://canvas.example.edu/api/lti/registrations/10000000000009"
    )


def test_an_older_canvas_names_no_deployment():
    body = {
        name: value
        for name, value in CANVAS["response"]["body"].items()
        if name not in ("deployment_id", "registration_client_uri")
    }

    granted = read_registration(an_answer(200, body))

    assert (granted.deployment_id, granted.management_url) == (None, None)


def test_numbers_are_ids_too_and_created_is_well():
    granted = read_registration(an_answer(201, {"client_id": 7, "deployment_id": 3}))

    assert (granted.client_id, granted.deployment_id, granted.scopes) == ("7", "3", None)


SPENT, ADDRESS, FORM = (
    "registration.token-spent",
    "registration.our-address",
    "registration.our-form",
)
MOODLE_REFUSALS = {
    "no token": SPENT,
    "tampered token": "registration.page-instead",
    "garbage token": "registration.page-instead",
    "missing domain": ADDRESS,
    "domain does not match target_link_uri": ADDRESS,
    "domain without port": ADDRESS,
    "missing jwks_uri": FORM,
    "missing tool configuration": FORM,
    "response_types code": FORM,
    "auth method basic": FORM,
    "application_type native": FORM,
    "redirect_uris as string": ADDRESS,
    "same token again": SPENT,
}


def test_every_refusal_captured_from_moodle_is_in_the_table():
    refusals = {label for label, one in VARIANTS.items() if one.get("status", 200) >= 400}
    assert refusals == set(MOODLE_REFUSALS)


@pytest.mark.parametrize(("label", "code"), MOODLE_REFUSALS.items(), ids=MOODLE_REFUSALS)
def test_what_moodle_refuses_is_said_in_words_of_ours(label, code):
    variant = VARIANTS[label]

    refusal = refusal_of(variant["status"], variant["body"])

    assert refusal.code == code
    assert variant["body"] not in str(refusal.sentence)


@pytest.mark.parametrize(
    ("error", "code"),
    list(zip(CANVAS["errors"], [SPENT, SPENT, "registration.no-account", FORM], strict=True)),
)
def test_what_canvas_refuses_is_said_in_words_of_ours(error, code):
    assert refusal_of(error["status"], error["body"]).code == code


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (503, "busy", "registration.not-now"),
        (429, {"errors": []}, "registration.not-now"),
        (403, {"errors": [{"message": "no"}]}, SPENT),
        (302, "", "registration.page-instead"),
        (200, "<html>Sign in</html>", "registration.page-instead"),
        (200, [], "registration.page-instead"),
        (200, moodle_without("client_id"), "registration.no-client-id"),
        (200, {"client_id": ""}, "registration.no-client-id"),
        (200, {"client_id": True}, "registration.no-client-id"),
        (200, {"client_id": "a\nb"}, "registration.no-client-id"),
        (200, {"client_id": "x" * 256}, "registration.no-client-id"),
    ],
)
def test_other_answers_say_what_to_do(status, body, code):
    refusal = refusal_of(status, body)

    assert refusal.code == code
    assert "LMS" in str(refusal.sentence)


def test_an_address_to_manage_the_registration_must_be_protected():
    body = {"client_id": "1", "registration_client_uri": "http://lms.example.edu/1"}

    assert read_registration(an_answer(200, body)).management_url is None
