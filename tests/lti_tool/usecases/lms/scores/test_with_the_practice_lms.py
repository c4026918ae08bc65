"""Scores over HTTP to the practice LMS, which keeps the rules of a Moodle and of a Canvas."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from lti_tool import worker
from lti_tool.lti.line_items import LINE_ITEM_SCOPE
from lti_tool.lti.reading.services import SCORE_SCOPE
from lti_tool.lti.tool_keys import public_jwks
from lti_tool.practice_lms.canvas import addresses as canvas
from lti_tool.practice_lms.canvas.identifiers import subject
from lti_tool.practice_lms.default_course import a_link
from lti_tool.practice_lms.moodle import addresses as moodle
from lti_tool.practice_lms.state.failures import THROTTLED, THROTTLED_BY_STATUS, Failure
from lti_tool.practice_lms.state.gradebook import Grade
from lti_tool.store.tables.grades import Score
from lti_tool.store.tables.people import Account
from lti_tool.store.tables.platforms import Course, Registration, ResourceLink
from lti_tool.usecases.lms.scores import sent
from tests.support.builders import REFLECTION
from tests.support.practice import STUDENT, PracticePlatform
from tests.support.tool_key import give_tool_key
from tests.support.world import World

LINK = a_link(7, "A reflection", REFLECTION, is_graded=True)
RESULT_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"


class Site:
    """A world whose course is one of a practice LMS, with the reflection placed there."""

    def __init__(self, world: World, lms: PracticePlatform, room: Any, user_id: str) -> None:
        self.world, self.lms, self._room = world, lms, room
        configuration = lms.configuration
        course = configuration.courses[0]
        items = lms.practice.gradebook.line_items()
        with world.wired.db.begin() as session:
            give_tool_key(session, world.institution_id, world.wired.master)
            keys = public_jwks(session, world.institution_id)
            session.execute(
                update(Registration).values(
                    client_id=configuration.client_id,
                    token_url=lms.endpoints.token,
                    product_family=configuration.profile.value,
                )
            )
            session.execute(
                update(Account)
                .where(Account.person_id == world.student.person_id)
                .values(sub=user_id)
            )
            session.execute(
                update(Course).values(
                    line_items_url=room.line_items_url(configuration, course.id),
                    service_scopes=[SCORE_SCOPE, LINE_ITEM_SCOPE, RESULT_SCOPE],
                )
            )
            session.execute(
                update(ResourceLink)
                .where(ResourceLink.id == world.student.resource_link_id)
                .values(
                    link_id="7",
                    line_item_url=room.line_item_url(configuration, items[0]) if items else None,
                )
            )
        lms.practice.surroundings = replace(
            lms.practice.surroundings, fetch_key_set=lambda _url: keys
        )

    @property
    def grade(self) -> Grade:
        """What the only column holds for the student."""
        (item,) = self.lms.practice.gradebook.line_items()
        return self.lms.practice.gradebook.grade(item, STUDENT)

    @property
    def score(self) -> Score:
        """Our only score."""
        (row,) = self.world.rows(Score)
        return row

    def fail(self, failure: Failure) -> None:
        """Let the next post fail."""
        self.lms.practice.failures.ask("score", failure)

    def send(self, later: timedelta = timedelta(hours=1)) -> None:
        """Some time later, deliver what is due."""
        self.world.clock.move(later)
        for message in self.world.messages("post_score"):
            worker.deliver(self.world.wired, message.id)

    def accept(self, submission_id: Any = None) -> None:
        """Let the work be accepted."""
        submission_id = submission_id or self.world.hand_in()
        self.world.mark(submission_id)
        self.world.release(submission_id)

    def change_course(self, **changes: Any) -> None:
        """Change the LMS's only course."""
        configuration = self.lms.configuration
        course = replace(configuration.course, **changes)
        self.lms.practice.configuration = replace(configuration, course=course)

    def change_link(self, **changes: Any) -> None:
        """Change the LMS's only link."""
        (link,) = self.lms.configuration.course.links
        self.change_course(links=(replace(link, **changes),))

    def change_student(self, **changes: Any) -> None:
        """Change the student in the LMS."""
        users = self.lms.configuration.course.users
        self.change_course(
            users=tuple(replace(one, **changes) if one.id == STUDENT else one for one in users)
        )


