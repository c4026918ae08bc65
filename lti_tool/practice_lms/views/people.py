"""Who and what an address of ours names; a page that says so when it is nobody."""

from typing import NoReturn

from werkzeug.exceptions import Forbidden, NotFound

from lti_tool.practice_lms.course import Course, Link, User
from lti_tool.practice_lms.state import practice


def known_course(course_id: str | None) -> Course:
    """The course with this id, the first one for None.

    Raises:
        NotFound: when there is none.
    """
    if course_id is None:
        return practice().configuration.course
    return practice().course(course_id) or _unknown("course")


def known_user(user_id: str, course: Course | None = None) -> User:
    """The person with this id in a course, the first one when none is named.

    Raises:
        NotFound: when nobody in the course has it.
    """
    place = course or practice().configuration.course
    return place.user(user_id) or _unknown("person")


def known_instructor(user_id: str, course: Course | None = None) -> User:
    """The person with this id, who must teach here.

    Raises:
        NotFound: when nobody in the course has it.
        Forbidden: when it is a student's.
    """
    user = known_user(user_id, course)
    if not user.teaches:
        raise Forbidden("Only those who teach this course may see this page.")
    return user


def known_link(link_id: str) -> tuple[Course, Link]:
    """The link with this id, and its course.

    Raises:
        NotFound: when no course has such a link.
    """
    course = practice().configuration.course_of(link_id)
    link = course.link(link_id) if course else None
    if course is None or link is None:
        _unknown("activity")
    return course, link


def _unknown(noun: str) -> NoReturn:
    raise NotFound(f"This course has no such {noun}. Go back to the front page and choose again.")
