"""Why a platform does not take a score, in words for whoever teaches there.

Platforms' own texts are read here and kept nowhere: Moodle repeats the whole score in them.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType

from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import Answer
from lti_tool.sentence import Sentence, say

NOT_STUDENT = say(
    "grades.not-student",
    "The LMS says this person is not a student of the course. It says so too while a course is "
    "not published, or has not begun for them.",
)
LEFT = say("grades.left", "The LMS says this student has left the course.")
COURSE_ENDED = say(
    "grades.course-ended",
    "The course has ended, and the LMS takes no more grades for it. They are kept here; should "
    "the course be opened again, send them again.",
)
UNPUBLISHED = say(
    "grades.unpublished",
    "The assignment isn't published in the LMS yet. Publish it there, then send this again.",
)
ATTEMPTS_USED = say(
    "grades.attempts-used",
    "The LMS says the student's attempts for this assignment are used up. Allow another attempt "
    "there, then send this again.",
)
LOCKED = say(
    "grades.locked",
    "The LMS refuses to change this grade. Most likely it is locked there: unlock it in the "
    "gradebook, then send this again.",
)
OLDER = say(
    "grades.older",
    "The LMS holds a newer entry for this student and kept that one. Compare it in the "
    "gradebook; if this one should count, send it again.",
)
NO_SCOPE = say(
    "grades.no-scope",
    "This tool may not write grades in the LMS. An administrator there can let it use the grade "
    "service again; then send this again.",
)
TOOL_REMOVED = say(
    "grades.tool-removed",
    "The LMS says this tool is no longer installed for the course. An administrator there can "
    "add it again; then send this again.",
)
TOOL_OFF = say(
    "grades.tool-off",
    "This tool is switched off in the LMS. An administrator there can switch it on; then send "
    "this again.",
)
COLUMN_GONE = say(
    "grades.column-gone",
    "The column this grade belongs to is no longer in the LMS's gradebook. Place the activity in "
    "the course anew, with a grade, and open it once.",
)
REFUSED = say(
    "grades.refused",
    "The LMS did not accept this grade and did not say why in a way this tool understands. Its "
    "administrator may find the reason in its log.",
)

CONNECTION = say(
    "grades.connection",
    "The connection between the LMS and this tool doesn't work. Nothing is wrong with this grade: "
    "ask whoever runs this tool to look at the connection, then send it again.",
)
SILENT = say(
    "grades.silent",
    "The LMS could not take this for two days. It may be out of order, or its address may have "
    "changed; when it works again, send this again.",
)
BUSY = say(
    "grades.busy",
    "The LMS can't take this just now. It is tried again and again by itself.",
)

SENTENCES: Mapping[str, Sentence] = MappingProxyType(
    {
        sentence.id: sentence
        for sentence in (
            NOT_STUDENT,
            LEFT,
            COURSE_ENDED,
            UNPUBLISHED,
            ATTEMPTS_USED,
            LOCKED,
            OLDER,
            NO_SCOPE,
            TOOL_REMOVED,
            TOOL_OFF,
            COLUMN_GONE,
            REFUSED,
            CONNECTION,
            SILENT,
        )
    }
)

# The first row whose status and words both fit. Canvas' words are those of its source
# (tests/vectors/lms/canvas/errors.json); Moodle keeps its own in the reason phrase.
_MEANINGS: tuple[tuple[frozenset[int], str, Sentence], ...] = (
    (frozenset({422}), "not found in course or is not a student", NOT_STUDENT),
    (frozenset({422}), "still unpublished", UNPUBLISHED),
    (frozenset({422, 404}), "course has concluded", COURSE_ENDED),
    (frozenset({422}), "number of allowed attempts", ATTEMPTS_USED),
    (frozenset({400}), "not a valid timestamp", REFUSED),
    (frozenset({400}), "in the future", REFUSED),
    # Canvas, and Open edX' platform in other words.
    (frozenset({400}), "timestamp", OLDER),
    (frozenset({409}), "", OLDER),
    (frozenset({401}), "tool associated with this context", TOOL_REMOVED),
    (frozenset({401}), "developer key", TOOL_OFF),
    (frozenset({401, 403}), "", NO_SCOPE),
    (frozenset({404, 410, 412}), "", COLUMN_GONE),
)
_LONGEST_TEXT = 2000


def refusal_of(answer: Answer) -> PlatformError:
    """The error for a score that was answered like this and will be the next time."""
    return refusal(_meaning(answer), status=answer.status)


def refusal(
    sentence: Sentence, *, status: int | None = None, retryable: bool = False
) -> PlatformError:
    """The error for one of the reasons above."""
    return PlatformError(sentence.id, sentence, retryable=retryable, status=status)


def _meaning(answer: Answer) -> Sentence:
    # Whatever is wrong with a score that Moodle could read, it answers 400 and an empty list
    # (point 51); what is left of its reasons, ours being well formed, is the person.
    if answer.status == 400 and answer.body.strip() == b"[]":
        return NOT_STUDENT
    said = _said(answer).lower()
    for statuses, words, sentence in _MEANINGS:
        if answer.status in statuses and words in said:
            return sentence
    return REFUSED


def _said(answer: Answer) -> str:
    """The text of an answer, in any of the shapes Canvas gives it (README 5.7); may be empty."""
    try:
        document = json.loads(answer.body[:_LONGEST_TEXT])
    except (ValueError, RecursionError):
        return ""
    members = document if isinstance(document, dict) else {}
    errors = members.get("errors", members)
    first = errors[0] if isinstance(errors, list) and errors else errors
    said = (first.get("message") or first.get("error")) if isinstance(first, dict) else first
    return said if isinstance(said, str) else ""