@pytest.fixture
def meet(world: World) -> Callable[..., Any]:
    @contextmanager
    def met(profile: str, **link: Any) -> Iterator[Site]:
        room, user = (canvas, subject(STUDENT)) if profile == "canvas" else (moodle, STUDENT)
        make = getattr(PracticePlatform, profile)
        lms = make(None, now=world.clock, links=[{**LINK, **link}])
        with lms.serve():
            yield Site(world, lms, room, user)

    return met


@pytest.fixture
def at_canvas(meet: Callable[..., Any]) -> Iterator[Site]:
    with meet("canvas") as site:
        yield site


@pytest.fixture
def at_moodle(meet: Callable[..., Any]) -> Iterator[Site]:
    with meet("moodle") as site:
        yield site


def fault(site: Site) -> str | None:
    return site.score.fault["code"] if site.score.fault else None


def test_moodle_gets_one_grade_when_the_work_is_accepted(at_moodle):
    submission_id = at_moodle.world.hand_in()
    at_moodle.send()
    assert at_moodle.grade.posts == 0
    at_moodle.accept(submission_id)
    at_moodle.send()
    assert (at_moodle.grade.score, at_moodle.grade.posts, at_moodle.score.state) == (1, 1, "sent")


def test_moodle_counts_a_grade_once_whose_answer_got_lost(at_moodle):
    at_moodle.accept()
    at_moodle.fail(Failure(status=502, after_storing=True))
    at_moodle.send()
    at_moodle.send()
    assert (at_moodle.score.state, at_moodle.grade.posts) == ("sent", 1)


def test_moodles_locked_grade_is_told_to_the_teacher_and_sent_again(at_moodle):
    at_moodle.accept()
    book = at_moodle.lms.practice.gradebook
    (item,) = book.line_items()
    book.change_line_item(replace(item, is_locked=True))
    for _ in range(3):
        at_moodle.send()
    assert (at_moodle.score.state, fault(at_moodle)) == ("refused", "grades.locked")
    book.change_line_item(item)
    world = at_moodle.world
    world.do(sent.send_again, world.instructor, at_moodle.score.id)
    at_moodle.send()
    assert (at_moodle.score.state, at_moodle.grade.score) == ("sent", 1)


def test_moodle_names_nobody_it_does_not_know(at_moodle):
    with at_moodle.world.wired.db.begin() as session:
        session.execute(update(Account).where(Account.sub == STUDENT).values(sub="999"))
    at_moodle.accept()
    at_moodle.send()
    assert fault(at_moodle) == "grades.not-student"
    (message,) = at_moodle.world.messages("post_score")
    assert "999" not in message.last_error


def test_a_teachers_own_grade_in_moodle_stays(at_moodle):
    book = at_moodle.lms.practice.gradebook
    (item,) = book.line_items()
    book.change(item, STUDENT, lambda grade: replace(grade, score=0.4, is_final=True))
    at_moodle.accept()
    at_moodle.send()
    assert (at_moodle.score.state, at_moodle.grade.score) == ("sent", 0.4)


def test_moodle_gets_a_column_where_the_link_has_none(meet):
    with meet("moodle", graded=False) as site:
        site.accept()
        site.send()
        (item,) = site.lms.practice.gradebook.line_items()
        assert (item.resource_id, item.link_id, item.score_maximum) == (REFLECTION, "7", 1)
        assert (site.grade.score, site.score.state) == (1, "sent")


def test_a_column_moodle_made_without_an_answer_is_not_made_twice(meet):
    with meet("moodle", graded=False) as site:
        site.accept()
        site.lms.practice.failures.ask("line_items", Failure(status=502, after_storing=True))
        site.send()
        site.send()
        site.send()
        assert len(site.lms.practice.gradebook.line_items()) == 1
        assert site.score.state == "sent"


