"""Launches that were read and verified, arriving in a test's world."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from lti_tool.lti.launch import DeploymentState, Launch
from lti_tool.lti.reading.id_token import UnverifiedToken
from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.people import Account, Person, Visit
from lti_tool.store.tables.platforms import Login, Registration, ResourceLink
from lti_tool.usecases.lms import launches
from lti_tool.usecases.lms.launches import Arrival
from tests.support.builders import REFLECTION
from tests.support.world import World


def a_launch(world: World, **changes: Any) -> Launch:
    """A verified launch of a new student, with a login of its own to use up."""
    (registration,) = world.rows(Registration)
    given = Launch(
        institution_id=world.institution_id,
        registration_id=registration.id,
        login_id=uuid4(),
        deployment_id="1",
        deployment_state=DeploymentState.ACTIVE,
        sub="new-student",
        message_type="LtiResourceLinkRequest",
        target="http://localhost:9000/lti/launch",
        activity=REFLECTION,
        context_id="new-course",
        context_title="Year 4",
        resource_link_id="new-link",
        resource_link_title="Reflection",
        course_roles=frozenset({CourseRole.STUDENT}),
        name="Amara Lindqvist",
        email="amara@example.edu",
        locale="en",
        line_item_url="https://lms.example.edu/items/1",
        line_items_url=None,
        memberships_url=None,
        return_url="https://lms.example.edu/course",
        platform_origins=("https://lms.example.edu",),
        product_family="moodle",
        platform_name="Example Moodle",
        for_user=None,
        service_scopes=None,
        context_history=(),
        deep_linking=None,
        sent=UnverifiedToken("", {}, {}),
    )
    launch = replace(given, **changes)
    with world.wired.db.begin() as session:
        session.add(_login(world, launch))
    return launch


def arrive(world: World, launch: Launch) -> Arrival:
    """Let it arrive, as the page does."""
    return launches.arrive(
        world.wired.db,
        launch,
        lasts=timedelta(hours=8),
        now=world.clock(),
        new_secret=world.wired.new_secret,
    )


def _login(world: World, launch: Launch) -> Login:
    return Login(
        institution_id=launch.institution_id,
        id=launch.login_id,
        registration_id=launch.registration_id,
        state_hash=launch.login_id.bytes,
        nonce="n",
        browser_hash=b"b",
        target=launch.target,
        expires_at=world.clock() + timedelta(minutes=5),
    )


def the_person(world: World, sub: str = "new-student") -> Person:
    """Who launches under this id."""
    (account,) = (row for row in world.rows(Account) if row.sub == sub)
    (person,) = (row for row in world.rows(Person) if row.id == account.person_id)
    return person


def the_link(world: World) -> ResourceLink:
    """The link that `a_launch` opens."""
    (link,) = (row for row in world.rows(ResourceLink) if row.link_id == "new-link")
    return link


def the_visit(world: World, arrival: Arrival) -> Visit:
    """What a launch opened."""
    assert arrival.visit is not None
    (visit,) = (row for row in world.rows(Visit) if row.number == arrival.visit.number)
    return visit
