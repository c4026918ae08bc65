"""An LMS's side of deep linking: what it asks for, and how strictly it reads the answer.

Canvas' checks are those of its README section 7, Moodle's of points 31 to 33; the answer is read
with PyJWT alone and the keys the tool publishes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from werkzeug.test import TestResponse

from tests.support.elements import Page
from tests.support.launching import LMS_URL, Lms, visit_of
from tests.support.practice import INSTRUCTOR, READING, REMOVED
from tests.support.wired import BASE_URL

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
SETTINGS = f"{DL}deep_linking_settings"
RETURN_URL = f"{LMS_URL}/deep_linking_response?data=eyJub25jZSI6IjEifQ.c2ln&id=1"
OLDEST, FURTHEST_AHEAD = 300, 30
"""Seconds an answer may be old, and ahead of the LMS's clock (Canvas)."""


class RefusedByLmsError(Exception):
    """The LMS doesn't take the answer; the message says which rule it breaks."""


@dataclass(frozen=True)
class HandedBack:
    """The form with which a browser takes the answer to the LMS."""

    url: str
    jwt: str


def what_it_takes(**changes: object) -> dict[str, Any]:
    """Deep-linking settings: several activities, with columns, as Moodle asks."""
    asked = {
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_multiple": True,
        "deep_link_return_url": RETURN_URL,
    } | changes
    return {name: value for name, value in asked.items() if value is not REMOVED}


def ask(
    lms: Lms, user_id: str = INSTRUCTOR, takes: Mapping[str, Any] | None = None, **claims: Any
) -> str:
    """Launch the tool to choose activities; the path of its visit's page for that."""
    settings = what_it_takes() if takes is None else dict(takes)
    asked = {"message_type": "LtiDeepLinkingRequest", "resource_link": REMOVED, "custom": {}}
    answer = lms.launch(user_id, READING, **(asked | {SETTINGS: settings} | claims))
    return f"/v/{visit_of(answer)}/place"


def send(lms: Lms, path: str, *activities: str, **fields: str) -> TestResponse:
    """Send the form of the page at `path` with these activities ticked."""
    page = Page(lms.browser.get(path).text).root
    key = page.all("input", name="visit_key")[0].attributes["value"]
    data = {"visit_key": key, "activity": list(activities), "do": "place", **fields}
    return lms.browser.post(path, data=data)


def handed_back(page: TestResponse) -> HandedBack:
    """The one form on the page that leads to the LMS."""
    assert page.status_code == 200, page.text
    form = next(
        one for one in Page(page.text).root.all("form") if "data-hand-back" in one.attributes
    )
    field = form.one("input", name="JWT")
    return HandedBack(str(form.attributes["action"]), str(field.attributes["value"]))


def taken(
    lms: Lms, answer: HandedBack, *, url: str = RETURN_URL, deployment: str | None = None
) -> dict[str, Any]:
    """The claims of an answer that both LMSs take; raises RefusedByLmsError.

    `url` and `deployment` are those of the request.
    """
    configuration, at = lms.platform.configuration, lms.tool.clock().timestamp()
    deployment = deployment or configuration.deployment_id
    claims = _verified(lms, answer.jwt)
    _insist(answer.url == url, "it must come back to the address given, data and all")
    _insist(claims.get("iss") == configuration.client_id, "iss is the client id")
    _insist(configuration.base_url in claims.get("aud", ()), "aud holds the platform's issuer")
    _insist(bool(claims.get("nonce")), "nonce is required")
    _insist(at - OLDEST <= claims["iat"] <= at + FURTHEST_AHEAD, "iat is of the last five minutes")
    _insist(at < claims["exp"] <= at + OLDEST, "exp lies within five minutes")
    _insist(claims.get(f"{LTI}deployment_id") == deployment, "the deployment is the asking one")
    _insist(claims.get(f"{LTI}message_type") == "LtiDeepLinkingResponse", "message type")
    _insist(claims.get(f"{LTI}version") == "1.3.0", "version")
    for item in claims[f"{DL}content_items"]:
        _check_item(item)
    return claims


def items_of(claims: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the LMS is to make links of."""
    return list(claims[f"{DL}content_items"])


def _verified(lms: Lms, token: str) -> dict[str, Any]:
    header = jwt.get_unverified_header(token)
    published = lms.tool.app.test_client().get(f"/lti/{lms.registration_id}/jwks").json["keys"]
    key = next((one for one in published if one["kid"] == header.get("kid")), None)
    _insist(key is not None and header["alg"] == "RS256", "the key stands in the tool's key set")
    options = {"verify_aud": False, "verify_exp": False, "verify_iat": False}
    claims: dict[str, Any] = jwt.decode(
        token, jwt.PyJWK(json.loads(json.dumps(key))), algorithms=["RS256"], options=options
    )
    return claims


def _check_item(item: Mapping[str, Any]) -> None:
    _insist(item["type"] == "ltiResourceLink", "only links are taken")
    _insist(isinstance(item["title"], str) and bool(item["title"]), "a link has a title")
    _insist(item["url"].startswith(f"{BASE_URL}/"), "a link leads to the tool")
    flat = all(isinstance(value, str) for value in item.get("custom", {}).values())
    _insist(flat, "custom parameters are texts")
    if "lineItem" in item:
        _insist("scoreMaximum" in item["lineItem"], "lineItem.scoreMaximum is a required field")


def _insist(is_so: bool, rule: str) -> None:
    if not is_so:
        raise RefusedByLmsError(rule)
