"""What Moodle makes of a deep linking response (points 31 to 33)."""

from collections.abc import Mapping
from typing import Any

import jwt
from werkzeug.exceptions import Forbidden, NotFound

from lti_tool.practice_lms.course import Course, Link, User
from lti_tool.practice_lms.moodle.tokens import SIGNATURE_ONLY, TokenRefusedError, tool_key
from lti_tool.practice_lms.state import Practice
from lti_tool.practice_lms.vocabulary import DEEP_LINKING, DEEP_LINKING_RESPONSE, LTI

FAULT = "What the tool sent back can't be used. Choose the activities again."


def known_teacher(here: Practice, course: Course, session_key: str) -> User:
    """The teacher to whom the return address was given: its session key says who (point 31).

    Raises:
        Forbidden: when nobody who teaches here has this key.
    """
    teachers = (user for user in course.users if user.teaches)
    found = next((one for one in teachers if here.session_key(one.id) == session_key), None)
    if found is None:
        raise Forbidden("Your session has ended. Choose the activities again.")
    return found


def read_response(here: Practice, text: str) -> dict[str, Any]:
    """The checked claims of a response.

    Raises:
        NotFound: at the first thing that is wrong, as a page.
    """
    try:
        key = tool_key(here, str(jwt.get_unverified_header(text).get("kid")))
        claims = dict(jwt.decode(text, key, algorithms=["RS256"], options=SIGNATURE_ONLY))
    except (jwt.PyJWTError, TokenRefusedError) as error:
        raise NotFound(FAULT) from error
    now = here.surroundings.now().timestamp()
    if claims.get("iss") != here.configuration.client_id or claims.get("exp", now + 1) <= now:
        raise NotFound(FAULT)
    if claims.get(LTI + "message_type") != DEEP_LINKING_RESPONSE:
        raise NotFound(FAULT)
    return claims


def pick(claims: Mapping[str, Any]) -> tuple[Link, ...]:
    """All the links of a response; nothing else is taken (point 31)."""
    items = claims.get(DEEP_LINKING + "content_items", [])
    return tuple(_link(one) for one in items if one.get("type") == "ltiResourceLink")


def _link(item: Mapping[str, Any]) -> Link:
    """The title names the column too; dates and windows are not kept (points 32 and 33)."""
    column = item.get("lineItem", {})
    review = column.get("submissionReview", {})
    return Link(
        id="",
        title=str(item.get("title", "")),
        custom={name: str(value) for name, value in item.get("custom", {}).items()},
        is_graded="lineItem" in item,
        score_maximum=float(column.get("scoreMaximum", 100)),
        url=str(item.get("url", "")),
        text=str(item.get("text", "")),
        resource_id=str(column.get("resourceId", "")),
        tag=str(column.get("tag", "")),
        review_url=str(review.get("url", item.get("url", ""))) if review else "",
        review_custom={name: str(one) for name, one in review.get("custom", {}).items()},
    )
