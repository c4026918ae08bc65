"""Every way a roster can't be read has its sentence."""

import pytest

from lti_tool.errors import PlatformError
from lti_tool.sentence import say
from lti_tool.usecases.lms.rosters.faults import fault_of, sentence_of

SAID_BY_THE_LMS = say("test.no", "Words that came with it.")


def an_error(code: str, *, retryable: bool = False, status: int | None = None) -> PlatformError:
    return PlatformError(code, SAID_BY_THE_LMS, retryable=retryable, status=status)


@pytest.mark.parametrize(
    ("error", "sentence_id"),
    [
        (an_error("platform.unreachable", retryable=True), "roster.fault-silent"),
        (an_error("platform.busy", retryable=True, status=503), "roster.fault-busy"),
        (an_error("platform.busy", retryable=True, status=429), "roster.fault-busy"),
        (an_error("platform.access-refused", status=400), "roster.fault-refused"),
        (an_error("platform.refused", status=401), "roster.fault-refused"),
        (an_error("platform.refused", status=403), "roster.fault-refused"),
        (an_error("platform.refused", status=404), "roster.fault-gone"),
        (an_error("platform.refused", status=422), "roster.fault-other"),
        (an_error("platform.address-refused"), "roster.fault-other"),
        (an_error("platform.pages-endless"), "roster.fault-unreadable"),
        (an_error("roster.unreadable", retryable=True), "roster.fault-unreadable"),
        (an_error("roster.other-course"), "roster.fault-unreadable"),
    ],
)
def test_a_failure_is_said_in_words_for_those_who_teach(error, sentence_id):
    sentence = sentence_of(fault_of(error))

    assert sentence is not None
    assert sentence.id == sentence_id


def test_nothing_that_the_lms_wrote_is_kept():
    assert "Words" not in str(fault_of(an_error("platform.refused", status=403)))


def test_no_fault_is_no_sentence():
    assert sentence_of(None) is None


def test_a_fault_of_another_version_still_says_something():
    kept = {"code": "from-the-future", "values": {}}

    assert str(sentence_of(kept)).startswith("The list of people could not be read")
