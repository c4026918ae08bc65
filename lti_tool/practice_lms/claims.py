"""The claims of an id_token, by the manners of the LMS that is played."""

from datetime import datetime
from typing import Any

from lti_tool.practice_lms.course import Link, User
from lti_tool.practice_lms.manners import MANNERS
from lti_tool.practice_lms.occasion import Occasion
from lti_tool.practice_lms.state import Practice
from lti_tool.practice_lms.state.pending import Opening
from lti_tool.practice_lms.vocabulary import AGS, DEEP_LINKING, LTI, NRPS

__all__ = ["AGS", "DEEP_LINKING", "LTI", "NRPS", "launch_claims", "opening_claims"]


def launch_claims(
    practice: Practice, user: User, link: Link, *, nonce: str, now: datetime
) -> dict[str, Any]:
    """The claims that tell the tool who opened which link (LTI 1.3 core section 5.3)."""
    configuration = practice.configuration
    course = configuration.course_of(link.id) or configuration.course
    opening = Opening(user.id, course.id, now, link.id)
    occasion = Occasion(practice, opening, user, course, link, nonce, now)
    return MANNERS[configuration.profile].claims(occasion)


def opening_claims(
    practice: Practice, opening: Opening, *, nonce: str, now: datetime
) -> dict[str, Any]:
    """The claims of any launch that was begun.

    Raises:
        LookupError: when the course, or the person in it, is gone by now.
    """
    course = practice.course(opening.course_id)
    user = course.user(opening.user_id) if course else None
    if course is None or user is None:
        raise LookupError("The course or the person of this launch is gone.")
    link = course.link(opening.link_id) if opening.link_id else None
    occasion = Occasion(practice, opening, user, course, link, nonce, now)
    return MANNERS[practice.configuration.profile].claims(occasion)
