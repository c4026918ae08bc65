"""Which submission is reviewed, by whom, and what each LMS launches for it."""

from dataclasses import dataclass

from werkzeug.exceptions import Forbidden, NotFound

from lti_tool.practice_lms.course import Course, Link, User
from lti_tool.practice_lms.profiles import Profile
from lti_tool.practice_lms.state import practice
from lti_tool.practice_lms.state.gradebook import LineItem
from lti_tool.practice_lms.state.pending import Opening
from lti_tool.practice_lms.views.people import known_course, known_user
from lti_tool.practice_lms.vocabulary import RESOURCE_LINK_REQUEST, SUBMISSION_REVIEW_REQUEST


@dataclass(frozen=True, slots=True)
class Review:
    """A viewer at a student's submission in one column."""

    viewer: User
    student: User
    title: str
    opening: Opening


def known_review(user_id: str, number: int, student_id: str) -> tuple[Course, Review]:
    """The review that an address names, and its course.

    Raises:
        NotFound: when there is nothing to review.
        Forbidden: when the viewer may not see this student's work.
    """
    item = practice().gradebook.line_item(number)
    if item is None:
        raise NotFound("The gradebook has no such column.")
    course = known_course(item.course_id)
    viewer, student = known_user(user_id, course), known_user(student_id, course)
    if not viewer.teaches and viewer.id != student.id:
        raise Forbidden("Only those who teach this course may see this work.")
    opening = _opening(course, item, viewer, student)
    return course, Review(viewer, student, item.label, opening)


def _opening(course: Course, item: LineItem, viewer: User, student: User) -> Opening:
    now = practice().surroundings.now()
    link = course.link(item.link_id) if item.link_id else None
    if practice().configuration.profile is Profile.CANVAS:
        return Opening(
            user_id=viewer.id,
            course_id=course.id,
            begun_at=now,
            link_id=link.id if link else None,
            message=RESOURCE_LINK_REQUEST,
            target=_submitted_launch(item, student),
        )
    return Opening(
        user_id=viewer.id,
        course_id=course.id,
        begun_at=now,
        link_id=_with_review(link).id,
        message=SUBMISSION_REVIEW_REQUEST,
        target=_with_review(link).review_url,
        for_user_id=student.id,
    )


def _with_review(link: Link | None) -> Link:
    """Moodle reviews what the deep-linked item said can be reviewed (Moodle point 25)."""
    if link is None or not link.review_url:
        raise NotFound("The submissions of this activity can't be reviewed.")
    return link


def _submitted_launch(item: LineItem, student: User) -> str:
    """Canvas opens the launch that the tool submitted, for whoever looks (Canvas section 10)."""
    attempts = practice().gradebook.grade(item, student.id).attempts
    launches = [one.data for one in attempts if one.type == "basic_lti_launch"]
    if not launches:
        raise NotFound("This student has submitted nothing that can be opened.")
    return launches[-1]
