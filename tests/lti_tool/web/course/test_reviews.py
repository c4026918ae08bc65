"""Launched from a gradebook, somebody lands on the very work, or reads why there is none."""

import re
from uuid import UUID

import pytest

from lti_tool.store.tables.programmes import Enrolment
from lti_tool.store.tables.submissions import Reading, Submission
from lti_tool.usecases.lms import reviews
from tests.support.builders import REFLECTION as REFLECTION_NAME
from tests.support.captured import VECTORS, claims_from_capture
from tests.support.launching import CLIENT_ID, LMS_URL, Lms
from tests.support.practice import INSTRUCTOR, OTHER_STUDENT, REFLECTION, STUDENT
from tests.support.wired import BASE_URL

TEXT = "Something happened on the ward, and I still think of it. " * 20


def hand_in(lms: Lms) -> UUID:
    """The student opens the reflection in a browser of their own, writes and hands in."""
    theirs = lms.in_another_browser()
    page = theirs.landing(theirs.launch(STUDENT, REFLECTION))
    key = re.search(r'name="visit_key" value="([^"]+)"', page.text)
    assert key is not None
    sent = theirs.browser.post(
        f"{page.request.path}/submit",
        data={"visit_key": key[1], "text": TEXT, "version": "0"},
    )
    assert sent.status_code == 303, sent.text
    (submission,) = lms.tool.rows(Submission)
    return submission.id


def review_url(lms: Lms) -> str:
    """The address Canvas got with the score."""
    (enrolment,) = lms.tool.rows(Enrolment)
    with lms.tool.wired.db.begin() as session:
        link_id = reviews.review_link(session, enrolment.id, REFLECTION_NAME)
    return f"{BASE_URL}/review/{link_id}"


def by_moodle(lms: Lms, user_id: str, student: str):
    """Open a student from Moodle's gradebook."""
    claims = {"message_type": "LtiSubmissionReviewRequest", "for_user": {"user_id": student}}
    return lms.landing(lms.launch(user_id, REFLECTION, **claims))


def by_canvas(lms: Lms, user_id: str, **claims):
    """Open a student's submission in SpeedGrader, or as the student in its details."""
    return lms.landing(lms.launch(user_id, REFLECTION, target_link_uri=review_url(lms), **claims))


@pytest.mark.parametrize(
    "way",
    [lambda lms: by_moodle(lms, INSTRUCTOR, STUDENT), lambda lms: by_canvas(lms, INSTRUCTOR)],
    ids=["moodle", "canvas"],
)
def test_an_instructor_comes_straight_to_the_work_and_the_reading_is_recorded(lms, way):
    submission_id = hand_in(lms)

    page = way(lms)

    assert page.status_code == 200
    assert page.request.path.endswith(f"/marking/{submission_id}")
    assert TEXT[:50] in page.text
    (reading,) = lms.tool.rows(Reading)
    assert (reading.submission_id, reading.capacity) == (submission_id, "marker")


def test_a_student_comes_from_their_own_submission_to_their_own_page(lms):
    hand_in(lms)

    page = by_canvas(lms, STUDENT)

    assert page.status_code == 200
    assert page.request.path.endswith("/writing/first-reflection")
    assert TEXT[:50] in page.text


@pytest.mark.parametrize(
    "way",
    [
        lambda lms: by_moodle(lms, OTHER_STUDENT, STUDENT),
        lambda lms: by_canvas(lms, OTHER_STUDENT),
    ],
    ids=["moodle", "canvas"],
)
def test_another_student_is_refused_kindly(lms, way):
    hand_in(lms)

    page = way(lms)

    assert page.status_code == 403
    assert "Students read their own" in page.text
    assert TEXT[:50] not in page.text


@pytest.mark.parametrize(
    "way",
    [
        lambda lms, **claims: by_canvas(lms, INSTRUCTOR, **claims),
        lambda lms, **claims: lms.landing(
            lms.launch(
                INSTRUCTOR,
                REFLECTION,
                message_type="LtiSubmissionReviewRequest",
                for_user={"user_id": STUDENT},
                **claims,
            )
        ),
    ],
    ids=["canvas", "moodle"],
)
def test_the_instructor_of_another_course_is_refused_kindly(lms, way):
    hand_in(lms)

    page = way(lms, context={"id": "77", "title": "Another course"})

    assert page.status_code == 403
    assert TEXT[:50] not in page.text


def test_an_instructor_reads_that_nothing_is_handed_in_yet(lms):
    theirs = lms.in_another_browser()
    theirs.landing(theirs.launch(STUDENT, REFLECTION))

    page = by_moodle(lms, INSTRUCTOR, STUDENT)

    assert page.status_code == 200
    assert "has not handed anything in here yet" in page.text


def test_an_instructor_reads_that_a_student_never_came(lms):
    assert "has not opened this activity yet" in by_moodle(lms, INSTRUCTOR, STUDENT).text


def test_a_review_link_nobody_made_leads_to_a_plain_page(lms):
    target = f"{BASE_URL}/review/{UUID(int=1)}"

    page = lms.landing(lms.launch(INSTRUCTOR, REFLECTION, target_link_uri=target))

    assert page.status_code == 404
    assert "leads to nothing here" in page.text


def test_the_review_that_a_real_moodle_sent_leads_to_the_work(lms):
    submission_id = hand_in(lms)
    login = lms.login(INSTRUCTOR, REFLECTION)
    claims = claims_from_capture(
        VECTORS / "moodle" / "launch-submission-review.json",
        issuer=LMS_URL,
        client_id=CLIENT_ID,
        nonce=login.nonce,
        target=f"{BASE_URL}{lms.launch_path}?review=1",
        activity=REFLECTION_NAME,
        issued_at=int(lms.tool.clock().timestamp()),
    )

    page = lms.landing(lms.post(lms.signed(login, claims)))

    assert page.request.path.endswith(f"/marking/{submission_id}")
