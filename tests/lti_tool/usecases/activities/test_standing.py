"""Standing: each activity of a student's programme with one sentence on where it stands."""

from datetime import timedelta

from lti_tool.programme.explanation import State
from lti_tool.usecases import enrolment
from lti_tool.usecases.activities import standing
from tests.support.builders import TASTER
from tests.support.world import WRITING


def of(world):
    """The standing of each activity, by its id."""
    enrolled = world.do(enrolment.of_student, world.student, TASTER)
    (module,) = world.do(standing.of_student, enrolled)
    return {one.activity.id: (one.state, one.sentence) for one in module.activities}


def test_at_first_everything_is_to_do(world):
    assert set(of(world).values()) == {(State.NOT_YET, standing.TO_DO)}


def test_what_was_read_is_done(world):
    world.read_pages()
    after = of(world)
    assert after.pop(WRITING) == (State.NOT_YET, standing.TO_DO)
    assert set(after.values()) == {(State.MET, standing.DONE)}


def test_writing_waits_and_is_then_accepted(world):
    submission_id = world.finished_writing()
    assert of(world)[WRITING] == (State.PENDING, standing.WAITING)
    world.release(submission_id)
    assert of(world)[WRITING] == (State.MET, standing.ACCEPTED)


def test_writing_that_came_back_can_be_written_on(world):
    world.release(world.finished_writing(level="absent"))
    assert of(world)[WRITING] == (State.NOT_YET, standing.RETURNED)
    world.clock.move(timedelta(days=1))
    world.hand_in()
    assert of(world)[WRITING] == (State.PENDING, standing.WAITING)
