"""Logins as a real Moodle and Canvas begin them: passed on whole, by form and by link."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.captured import VECTORS
from tests.support.launching import Lms

CANVAS = json.loads((VECTORS / "canvas" / "login_request.json").read_text("utf-8"))
MOODLE = {
    name: json.loads((VECTORS / "moodle" / name).read_text("utf-8"))
    for name in (
        "oidc-login-initiation-deep-linking.json",
        "oidc-login-initiation-resource-link.json",
    )
}
LOGINS: dict[str, dict[str, str]] = {
    "canvas": CANVAS["request"]["params"],
    **{name: {key: value[0] for key, value in one["form"].items()} for name, one in MOODLE.items()},
}
VARIANTS: dict[str, dict[str, str]] = CANVAS["variants"]


def ours(lms: Lms, sent: dict[str, str]) -> dict[str, str]:
    """What was sent, with our own issuer, client and target."""
    return sent | {
        "iss": lms.platform.configuration.base_url,
        "client_id": lms.platform.configuration.client_id,
        "target_link_uri": lms.platform.configuration.tool.launch_url,
    }


def asked(lms: Lms, sent: dict[str, str], *, as_link: bool = False) -> dict[str, str]:
    """The authentication request that a login is answered with."""
    path, fields = lms.launch_path.replace("/launch", "/login"), ours(lms, sent)
    fields.pop("lti_storage_target", None)
    by: dict[str, Any] = {"query_string": fields} if as_link else {"data": fields}
    answer = lms.browser.open(path, method="GET" if as_link else "POST", **by)
    assert answer.status_code == 303
    query = parse_qs(urlsplit(answer.headers["Location"]).query, strict_parsing=True)
    return {name: value for name, [value] in query.items()}


@pytest.mark.parametrize("as_link", [False, True])
@pytest.mark.parametrize("name", LOGINS)
def test_a_captured_login_asks_for_all_that_is_required_and_changes_no_hint(
    small_lms, name, as_link
):
    sent, required = LOGINS[name], CANVAS["authentication_request"]

    request = asked(small_lms, sent, as_link=as_link)

    assert set(request) == {*required["all_required"], *required["optional"]}
    assert request["login_hint"] == sent["login_hint"]
    assert request["lti_message_hint"] == sent["lti_message_hint"]
    for constant in ("scope", "response_type", "response_mode", "prompt"):
        assert request[constant] == required["params"][constant]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_login_of_canvas_by_any_of_its_habits_is_begun(small_lms, variant):
    changes = {name: value for name, value in VARIANTS[variant].items() if name != "note"}
    sent = LOGINS["canvas"] | changes

    assert asked(small_lms, sent)["login_hint"] == sent["login_hint"]


def test_the_same_hint_sent_again_begins_a_login_of_its_own(small_lms):
    first, second = (asked(small_lms, LOGINS["canvas"]) for _ in range(2))

    assert first["lti_message_hint"] == second["lti_message_hint"]
    assert first["state"] != second["state"]
    assert first["nonce"] != second["nonce"]


@pytest.mark.parametrize(
    "error", CANVAS["authentication_response_errors"], ids=lambda one: one["error_description"]
)
def test_what_canvas_posts_instead_of_a_launch_is_explained(small_lms, error):
    answer = small_lms.post(error)

    assert 400 <= answer.status_code < 500
    assert error["error_description"] not in answer.text
    assert "<code>launch." in answer.text
