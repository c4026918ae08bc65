"""Who and what an address of ours names; a page that says so when it is nobody."""

from typing import NoReturn

from werkzeug.exceptions import Forbidden, NotFound

from lti_tool.practice_lms.course import Link, Role, User
from lti_tool.practice_lms.state import practice


def known_user(user_id: str) -> User:
    """The member with this id.

    Raises:
        NotFound: when nobody in the course has it.
    """
    return practice().configuration.course.user(user_id) or _unknown("person")


def known_instructor(user_id: str) -> User:
    """The member with this id, who must teach here.

    Raises:
        NotFound: when nobody in the course has it.
        Forbidden: when it is a student's.
    """
    user = known_user(user_id)
    if user.role is not Role.INSTRUCTOR:
        raise Forbidden("Only those who teach this course may see this page.")
    return user


def known_link(link_id: str) -> Link:
    """The link with this id.

    Raises:
        NotFound: when the course has no such link.
    """
    return practice().configuration.course.link(link_id) or _unknown("activity")


def _unknown(noun: str) -> NoReturn:
    raise NotFound(f"This course has no such {noun}. Go back to the front page and choose again.")
