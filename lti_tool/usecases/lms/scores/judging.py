"""What a refused score means for its student, as far as more can be known than the LMS says."""

from collections.abc import Mapping
from types import MappingProxyType

from lti_tool import outbox
from lti_tool.errors import PlatformError
from lti_tool.lti import line_items, score_refusals
from lti_tool.lti.connector import Connector
from lti_tool.lti.line_items import LINE_ITEM_READ_SCOPE, LINE_ITEM_SCOPE
from lti_tool.sentence import Sentence
from lti_tool.usecases.lms.scores.job import Job

SURELY = 3
"""Tries after which what might pass by itself is believed: a locked grade, which Moodle answers
like a fault of its own, and a column that vanished once more."""

# What was refused on the way, by services other than that for scores (lti/calling/).
_MEANINGS: Mapping[str, Sentence] = MappingProxyType(
    {
        "platform.scopes-refused": score_refusals.NO_SCOPE,
        "platform.not-allowed": score_refusals.NO_SCOPE,
        "platform.not-let-in": score_refusals.NO_SCOPE,
        # A course whose columns can't be listed any more (Canvas README 5.6).
        "platform.course-ended": score_refusals.COURSE_ENDED,
        "platform.gone": score_refusals.COURSE_ENDED,
    }
)


def judge(connector: Connector, job: Job, error: PlatformError) -> PlatformError:
    """What an error means for this student, as far as more can be known than the LMS said."""
    refused = score_refusals.refusal
    if error.code == score_refusals.COLUMN_GONE.id and not _course_exists(connector, job):
        return refused(score_refusals.COURSE_ENDED, status=error.status)
    if error.code == score_refusals.COLUMN_GONE.id and _can_look_again(job):
        return refused(score_refusals.COLUMN_GONE, status=error.status, retryable=True)
    if error.code == score_refusals.NOT_STUDENT.id and job.has_left:
        return refused(score_refusals.LEFT, status=error.status)
    if error.code == score_refusals.LOCKED.id and job.message.attempts >= SURELY:
        return refused(score_refusals.LOCKED, status=error.status)
    if error.retryable and job.message.attempts >= outbox.MOST_ATTEMPTS:
        return refused(score_refusals.SILENT, status=error.status)
    if not error.retryable and error.code not in score_refusals.SENTENCES:
        meaning = _MEANINGS.get(error.code, score_refusals.CONNECTION)
        return refused(meaning, status=error.status)
    return error


def _can_look_again(job: Job) -> bool:
    return job.line_item_url is None and job.message.attempts < SURELY


def _course_exists(connector: Connector, job: Job) -> bool:
    if job.line_items_url is None or not job.may(LINE_ITEM_SCOPE, LINE_ITEM_READ_SCOPE):
        return True
    scopes = job.scopes or frozenset({LINE_ITEM_READ_SCOPE})
    try:
        return line_items.course_exists(
            connector,
            registration=job.registration,
            line_items_url=job.line_items_url,
            scope=LINE_ITEM_SCOPE if LINE_ITEM_SCOPE in scopes else LINE_ITEM_READ_SCOPE,
        )
    except PlatformError:
        return True
