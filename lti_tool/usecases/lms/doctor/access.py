"""The checks that need access: the token, each service's scope, gradebook columns, the roster."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lti_tool.errors import PlatformError, ToolError
from lti_tool.lti.calling.calls import LONG
from lti_tool.lti.connector import ServiceCall
from lti_tool.lti.grades import RESULT_SCOPE
from lti_tool.lti.line_items import LINE_ITEM_READ_SCOPE, LINE_ITEM_SCOPE
from lti_tool.lti.reading.services import SCORE_SCOPE
from lti_tool.lti.roster import ROSTER_SCOPE, read_whole_roster
from lti_tool.sentence import Sentence, say, say_many
from lti_tool.usecases.lms.doctor.case import Case, CourseService
from lti_tool.usecases.lms.doctor.instruments import Instruments
from lti_tool.usecases.lms.doctor.report import (
    Check,
    Topic,
    failed,
    fell_ill,
    not_checked,
    passed,
)

ACCESS = Topic("access", say("doctor.access", "Access to the LMS's services"))
COLUMNS = Topic("columns", say("doctor.columns", "Gradebook columns of a course"))
ROSTER = Topic("roster", say("doctor.roster", "The people of a course"))

_CONTAINER = "application/vnd.ims.lis.v2.lineitemcontainer+json"


@dataclass(frozen=True, slots=True)
class _Service:
    """Something we do, any of the scopes that let us, and what is missing without."""

    topic: Topic
    scopes: frozenset[str]
    without: Sentence


SERVICES = (
    _Service(
        Topic("scope-score", say("doctor.scope-score", "Permission to post grades")),
        frozenset({SCORE_SCOPE}),
        say("doctor.without-score", "Results will not appear in the LMS's gradebook."),
    ),
    _Service(
        Topic("scope-columns", say("doctor.scope-columns", "Permission to make gradebook columns")),
        frozenset({LINE_ITEM_SCOPE}),
        say(
            "doctor.without-columns",
            "Only activities that were placed with a grade will have a column in the gradebook.",
        ),
    ),
    _Service(
        Topic("scope-read-columns", say("doctor.scope-read-columns", "Permission to find columns")),
        frozenset({LINE_ITEM_SCOPE, LINE_ITEM_READ_SCOPE}),
        say(
            "doctor.without-read-columns",
            "Columns of copied courses can't be found again.",
        ),
    ),
    _Service(
        Topic("scope-results", say("doctor.scope-results", "Permission to read results")),
        frozenset({RESULT_SCOPE}),
        say(
            "doctor.without-results",
            "This tool can't make sure that a grade arrived, nor see one changed in the LMS.",
        ),
    ),
    _Service(
        Topic("scope-roster", say("doctor.scope-roster", "Permission to read who is in a course")),
        frozenset({ROSTER_SCOPE}),
        say(
            "doctor.without-roster",
            "Only people who have opened an activity will be known here.",
        ),
    ),
)


def examine_access(case: Case, tools: Instruments) -> Iterator[Check]:
    """Do we get in, what may we do there, and does it work in a real course?"""
    wanted = frozenset[str]().union(*(service.scopes for service in SERVICES))
    try:
        granted = tools.connector.granted_scopes(case.registration, wanted)
    except ToolError as error:
        yield fell_ill(ACCESS, error)
        yield from (not_checked(topic, _no_access()) for topic in _topics())
        return
    yield passed(ACCESS, say("doctor.access-fine", "The LMS gives this tool access."))
    yield from (_scope(service, granted) for service in SERVICES)
    scopes = granted & {LINE_ITEM_SCOPE, LINE_ITEM_READ_SCOPE}
    reader = _ColumnReader(case, tools, scopes)
    yield _tried(COLUMNS, case.line_items, reader.read, may=bool(scopes))
    yield _tried(
        ROSTER,
        case.rosters,
        lambda course: _people(case, tools, course),
        may=ROSTER_SCOPE in granted,
    )


def _topics() -> Iterator[Topic]:
    yield from (service.topic for service in SERVICES)
    yield from (COLUMNS, ROSTER)


def _scope(service: _Service, granted: frozenset[str]) -> Check:
    if service.scopes & granted:
        return passed(service.topic, say("doctor.scope-granted", "It is granted."))
    remedy = say(
        "doctor.scope-remedy",
        "Have %(scopes)s switched on where the tool is registered in the LMS.",
        scopes=" / ".join(sorted(service.scopes)),
    )
    return failed(service.topic, service.without, remedy)


def _tried(
    topic: Topic,
    courses: Sequence[CourseService],
    read: Callable[[CourseService], Sentence],
    *,
    may: bool,
) -> Check:
    """One course in which it works is enough; the others may have ended."""
    if not may:
        return not_checked(topic, say("doctor.not-granted", "The LMS does not allow it."))
    if not courses:
        return not_checked(
            topic,
            say(
                "doctor.no-course",
                "No course of this LMS has told us where this is yet. Open an activity in one.",
            ),
        )
    faults = []
    for course in courses:
        try:
            return passed(topic, read(course))
        except PlatformError as error:
            faults.append(error)
    return fell_ill(topic, faults[0])


@dataclass(frozen=True, slots=True)
class _ColumnReader:
    case: Case
    tools: Instruments
    scopes: frozenset[str]

    def read(self, course: CourseService) -> Sentence:
        call = ServiceCall(
            "GET",
            course.url,
            # Canvas lists columns with either scope; asking for one keeps to what is granted.
            frozenset({min(self.scopes)}),
            {"Accept": _CONTAINER},
            bounds=LONG,
        )
        pages = self.tools.connector.read_pages(self.case.registration, call)
        listed = [page.json() for page in pages]
        count = sum(len(page) for page in listed if isinstance(page, list))
        return say_many(
            "doctor.columns-read",
            "The course opened last has one column of this tool.",
            "The course opened last has %(count)s columns of this tool.",
            count=count,
        )


def _people(case: Case, tools: Instruments, course: CourseService) -> Sentence:
    found = read_whole_roster(
        tools.connector, case.registration, course.url, context_id=course.context_id
    )
    return say_many(
        "doctor.roster-read",
        "The LMS names one person in the course.",
        "The LMS names %(count)s people in the course.",
        count=len(found),
    )


def _no_access() -> Sentence:
    return say("doctor.no-access", "Without access this can't be looked at.")
