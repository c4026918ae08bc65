"""A launch that tells us nothing new, as most do: four statements, and no ORM."""

from collections.abc import Callable
from datetime import datetime, timedelta

from lti_tool.lti.launch import Launch, consume_login
from lti_tool.store.driver import Transaction
from lti_tool.usecases import visits
from lti_tool.usecases.lms import launch_records
from lti_tool.usecases.lms.arriving.known import Known, find_known
from lti_tool.usecases.lms.arriving.news import is_as_known
from lti_tool.usecases.lms.arriving.opening import details_of, open_again
from lti_tool.usecases.lms.deployments import ACTIVE
from lti_tool.usecases.people import Actor
from lti_tool.usecases.visits import OpenedVisit


def arrive_again(
    transaction: Transaction,
    launch: Launch,
    *,
    lasts: timedelta,
    now: datetime,
    new_secret: Callable[[], str],
) -> OpenedVisit | None:
    """Open the visit; None, and nothing is changed, when there is something to write down first.

    Raises LaunchRejectedError when the launch was used before.
    """
    known = find_known(transaction, launch)
    if known.columns["deployment_state"] != ACTIVE or not is_as_known(launch, known, now=now):
        return None
    actor = _actor(launch, known)
    activity = open_again(transaction, actor, launch, known)
    if activity is None:
        return None
    consume_login(transaction, launch, now=now)
    launch_records.record_arrival(transaction, launch, ACTIVE, now=now)
    return visits.open_visit(
        transaction,
        actor,
        details_of(launch, activity),
        registration_id=launch.registration_id,
        lasts=lasts,
        now=now,
        new_secret=new_secret,
    )


def _actor(launch: Launch, known: Known) -> Actor:
    return Actor(
        institution_id=launch.institution_id,
        person_id=known.columns["person_id"],
        course_id=known.columns["course_id"],
        resource_link_id=known.columns["link_id"],
        course_roles=launch.course_roles,
        office_roles=known.office_roles,
    )
