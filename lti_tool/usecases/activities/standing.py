"""Where one student stands with each activity of their programme."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lti_tool.programme.definition import Activity, Module
from lti_tool.programme.evidence import Evidence, Marked
from lti_tool.programme.explanation import State
from lti_tool.sentence import Sentence, say
from lti_tool.usecases import progress
from lti_tool.usecases.enrolment import Enrolled

DONE = say("standing.done", "You have done this.")
ACCEPTED = say("standing.accepted", "Your work was accepted.")
WAITING = say("standing.waiting", "You have handed this in; it waits to be marked.")
RETURNED = say("standing.returned", "Your work came back with comments; you can write on.")
TO_DO = say("standing.to-do", "Not done yet.")


@dataclass(frozen=True)
class Standing:
    """An activity with the student's state and a sentence about it."""

    activity: Activity
    state: State
    sentence: Sentence


@dataclass(frozen=True)
class ModuleStanding:
    """A module and how far the student is with what is in it."""

    module: Module
    activities: tuple[Standing, ...]


def of_student(session: Session, enrolled: Enrolled) -> tuple[ModuleStanding, ...]:
    """Every module of the student's version, in the order of the file."""
    evidence = progress.gather(session, enrolled)
    return tuple(
        ModuleStanding(module, tuple(_standing(one, evidence) for one in module.activities))
        for module in enrolled.programme.modules
    )


def _standing(activity: Activity, evidence: Evidence) -> Standing:
    if evidence.accepted(activity.id):
        return Standing(activity, State.MET, ACCEPTED)
    if evidence.done(activity.id):
        return Standing(activity, State.MET, DONE)
    if evidence.waiting(activity.id):
        return Standing(activity, State.PENDING, WAITING)
    if any(isinstance(fact, Marked) and fact.activity_id == activity.id for fact in evidence.facts):
        return Standing(activity, State.NOT_YET, RETURNED)
    return Standing(activity, State.NOT_YET, TO_DO)