def test_canvas_sees_each_round_and_keeps_the_grade_a_teacher_gave(at_canvas):
    world = at_canvas.world
    first = world.hand_in()
    at_canvas.send()
    assert at_canvas.grade.is_pending_review
    (attempt,) = at_canvas.grade.attempts
    assert attempt.type == "basic_lti_launch"
    assert "/review/" in attempt.data
    (item,) = at_canvas.lms.practice.gradebook.line_items()
    at_canvas.lms.practice.gradebook.change(item, STUDENT, lambda grade: replace(grade, score=0.4))
    world.mark(first, "absent")
    world.release(first)
    at_canvas.send()
    assert (at_canvas.grade.score, at_canvas.grade.is_pending_review) == (0.4, False)
    second = world.hand_in()
    at_canvas.send()
    assert (at_canvas.grade.score, len(at_canvas.grade.attempts)) == (0.4, 2)
    at_canvas.accept(second)
    at_canvas.send()
    grade = at_canvas.grade
    assert (grade.score, len(grade.attempts), grade.comments) == (1, 2, ())
    assert not grade.is_pending_review


def test_work_marked_long_after_it_was_handed_in_is_dated_as_it_was_handed_in(at_canvas):
    handed_in = at_canvas.world.clock()
    submission_id = at_canvas.world.hand_in()
    at_canvas.world.clock.move(timedelta(days=20))
    at_canvas.accept(submission_id)
    at_canvas.send()
    assert [one.submitted_at for one in at_canvas.grade.attempts] == [handed_in]


def test_canvas_counts_a_grade_once_whose_answer_got_lost(at_canvas):
    at_canvas.accept()
    at_canvas.fail(Failure(status=502, after_storing=True))
    at_canvas.send()
    at_canvas.send()
    assert (at_canvas.score.state, len(at_canvas.grade.attempts)) == ("sent", 1)


@pytest.mark.parametrize("failure", [THROTTLED, THROTTLED_BY_STATUS], ids=["403", "429"])
def test_a_canvas_that_is_asked_too_fast_is_asked_later(at_canvas, failure):
    at_canvas.accept()
    at_canvas.fail(failure)
    at_canvas.send()
    assert (at_canvas.score.state, fault(at_canvas)) == ("waiting", "platform.busy")
    at_canvas.send()
    assert at_canvas.score.state == "sent"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda site: site.change_link(is_published=False), "grades.unpublished"),
        (lambda site: site.change_course(is_published=False), "grades.not-student"),
        (lambda site: site.change_student(has_left=True), "grades.not-student"),
        (lambda site: site.change_course(is_concluded=True), "grades.course-ended"),
    ],
    ids=["assignment unpublished", "course unpublished", "student left", "course concluded"],
)
def test_what_canvas_refuses_is_told_to_the_teacher(at_canvas, change, code):
    at_canvas.accept()
    change(at_canvas)
    at_canvas.send()
    assert (at_canvas.score.state, fault(at_canvas)) == ("refused", code)


def test_an_older_canvas_says_404_about_a_course_that_has_ended(meet):
    with meet("canvas") as site:
        site.lms.practice.configuration = replace(site.lms.configuration, is_older=True)
        site.accept()
        site.change_course(is_concluded=True)
        site.send()
        assert fault(site) == "grades.course-ended"


def test_with_canvas_attempts_used_up_the_grade_counts_all_the_same(at_canvas):
    at_canvas.change_link(allowed_attempts=0)
    submission_id = at_canvas.world.hand_in()
    at_canvas.send()
    assert fault(at_canvas) == "grades.attempts-used"
    at_canvas.accept(submission_id)
    at_canvas.send()
    assert (at_canvas.score.state, at_canvas.grade.score) == ("sent", 1)


def test_canvas_is_given_no_column_of_ours(meet):
    with meet("canvas", graded=False) as site:
        site.accept()
        site.send()
        assert (site.lms.practice.gradebook.line_items(), site.score.state) == ((), "kept")
