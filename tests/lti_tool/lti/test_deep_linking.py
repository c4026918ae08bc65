"""Content items by LMS, and the response that carries them."""

from datetime import UTC, datetime
from uuid import UUID

import jwt
import pytest

from lti_tool.lti.deep_linking import (
    ActivityLink,
    Placing,
    content_item,
    response_claims,
    sign_response,
)
from lti_tool.lti.registrations import RegistrationInfo
from lti_tool.lti.tool_keys import SigningToolKey
from tests.lti_tool.lti.a_platform import private_key
from tests.support.keys import TEST_ONLY_TOOL_KEY

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
MARKED = ActivityLink("taster/writing", "A piece", "Taster: One", "reflection", is_marked=True)
READ = ActivityLink("taster/reading", "A page", "Taster: One", None, is_marked=False)
PLACING = Placing("42:abc", "https://lms.example/back", True, True, True, data=None)
REGISTRATION = RegistrationInfo(
    institution_id=UUID(int=1),
    id=UUID(int=2),
    platform_issuer="https://canvas.instructure.com",
    client_id="10000000000042",
    auth_url="https://sso.canvaslms.com/api/lti/authorize_redirect",
    token_url="https://sso.canvaslms.com/login/oauth2/token",
    jwks_url="https://sso.canvaslms.com/api/lti/security/jwks",
    product_family="canvas",
    scopes=None,
    token_audience=None,
)


def item(link: ActivityLink, product_family: str | None = None):
    return content_item(link, base_url="https://tool.example", product_family=product_family)


def claims(placing: Placing = PLACING):
    return response_claims(placing, [item(READ)], registration=REGISTRATION, message="One.")


def test_a_page_is_a_title_a_text_an_address_and_its_key():
    assert item(READ) == {
        "type": "ltiResourceLink",
        "title": "A page",
        "text": "Taster: One",
        "url": "https://tool.example/activities/taster/reading",
        "custom": {"activity": "taster/reading", "context_id_history": "$Context.id.history"},
    }


@pytest.mark.parametrize("family", [None, "moodle", "other"])
def test_marked_work_has_a_column_and_a_way_from_it_to_the_work(family):
    column = item(MARKED, family)["lineItem"]

    assert column == {
        "scoreMaximum": 1,
        "label": "A piece",
        "resourceId": "taster/writing",
        "tag": "reflection",
        "submissionReview": {
            "reviewableStatus": ["Submitted", "Completed"],
            "url": "https://tool.example/activities/taster/writing",
        },
    }


def test_canvas_is_not_told_what_would_overwrite_the_teachers_words():
    sent = item(MARKED, "canvas")

    assert "text" not in sent
    assert "submissionReview" not in sent["lineItem"]
    assert sent["https://canvas.instructure.com/lti/preserveExistingAssignmentName"] is True


def test_the_response_is_ours_to_the_platform_by_the_deployment_that_asked():
    assert claims() == {
        "iss": "10000000000042",
        "aud": ["https://canvas.instructure.com"],
        f"{LTI}deployment_id": "42:abc",
        f"{LTI}message_type": "LtiDeepLinkingResponse",
        f"{LTI}version": "1.3.0",
        f"{DL}content_items": [item(READ)],
        f"{DL}msg": "One.",
    }


def test_data_goes_back_only_when_there_was_some():
    asked = Placing("1", "https://lms.example/back", True, True, True, data="opaque")

    assert claims(asked)[f"{DL}data"] == "opaque"
    assert f"{DL}data" not in claims()


def test_it_is_signed_by_the_key_it_names_for_five_minutes_from_now():
    key = SigningToolKey("kid-1", private_key(TEST_ONLY_TOOL_KEY))

    token = sign_response(claims(), key, now=NOW, nonce="once")

    assert jwt.get_unverified_header(token) == {"alg": "RS256", "kid": "kid-1", "typ": "JWT"}
    read = jwt.decode(
        token,
        key.private_key.public_key(),
        algorithms=["RS256"],
        options={"verify_aud": False, "verify_exp": False, "verify_iat": False},
    )
    assert read["nonce"] == "once"
    at = int(NOW.timestamp())
    assert (read["iat"] - at, read["exp"] - at) == (-5, 300)
