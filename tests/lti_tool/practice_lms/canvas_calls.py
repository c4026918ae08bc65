"""Service calls to the practice Canvas, as a tool makes them."""

from dataclasses import replace
from typing import Any

import jwt
from werkzeug.test import TestResponse

from lti_tool.practice_lms.canvas.addresses import TOKENS
from lti_tool.practice_lms.canvas.guard import make_token
from lti_tool.practice_lms.canvas.identifiers import subject
from lti_tool.practice_lms.canvas.score_reading import EXTENSION
from lti_tool.practice_lms.plain.tokens import ASSERTION_TYPE
from lti_tool.practice_lms.state.gradebook import Grade
from tests.lti_tool.practice_lms.launches import captured
from tests.lti_tool.practice_lms.small_tool import KID
from tests.support.keys import TEST_ONLY_TOOL_KEY
from tests.support.practice import STUDENT, PracticePlatform, loaded_key

ITEMS = "/api/lti/courses/2/line_items"
ITEM = f"{ITEMS}/1"
SCORES = f"{ITEM}/scores"
RESULTS = f"{ITEM}/results"
MEMBERS = "/api/lti/courses/2/names_and_roles"
SCORE_MEDIA = "application/vnd.ims.lis.v1.score+json"
ITEM_MEDIA = "application/vnd.ims.lis.v2.lineitem+json"
ERRORS = captured("canvas/errors.json")


def bearer(canvas: PracticePlatform, *scopes: str) -> dict[str, str]:
    """The Authorization header of a fresh token with these scopes, or with all."""
    token = make_token(canvas.practice, list(scopes or canvas.configuration.tool.scopes))
    return {"Authorization": f"Bearer {token}"}


def call(canvas: PracticePlatform, method: str, url: str, **sent: Any) -> TestResponse:
    """A call with a token that may do everything."""
    return canvas.answer(method, url, **{"headers": bearer(canvas), **sent})


def post_score(canvas: PracticePlatform, *, url: str = SCORES, **changes: Any) -> TestResponse:
    """Post a final score of one out of one; `extension` is Canvas's, None leaves a part out."""
    extension = changes.pop("extension", None)
    score = {
        "userId": subject(STUDENT),
        "scoreGiven": 1,
        "scoreMaximum": 1,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": "2026-11-23T09:00:00.000Z",
        EXTENSION: extension,
    } | changes
    body = {name: value for name, value in score.items() if value is not None}
    return call(canvas, "POST", url, json=body, content_type=SCORE_MEDIA)


def grade(canvas: PracticePlatform, user_id: str = STUDENT, *, number: int = 1) -> Grade:
    """What the gradebook holds."""
    item = canvas.practice.gradebook.line_item(number)
    assert item is not None
    return canvas.practice.gradebook.grade(item, user_id)


def graded_already(canvas: PracticePlatform, score: float = 0.5) -> None:
    """The student has this score from before."""
    (item, *_) = canvas.practice.gradebook.line_items()
    canvas.practice.gradebook.change(item, STUDENT, lambda one: replace(one, score=score))


def documented(part: str, when: str) -> tuple[int, Any]:
    """Status and body that Canvas's documents give for a case."""
    found = next(one for one in ERRORS[part] if one["when"].startswith(when))
    return found["status"], found["body"]


def ask_token(
    canvas: PracticePlatform, *, key: bytes = TEST_ONLY_TOOL_KEY, kid: str = KID, **changes: Any
) -> TestResponse:
    """Ask for a token; `changes` are of the form or, named as a claim, of the assertion."""
    now = int(canvas.practice.surroundings.now().timestamp())
    client = canvas.configuration.client_id
    claims = {
        "iss": client,
        "sub": client,
        "aud": canvas.configuration.url(TOKENS),
        "iat": now,
        "exp": now + 60,
        "jti": "assertion-1",
    }
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "scope": " ".join(canvas.configuration.tool.scopes),
    }
    form |= {name: value for name, value in changes.items() if name in form}
    claims |= {name: value for name, value in changes.items() if name not in form}
    told = {name: value for name, value in claims.items() if value is not None}
    form["client_assertion"] = jwt.encode(told, loaded_key(key), "RS256", headers={"kid": kid})
    return canvas.answer("POST", TOKENS, data=form)
