"""Canvas's scores and results (sections 5.3 and 5.4)."""

from flask import request
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.canvas.addresses import line_item_url
from lti_tool.practice_lms.canvas.grading import Column, Posted, after, would_add_attempt
from lti_tool.practice_lms.canvas.guard import (
    MISSING,
    CallRefusedError,
    GenericRefusedError,
    answer,
    needs_scope,
    open_course,
    read_document,
    service_blueprint,
)
from lti_tool.practice_lms.canvas.identifiers import find_user, subject
from lti_tool.practice_lms.canvas.line_items import LARGEST_PAGE, PAGE, known_item
from lti_tool.practice_lms.canvas.paging import one_page
from lti_tool.practice_lms.canvas.score_reading import EXTENSION, read_score, require_fields
from lti_tool.practice_lms.course import Course, Link, Role, User
from lti_tool.practice_lms.plain.guard import may_fail
from lti_tool.practice_lms.scopes import RESULT_READ, SCORE
from lti_tool.practice_lms.state import practice
from lti_tool.practice_lms.state.gradebook import Grade, LineItem

scores = service_blueprint("canvas_scores")

SCORE_MEDIA = "application/vnd.ims.lis.v1.score+json"
RESULT_MEDIA = "application/vnd.ims.lis.v2.resultcontainer+json"
NOT_A_STUDENT = "User not found in course or is not a student"
USED_UP = "The maximum number of allowed attempts has been reached for this submission"
PATH = "/api/lti/courses/<course_id>/line_items/<int:number>"


@scores.post(f"{PATH}/scores")
@may_fail("score")
@needs_scope(SCORE)
def post_score(course_id: str, number: int) -> ResponseReturnValue:
    """Take in one score. 200, not 201, with the address of the result."""
    course = open_course(course_id)
    item, document = known_item(course, number), read_document(SCORE_MEDIA)
    require_fields(document)
    student = _student(course, document["userId"])
    try:
        _record(course, item, student, document)
    except CallRefusedError:
        practice().gradebook.count_refused(item, student.id)
        raise
    files = {EXTENSION: {"content_items": _files(document)}}
    return answer({**files, "resultUrl": _result_url(item, student.id)}, SCORE_MEDIA)


@scores.get(f"{PATH}/results")
@may_fail("results")
@needs_scope(RESULT_READ)
def list_results(course_id: str, number: int) -> ResponseReturnValue:
    """The results of those the tool has posted for."""
    course = open_course(course_id)
    item = known_item(course, number)
    graded = practice().gradebook.graded(item)
    asked_for = request.args.get("user_id")
    one = find_user(course, asked_for) if asked_for is not None else None
    chosen = [id for id in graded if asked_for is None or (one is not None and one.id == id)]
    page, headers = one_page(chosen, size=PAGE, largest=LARGEST_PAGE)
    results = [_result(item, user_id, graded[user_id]) for user_id in page]
    return answer(results, RESULT_MEDIA, headers=headers)


@scores.get(f"{PATH}/results/<user_id>")
@may_fail("results")
@needs_scope(RESULT_READ)
def show_result(course_id: str, number: int, user_id: str) -> ResponseReturnValue:
    """One result, in the container's media type."""
    item = known_item(open_course(course_id), number)
    grade = practice().gradebook.graded(item).get(user_id)
    if grade is None:
        raise GenericRefusedError(404, MISSING)
    return answer(_result(item, user_id, grade), RESULT_MEDIA)


def _student(course: Course, given: object) -> User:
    """A current student. In a course that isn't published nobody is one yet (13)."""
    user = find_user(course, given)
    refused = CallRefusedError(422, NOT_A_STUDENT)
    if user is None or not user.can_be_graded or user.has_left or user.is_suspended:
        raise refused
    if not course.is_published:
        raise refused
    if user.role is Role.TEST_STUDENT and practice().configuration.is_older:
        raise refused
    return user


def _record(course: Course, item: LineItem, student: User, document: dict[str, object]) -> None:
    here, link = practice(), course.link(item.link_id) if item.link_id else None
    if link is not None and not link.is_published:
        raise CallRefusedError(422, "This assignment is still unpublished")
    now = here.surroundings.now()
    posted = read_score(document, column_maximum=item.score_maximum, now=now)
    column = Column(
        score_maximum=item.score_maximum,
        is_seen=item.is_own or item.link_id is None,
        is_pass_fail=link is not None and link.is_pass_fail,
    )

    def rule(before: Grade) -> Grade:
        _check_order(before, posted)
        _check_attempts(before, posted, link)
        return after(before, posted, column, now=now)

    here.gradebook.change(item, student.id, rule)


def _check_order(before: Grade, posted: Posted) -> None:
    """Older than the stored one is refused; an equal time passes (8)."""
    if before.timestamp is not None and posted.timestamp < before.timestamp:
        text = f"Provided timestamp of {posted.timestamp.isoformat()} before last updated"
        raise CallRefusedError(400, f"{text} timestamp of {before.timestamp.isoformat()}")


def _check_attempts(before: Grade, posted: Posted, link: Link | None) -> None:
    allowed = link.allowed_attempts if link else None
    if allowed is None or len(before.attempts) < allowed:
        return
    if would_add_attempt(before, posted.submission):
        raise CallRefusedError(422, USED_UP)


def _files(document: dict[str, object]) -> list[object]:
    """The files Canvas will fetch, each with where its progress can be asked for (12)."""
    told = document.get(EXTENSION)
    items = told.get("content_items", []) if isinstance(told, dict) else []
    progress = practice().configuration.url("/api/lti/courses/progress/1")
    return [{**one, "progress": progress} for one in items]


def _result_url(item: LineItem, user_id: str) -> str:
    return f"{line_item_url(practice().configuration, item)}/results/{user_id}"


def _result(item: LineItem, user_id: str, grade: Grade) -> dict[str, object]:
    """A teacher's change shows; the extension posted last is echoed (5.4)."""
    told: dict[str, object] = {
        "id": _result_url(item, user_id),
        "scoreOf": line_item_url(practice().configuration, item),
        "userId": subject(user_id),
    }
    score = grade.score if grade.is_final else grade.result
    if score is not None:
        told |= {"resultScore": score, "resultMaximum": float(item.score_maximum)}
    if grade.comment is not None:
        told["comment"] = grade.comment
    return told if grade.extension is None else {**told, EXTENSION: grade.extension}
