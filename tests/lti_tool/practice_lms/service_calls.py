"""Service calls as a tool makes them: assertion, token, line item, score."""

from typing import Any

import jwt
from werkzeug.test import TestResponse

from lti_tool.practice_lms.plain.tokens import ASSERTION_TYPE
from lti_tool.practice_lms.scopes import GRANTED
from tests.lti_tool.practice_lms.small_tool import KID
from tests.support.keys import TEST_ONLY_TOOL_KEY
from tests.support.practice import STUDENT, PracticePlatform, loaded_key

LINE_ITEMS = "/services/2/lineitems?type_id=1"
LINE_ITEM = "/services/2/lineitems/1/lineitem?type_id=1"
SCORES = "/services/2/lineitems/1/lineitem/scores?type_id=1"
RESULTS = "/services/2/lineitems/1/lineitem/results?type_id=1"
MEMBERS = "/services/2/memberships"
SCORE_MEDIA = "application/vnd.ims.lis.v1.score+json"
ITEM_MEDIA = "application/vnd.ims.lis.v2.lineitem+json"
CONTAINER_MEDIA = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULT_MEDIA = "application/vnd.ims.lis.v2.resultcontainer+json"
ROSTER_MEDIA = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def assertion(
    platform: PracticePlatform,
    *,
    key: bytes | str = TEST_ONLY_TOOL_KEY,
    algorithm: str = "RS256",
    header: dict[str, Any] | None = None,
    **changes: Any,
) -> str:
    """A good assertion with these claims changed; None leaves a claim out."""
    now = int(platform.practice.surroundings.now().timestamp())
    claims = {
        "iss": platform.configuration.client_id,
        "sub": platform.configuration.client_id,
        "aud": platform.configuration.url("/token"),
        "iat": now,
        "exp": now + 60,
        "jti": "assertion-1",
    } | changes
    sent = {name: value for name, value in claims.items() if value is not None}
    loaded = loaded_key(key) if isinstance(key, bytes) else key
    return jwt.encode(sent, loaded, algorithm, headers={"kid": KID} if header is None else header)


def ask_token(platform: PracticePlatform, text: str, **changes: str) -> TestResponse:
    """Ask for a token with this assertion."""
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": text,
        "scope": " ".join(sorted(GRANTED)),
    }
    return platform.answer("POST", "/token", data=form | changes)


def token_for(platform: PracticePlatform, *scopes: str) -> dict[str, str]:
    """The Authorization header of a fresh token with these scopes, or with all."""
    platform.practice.access_tokens.give(
        "token", scopes or GRANTED, now=platform.practice.surroundings.now()
    )
    return {"Authorization": "Bearer token"}


def a_score(**changes: Any) -> dict[str, Any]:
    """A score that counts, with these parts changed; None leaves a part out."""
    score = {
        "userId": STUDENT,
        "scoreGiven": 1,
        "scoreMaximum": 1,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": "2026-11-23T09:00:00.000Z",
    } | changes
    return {name: value for name, value in score.items() if value is not None}


def post_score(
    platform: PracticePlatform, *, url: str = SCORES, media: str = SCORE_MEDIA, **changes: Any
) -> TestResponse:
    """Post a score with a fresh token."""
    return platform.answer(
        "POST", url, json=a_score(**changes), content_type=media, headers=token_for(platform)
    )


def fetch(platform: PracticePlatform, url: str, accept: str) -> TestResponse:
    """Read a service address with a fresh token."""
    return platform.answer("GET", url, headers={**token_for(platform), "Accept": accept})
