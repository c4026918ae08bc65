"""Record who came from where: person, course, member, resource link; enrol students."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_tool.lti.launch import Launch, consume_login
from lti_tool.store.database import Database
from lti_tool.usecases import visits
from lti_tool.usecases.lms import deployments, launch_records
from lti_tool.usecases.lms.arriving.adopting import adopt
from lti_tool.usecases.lms.arriving.again import arrive_again
from lti_tool.usecases.lms.arriving.known import find_known
from lti_tool.usecases.lms.arriving.opening import details_of, open_activity
from lti_tool.usecases.lms.arriving.recording import record
from lti_tool.usecases.lms.deployments import ACTIVE, PENDING
from lti_tool.usecases.visits import OpenedVisit

MOST_TRIES = 3


@dataclass(frozen=True)
class Arrival:
    """Where a launch leads: the visit opened, or None while its deployment is not let in."""

    visit: OpenedVisit | None
    deployment_state: str


def arrive(
    db: Database,
    launch: Launch,
    *,
    lasts: timedelta,
    now: datetime,
    new_secret: Callable[[], str],
) -> Arrival:
    """Use up the login and open a visit, in one transaction; see `_arrive`.

    Two first launches of one person, course or link at the same moment both try to add its row:
    the one that came second starts again and finds it.
    """
    with db.direct() as transaction:
        visit = arrive_again(transaction, launch, lasts=lasts, now=now, new_secret=new_secret)
    if visit is not None:
        return Arrival(visit=visit, deployment_state=ACTIVE)
    for _ in range(MOST_TRIES - 1):
        try:
            with db.begin() as session:
                return _arrive(session, launch, lasts=lasts, now=now, new_secret=new_secret)
        except IntegrityError:
            continue
    with db.begin() as session:
        return _arrive(session, launch, lasts=lasts, now=now, new_secret=new_secret)


def _arrive(
    session: Session,
    launch: Launch,
    *,
    lasts: timedelta,
    now: datetime,
    new_secret: Callable[[], str],
) -> Arrival:
    """Raises LaunchRejectedError when the launch was used before: then nothing is recorded."""
    consume_login(session, launch, now=now)
    known = find_known(session, launch)
    state = known.columns["deployment_state"] or _note_deployment(session, launch, now=now)
    launch_records.record_arrival(session, launch, state, now=now)
    if state != ACTIVE:
        return Arrival(visit=None, deployment_state=state)
    if known.id_of("person") is None and adopt(session, launch):
        known = find_known(session, launch)
    actor = record(session, launch, known, now=now)
    opened = visits.open_visit(
        session,
        actor,
        details_of(launch, open_activity(session, actor, launch, now=now)),
        registration_id=launch.registration_id,
        lasts=lasts,
        now=now,
        new_secret=new_secret,
    )
    return Arrival(visit=opened, deployment_state=state)


def _note_deployment(session: Session, launch: Launch, *, now: datetime) -> str:
    return deployments.note(
        session,
        launch.institution_id,
        launch.registration_id,
        launch.deployment_id,
        state=PENDING,
        now=now,
        first_course=launch.context_title,
        first_platform=launch.platform_name,
    )
