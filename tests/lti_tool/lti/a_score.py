"""A score to post, and what is posted of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from lti_tool.lti.grades import COMPLETE, Score, Standing, post_score
from tests.lti_tool.lti.a_tool import ATool

LINE_ITEM = "/services.php/2/lineitems/2/lineitem"
SUBMISSION = "https://canvas.instructure.com/lti/submission"
SCORE = Score(
    user_id="4",
    standing=COMPLETE,
    timestamp=datetime(2026, 11, 23, 12, 0, 5, 120_999, tzinfo=UTC),
    submitted_at=datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=1))),
)


def post(tool: ATool, score: Score = SCORE, family: str | None = None) -> None:
    """Post to the tool's server, which is an LMS of this family."""
    post_score(
        tool.connector,
        score,
        registration=replace(tool.registration, product_family=family),
        line_item_url=f"{tool.server.url}{LINE_ITEM}?type_id=1",
    )


def posted(tool: ATool, score: Score = SCORE, family: str | None = None) -> dict[str, Any]:
    """The body that a post has."""
    post(tool, score, family)
    body: dict[str, Any] = json.loads(tool.server.asked_at(f"{LINE_ITEM}/scores")[-1].body)
    return body


def standing_of(body: dict[str, Any]) -> Standing:
    """What a captured or documented score says."""
    return Standing(
        body["activityProgress"],
        body["gradingProgress"],
        given=body.get("scoreGiven"),
        maximum=body.get("scoreMaximum"),
    )
