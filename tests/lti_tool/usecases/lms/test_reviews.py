"""From the gradebook to a student's work: whoever may read it, and nobody else."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from lti_tool.errors import NotAllowedError, NotFoundError
from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.grades import ReviewLink
from lti_tool.store.tables.people import Account
from lti_tool.store.tables.programmes import Enrolment
from lti_tool.store.tables.submissions import Reading
from lti_tool.usecases import visits
from lti_tool.usecases.lms import reviews
from lti_tool.usecases.lms.reviews import NoWork, OwnWork, ToMark
from lti_tool.usecases.people import Actor, OfficeRole
from lti_tool.usecases.visits import SignedIn, VisitDetails
from tests.support.builders import FIRST_PAGE, REFLECTION
from tests.support.rosters import sub_of
from tests.support.world import World

REVIEW = "LtiSubmissionReviewRequest"


def link_of(world: World, student: Actor, activity: str = REFLECTION) -> UUID:
    enrolment = next(row for row in world.rows(Enrolment) if row.person_id == student.person_id)
    return world.do(reviews.review_link, enrolment.id, activity)


def opened(world: World, actor: Actor, link_id: UUID):
    return world.do(reviews.open_review, actor, link_id)


def named(world: World, actor: Actor, for_user: str | None, activity: str | None = REFLECTION):
    """What Moodle's message about a student leads to."""
    (registration_id,) = {row.registration_id for row in world.rows(Account)}
    details = VisitDetails(activity=activity, wanted=REVIEW, for_user=for_user)
    visit = world.do(
        visits.open_visit,
        actor,
        details,
        registration_id=registration_id,
        lasts=timedelta(hours=1),
    )
    who = world.do(visits.find_visit, visit.number, secret=visit.secret, form_key=None)
    assert isinstance(who, SignedIn)
    assert reviews.is_wanted(who)
    return world.do(reviews.find, who)


def test_a_students_work_has_one_address_for_ever(world):
    first, second = (link_of(world, world.student) for _ in range(2))

    assert first == second
    assert len(world.rows(ReviewLink)) == 1
    assert link_of(world, world.another_student()) != first


@pytest.mark.parametrize(
    ("target", "is_one"),
    [
        ("https://tool.example.org/review/{id}", True),
        ("https://tool.example.org/below/review/{id}/", True),
        ("https://tool.example.org/review/{id}?x=%2525", True),
        ("https://tool.example.org/review/{id}/more", False),
        ("https://tool.example.org/review/", False),
        ("https://tool.example.org/review/4", False),
        ("https://tool.example.org/activities/a/b?review={id}", False),
    ],
)
def test_a_target_names_a_review_link_by_its_path(target, is_one):
    link_id = uuid4()

    assert reviews.link_in(target.format(id=link_id)) == (link_id if is_one else None)


def test_an_instructor_comes_to_the_latest_round(world):
    world.release(world.finished_writing(level="absent"))
    second = world.hand_in()

    found = opened(world, world.instructor, link_of(world, world.student))

    assert found == ToMark(second)


def test_looking_for_work_is_no_reading_of_it(world):
    world.hand_in()

    opened(world, world.instructor, link_of(world, world.student))

    assert world.rows(Reading) == []


def test_a_student_comes_to_their_own_page(world):
    world.hand_in()

    found = opened(world, world.student, link_of(world, world.student))

    assert isinstance(found, OwnWork)
    assert found.activity.id == "first-reflection"


@pytest.mark.parametrize(
    "roles",
    [
        [CourseRole.STUDENT],
        [CourseRole.OBSERVER],
        [CourseRole.DESIGNER],
        [CourseRole.TEACHING_ASSISTANT],
        [CourseRole.STUDENT, CourseRole.TEST_STUDENT],
    ],
)
def test_who_does_not_mark_the_work_is_refused(world, roles):
    world.hand_in()
    other = world.someone(*roles)

    with pytest.raises(NotAllowedError) as raised:
        opened(world, other, link_of(world, world.student))
    assert raised.value.code == "reviews.not-yours"


@pytest.mark.parametrize("is_handed_in", [True, False])
def test_the_staff_of_another_course_are_refused(world, is_handed_in):
    if is_handed_in:
        world.hand_in()
    elsewhere = world.someone(CourseRole.INSTRUCTOR, course="course-2")

    with pytest.raises(NotAllowedError):
        opened(world, elsewhere, link_of(world, world.student))


def test_a_link_of_another_institution_leads_nowhere(world):
    stranger = replace(world.instructor, institution_id=uuid4())

    with pytest.raises(NotFoundError) as raised:
        opened(world, stranger, link_of(world, world.student))
    assert raised.value.code == "reviews.unknown"


def test_work_that_is_not_handed_in_stays_the_students(world):
    assert opened(world, world.instructor, link_of(world, world.student)) == NoWork(
        reviews.NOTHING_YET
    )


def test_a_page_that_is_done_has_no_text_to_read(world):
    world.read_pages()

    found = opened(world, world.instructor, link_of(world, world.student, FIRST_PAGE))

    assert found == NoWork(reviews.DONE)


def test_a_link_to_an_activity_that_is_gone_says_so(world):
    found = opened(world, world.instructor, link_of(world, world.student, "foundations-taster/x"))

    assert found == NoWork(reviews.NOT_SET_UP)


def test_the_student_moodle_names_is_found_by_the_id_of_their_launches(world):
    submission_id = world.hand_in()
    other = world.another_student()
    world.hand_in(other)

    assert named(world, world.instructor, sub_of(world.student)) == ToMark(submission_id)


@pytest.mark.parametrize("for_user", [None, "", "nobody", "sub-"])
def test_a_student_who_never_came_has_no_work(world, for_user):
    world.hand_in()

    assert named(world, world.instructor, for_user) == NoWork(reviews.NEVER_CAME)


def test_a_student_named_in_another_activity_has_none_there(world):
    assert named(world, world.instructor, sub_of(world.student), "other-programme/x") == NoWork(
        reviews.NEVER_CAME
    )


def test_a_column_that_is_not_set_up_shows_no_work(world):
    assert named(world, world.instructor, sub_of(world.student), None) == NoWork(reviews.NOT_SET_UP)


@pytest.mark.parametrize("who_is_named", ["the student", "nobody"])
def test_a_student_can_not_look_up_another(world, who_is_named):
    world.hand_in()
    for_user = sub_of(world.student) if who_is_named == "the student" else "nobody"

    with pytest.raises(NotAllowedError):
        named(world, world.another_student(), for_user)


def test_an_office_marker_comes_to_the_work_of_any_course(world):
    submission_id = world.hand_in()
    marker = world.someone(office=[OfficeRole.MARKER])

    found = opened(world, marker, link_of(world, world.student))

    assert found == ToMark(submission_id)


def test_an_office_marker_of_no_course_learns_nothing_of_who_has_not_handed_in(world):
    marker = world.someone(office=[OfficeRole.MARKER])

    with pytest.raises(NotAllowedError):
        opened(world, marker, link_of(world, world.student))
