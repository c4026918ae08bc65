"""What a registration token is for, as Moodle's were captured."""

import json

import jwt
import pytest

from lti_tool.lti.registering.token import deployment_to_update, is_bearer
from tests.lti_tool.lti.a_platform import VECTORS, captured

NEW = captured("moodle/dynamic-registration.json")["registration_token_decoded"]["claims"]
UPDATE = next(
    one["claims"]
    for one in json.loads((VECTORS / "moodle" / "dynamic-registration-variants.json").read_text())
    if one["label"].startswith("update of existing tool")
)


def a_token(claims: dict[str, object]) -> str:
    return jwt.encode(claims, "a secret of the LMS, which nobody else has to know", "HS256")


def test_moodles_token_for_an_update_names_the_tool():
    assert deployment_to_update(a_token(UPDATE)) == "1"


@pytest.mark.parametrize(
    "token",
    [
        a_token(NEW),
        a_token({"uuid": "3fe62dae", "user_id": 10000000000001}),
        a_token({"scope": "reg-update"}),
        "no-jwt",
        "",
    ],
    ids=["moodle", "canvas", "no tool", "another form", "none"],
)
def test_any_other_token_is_for_a_new_tool(token):
    assert deployment_to_update(token) is None


def test_captured_tokens_can_stand_in_a_header():
    query = captured("canvas/openid_configuration.json")["initiation"]["query"]

    assert is_bearer(query["registration_token"])
