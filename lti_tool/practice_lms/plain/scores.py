"""Scores and results: what the tool posts to the gradebook and reads from it (AGS 2.0, 3.3-3.4)."""

import math
from datetime import datetime

from flask import Response, json, request
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.course import Course
from lti_tool.practice_lms.plain.addresses import line_item_url
from lti_tool.practice_lms.plain.guard import (
    CallRefusedError,
    may_fail,
    needs_scope,
    read_object,
    require_accept,
    require_content,
    service_blueprint,
)
from lti_tool.practice_lms.plain.line_items import find_line_item
from lti_tool.practice_lms.scopes import RESULT_READ, SCORE
from lti_tool.practice_lms.state import practice
from lti_tool.practice_lms.state.gradebook import Grade, LineItem, Score, StaleScoreError

SCORE_MEDIA = "application/vnd.ims.lis.v1.score+json"
RESULT_MEDIA = "application/vnd.ims.lis.v2.resultcontainer+json"
ACTIVITY_PROGRESS = ("Initialized", "Started", "InProgress", "Submitted", "Completed")
GRADING_PROGRESS = ("FullyGraded", "Pending", "PendingManual", "Failed", "NotReady")

scores = service_blueprint("scores")


@scores.post("/services/<course_id>/lineitems/<int:number>/lineitem/scores")
@may_fail("score")
@needs_scope(SCORE)
def post_score(course_id: str, number: int) -> ResponseReturnValue:
    """Take in one score. 200 with an empty body, as Moodle and Canvas answer."""
    item = find_line_item(course_id, number)
    require_content(SCORE_MEDIA)
    document = read_object()
    try:
        practice().gradebook.record(item, _read(document))
    except StaleScoreError:
        _count_refused(item, document)
        return Response("[]", status=409, content_type=SCORE_MEDIA)
    except CallRefusedError:
        _count_refused(item, document)
        raise
    return Response("", content_type=SCORE_MEDIA)


@scores.get("/services/<course_id>/lineitems/<int:number>/lineitem/results")
@may_fail("results")
@needs_scope(RESULT_READ)
def read_results(course_id: str, number: int) -> ResponseReturnValue:
    """The grades as they stand; students without one are left out."""
    item = find_line_item(course_id, number)
    require_accept(RESULT_MEDIA)
    here = practice()
    asked_for = request.args.get("user_id")
    grades = (
        (user.id, here.gradebook.grade(item, user.id))
        for user in here.configuration.course.students
        if asked_for in (None, user.id)
    )
    results = [_result(item, user, grade) for user, grade in grades if grade.score is not None]
    return Response(json.dumps(results), content_type=RESULT_MEDIA)


def _result(item: LineItem, user_id: str, grade: Grade) -> dict[str, object]:
    url = line_item_url(practice().configuration, item)
    path, _, query = url.partition("?")
    result: dict[str, object] = {
        "id": f"{path}/results/{user_id}?{query}",
        "scoreOf": url,
        "userId": user_id,
        "resultScore": grade.score,
        "resultMaximum": item.score_maximum,
    }
    return result if grade.comment is None else {**result, "comment": grade.comment}


def _count_refused(item: LineItem, document: dict[str, object]) -> None:
    user_id = document.get("userId")
    if _is_student(practice().configuration.course, user_id):
        practice().gradebook.count_refused(item, str(user_id))


def _is_student(course: Course, user_id: object) -> bool:
    user = course.user(user_id) if isinstance(user_id, str) else None
    return user is not None and user.can_be_graded


def _read(document: dict[str, object]) -> Score:
    if not _is_student(practice().configuration.course, document.get("userId")):
        raise CallRefusedError(400, "The userId is not a student of this course.")
    given = _number(document, "scoreGiven")
    maximum = _number(document, "scoreMaximum")
    if given is not None and not maximum:
        raise CallRefusedError(400, "A scoreGiven needs a scoreMaximum above 0.")
    comment = document.get("comment")
    if comment is not None and not isinstance(comment, str):
        raise CallRefusedError(400, "The comment must be a text.")
    return Score(
        user_id=str(document["userId"]),
        activity_progress=_word(document, "activityProgress", ACTIVITY_PROGRESS),
        grading_progress=_word(document, "gradingProgress", GRADING_PROGRESS),
        timestamp=_timestamp(document.get("timestamp")),
        given=given,
        maximum=maximum or 1.0,
        comment=comment,
    )


def _word(document: dict[str, object], name: str, words: tuple[str, ...]) -> str:
    value = document.get(name)
    if value not in words:
        raise CallRefusedError(400, f"The {name} must be one of: {', '.join(words)}.")
    return str(value)


def _number(document: dict[str, object], name: str) -> float | None:
    value = document.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise CallRefusedError(400, f"The {name} must be a number of at least 0.")
    return float(value)


def _timestamp(value: object) -> datetime:
    """An ISO 8601 time with its zone and, as Canvas wants it, with parts of a second."""
    try:
        timestamp = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise CallRefusedError(400, "The timestamp must be an ISO 8601 time.") from error
    if timestamp.tzinfo is None or "." not in str(value):
        raise CallRefusedError(400, "The timestamp needs parts of a second and a time zone.")
    return timestamp
