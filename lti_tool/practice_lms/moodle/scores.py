"""Moodle's scores and results (points 48 to 54, `ags-scores-and-results`)."""

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from lti_tool.practice_lms.moodle.addresses import line_item_url, results_url
from lti_tool.practice_lms.moodle.dispatch import (
    UTF_8,
    CallRefusedError,
    Resource,
    answer,
    read_json,
    require_scope,
)
from lti_tool.practice_lms.moodle.grading import Posted, after
from lti_tool.practice_lms.moodle.line_items import known_item
from lti_tool.practice_lms.scopes import RESULT_READ, SCORE
from lti_tool.practice_lms.state import practice
from lti_tool.practice_lms.state.gradebook import Grade, LineItem, StaleScoreError

SCORE_MEDIA = "application/vnd.ims.lis.v1.score+json"
RESULT_MEDIA = "application/vnd.ims.lis.v2.resultcontainer+json"
REQUIRED = ("userId", "activityProgress", "gradingProgress", "timestamp")
"""The word in activityProgress must be there, and may be any (point 49)."""
BROKEN = "<html>\n<head><title>502 Bad Gateway</title></head>\n</html>\n"


def handle_score(course_id: str, number: str) -> ResponseReturnValue:
    """Take in one score. 200 with an empty body; refusals have the body `[]` (point 51)."""
    require_scope(SCORE)
    item = known_item(course_id, number)
    document = read_json()
    if document is not None and not str(document.get("userId", "0")).isdigit():
        # This broke the captured server's answer.
        return Response(BROKEN, status="502 Bad Gateway", content_type="text/html")
    try:
        _record(course_id, item, document)
    except CallRefusedError:
        _count_refused(item, document)
        raise
    return Response("", content_type=SCORE_MEDIA + UTF_8)


def handle_results(course_id: str, number: str) -> ResponseReturnValue:
    """The final grades. A limit breaks it: an HTML page, with 404 (point 45)."""
    require_scope(RESULT_READ)
    item = known_item(course_id, number)
    if "limit" in request.args:
        raise NotFound("Something went wrong while this list was made.")
    asked_for = request.args.get("user_id")
    graded = practice().gradebook.graded(item).items()
    chosen = [(user, grade) for user, grade in graded if asked_for in (None, user)]
    results = [
        _result(item, user, grade) for user, grade in sorted(chosen) if _is_told(item, grade)
    ]
    return answer(results, RESULT_MEDIA)


def _record(course_id: str, item: LineItem, document: dict[str, object] | None) -> None:
    posted = _read(course_id, document)
    if item.is_locked:
        raise CallRefusedError(500, "Internal Server Error", empty_as=SCORE_MEDIA)
    try:
        practice().gradebook.change(item, posted.user_id, lambda one: after(one, posted, item))
    except StaleScoreError as error:
        where = f"item {item.number} and user {posted.user_id}"
        text = f"Refusing score with an earlier timestamp for {where}"
        raise CallRefusedError(409, text, empty_as=SCORE_MEDIA) from error


def _read(course_id: str, document: dict[str, object] | None) -> Posted:
    incorrect = CallRefusedError(
        400, f"Incorrect score received{request.get_data(as_text=True)}", empty_as=SCORE_MEDIA
    )
    if document is None or any(not document.get(name) for name in REQUIRED):
        raise incorrect
    try:
        given, maximum = _number(document, "scoreGiven"), _number(document, "scoreMaximum")
    except ValueError:
        raise incorrect from None
    timestamp = _timestamp(document)
    if timestamp is None or (given is not None and maximum is None):
        raise incorrect
    if not _can_be_graded(course_id, str(document["userId"])):
        raise incorrect
    is_final = document["gradingProgress"] == "FullyGraded"
    comment = document.get("comment")
    return Posted(
        user_id=str(document["userId"]),
        timestamp=timestamp,
        given=given if is_final else None,
        maximum=maximum,
        comment=None if comment is None else str(comment),
    )


def _can_be_graded(course_id: str, user_id: str) -> bool:
    """Students, the suspended ones too (point 41); nobody else, and nobody who left (51)."""
    course = practice().course(course_id)
    user = course.user(user_id) if course else None
    return user is not None and user.can_be_graded and not user.has_left


def _number(document: Mapping[str, object], name: str) -> float | None:
    """A number, also one written as text (point 52); raises ValueError for any other text."""
    return float(str(document[name])) if document.get(name) is not None else None


def _timestamp(document: Mapping[str, object]) -> datetime | None:
    try:
        timestamp = datetime.fromisoformat(str(document["timestamp"]))
    except ValueError:
        return None
    return timestamp.astimezone(UTC) if timestamp.tzinfo else None


def _is_told(item: LineItem, grade: Grade) -> bool:
    """An activity's column tells grades only; one the tool made tells everybody (53)."""
    return grade.score is not None or not item.is_own


def _result(item: LineItem, user_id: str, grade: Grade) -> dict[str, object]:
    configuration = practice().configuration
    told: dict[str, object] = {
        "id": f"{results_url(configuration, item)}&user_id={user_id}",
        "userId": user_id,
    }
    if grade.score is None:
        return told
    told |= {
        "resultScore": grade.score,
        "resultMaximum": item.score_maximum,
        "scoreOf": line_item_url(configuration, item),
        "timestamp": grade.timestamp.isoformat() if grade.timestamp else "",
    }
    return told if grade.comment is None else {**told, "comment": grade.comment}


def _count_refused(item: LineItem, document: dict[str, object] | None) -> None:
    user_id = str((document or {}).get("userId", ""))
    if _can_be_graded(item.course_id, user_id):
        practice().gradebook.count_refused(item, user_id)


RESOURCES = (
    Resource(
        service="score",
        template=r"/(?P<course_id>\d+)/lineitems/(?P<number>\d+)/lineitem/scores",
        methods=("POST",),
        formats=(SCORE_MEDIA,),
        handle=handle_score,
    ),
    Resource(
        service="results",
        template=r"/(?P<course_id>\d+)/lineitems/(?P<number>\d+)/lineitem/results",
        methods=("GET",),
        formats=(RESULT_MEDIA,),
        handle=handle_results,
    ),
)
