"""New courses and new links, under numbers that nothing has yet."""

from collections.abc import Iterable
from dataclasses import replace

from lti_tool.practice_lms.course import Course, Link
from lti_tool.practice_lms.state import Practice


def copy_course(here: Practice, course: Course) -> Course:
    """A copy with new ids that remembers where it came from (Moodle point 24, Canvas 2.7).

    Custom parameters, addresses, resource ids and tags are the same; no grade goes along.
    """
    with here.lock:
        numbers = _free_numbers(here)
        made = replace(
            course,
            id=next(numbers),
            title=f"{course.title} copy 1",
            label=f"{course.label}_1",
            users=tuple(user for user in course.users if user.teaches),
            links=tuple(replace(link, id=next(numbers)) for link in course.links),
            history=(course.id, *course.history),
        )
        here.put_course(made)
    return made


def duplicate_link(here: Practice, course: Course, link: Link) -> Link:
    """A second link to the same thing: only its id is new (Moodle point 24)."""
    with here.lock:
        made = replace(link, id=next(_free_numbers(here)))
        here.put_course(replace(course, links=(*course.links, made)))
    return made


def add_links(here: Practice, course_id: str, links: Iterable[Link]) -> tuple[Link, ...]:
    """Put links into a course, each under a new id.

    Raises:
        LookupError: when there is no such course.
    """
    with here.lock:
        course = here.course(course_id)
        if course is None:
            raise LookupError(f"There is no course {course_id}.")
        numbers = _free_numbers(here)
        added = tuple(replace(link, id=next(numbers)) for link in links)
        here.put_course(replace(course, links=(*course.links, *added)))
    return added


class _FreeNumbers:
    """Numbers that no course and no link has."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._last = max((int(one) for one in taken if one.isdigit()), default=0)

    def __next__(self) -> str:
        self._last += 1
        return str(self._last)


def _free_numbers(here: Practice) -> _FreeNumbers:
    courses = here.configuration.courses
    links = (link.id for course in courses for link in course.links)
    return _FreeNumbers([*(course.id for course in courses), *links])
