"""Everything the pages can show, one of each, and one browser for each kind of person."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lti_tool.app import create_app
from lti_tool.lti.deep_linking import Placing
from lti_tool.lti.refusals import refused
from lti_tool.lti.roles import CourseRole
from lti_tool.programme.shipped import shipped
from lti_tool.store.database import Database
from lti_tool.store.tables import Base
from lti_tool.store.tables.grades import Score
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.store.tables.platforms import Course, LaunchRecord, Registration
from lti_tool.usecases import entry_links, institutions, visits
from lti_tool.usecases.lms import deployments, grade_passback, invitations, launch_records
from lti_tool.usecases.lms.invitations import Invited
from lti_tool.usecases.people import Actor, OfficeRole
from lti_tool.usecases.visits import VisitDetails
from lti_tool.web.visits import cookie_name
from tests.support import builders
from tests.support.builders import LMS, REFLECTION, TASTER, AVisit
from tests.support.tool_key import give_tool_key
from tests.support.wired import SLUG
from tests.support.world import WRITING, World, a_world

SECRET_TEXT = "Canary: what I wrote about the night shift. " * 20
LOGO = b"\x89PNG\r\n\x1a\n and so on"
A_PAGE = "stress-and-recovery"
PLACING = Placing(
    deployment_id="1",
    return_url=f"{LMS}/back",
    takes_activities=True,
    takes_several=True,
    takes_columns=True,
    data=None,
)


@dataclass(frozen=True)
class Scene:
    """A world, an application over it, its people's browsers, and the id of one of each thing."""

    world: World
    app: Flask
    people: Mapping[str, AVisit]
    ids: Mapping[str, Any]

    def rules(self, method: str) -> dict[str, Rule]:
        """Every route that answers this method, by endpoint."""
        found = self.app.url_map.iter_rules()
        return {rule.endpoint: rule for rule in found if method in (rule.methods or ())}

    def path(self, endpoint: str, method: str, *, visit: str = "", **instead: str) -> str:
        """The address of a route, with the ids of this scene in it, or others `instead`."""
        rule = self.rules(method)[endpoint]
        known = {**self.ids, "visit": visit, "activity_id": _activity_of(endpoint)}
        path = rule.rule
        for name in rule.arguments:
            path = re.sub(rf"<([^<>]*:)?{name}>", str({**known, **instead}[name]), path)
        return path

    def get(self, who: str, endpoint: str) -> TestResponse:
        """Open a page as somebody; nothing is followed."""
        visit = self.people[who]
        return visit.client.get(self.path(endpoint, "GET", visit=visit.number), buffered=True)

    def send(self, who: str, endpoint: str, fields: Mapping[str, str], **how: Any) -> TestResponse:
        """Send a form as somebody; `how` as for a Flask test client."""
        visit = self.people[who]
        path = self.path(endpoint, "POST", visit=visit.number)
        return visit.client.post(path, data=dict(fields), **how)

    def visit_framed_by(self, who: str, origins: tuple[str, ...]) -> AVisit:
        """Another visit of this person, whose launch named these origins."""
        return _visit(self.world, self.people[who].actor, self.app, origins)

    def rows(self, *, but: tuple[str, ...] = ()) -> dict[str, list[str]]:
        """Everything in the database, by table, to compare with later."""
        with self.world.wired.db.begin() as session:
            return {
                table.name: sorted(str(row) for row in session.execute(select(table)))
                for table in Base.metadata.sorted_tables
                if table.name not in but
            }


def a_scene(db: Database, tmp_path: Path, now: datetime) -> Scene:
    """One student's work waits for marks, another holds a certificate, and the office has work."""
    world = a_world(db, tmp_path, now)
    award_id = world.issued()
    writer = world.someone(CourseRole.STUDENT)
    submission_id = world.hand_in(writer, SECRET_TEXT)
    administrator = world.someone(office=[OfficeRole.ADMINISTRATOR])
    app = create_app(world.wired)
    world.do(give_tool_key, world.institution_id, master=world.wired.master)
    actors = {
        "writer": writer,
        "holder": world.student,
        "instructor": world.instructor,
        "instructor elsewhere": world.someone(CourseRole.INSTRUCTOR, course="course-2"),
        "administrator": administrator,
        "administrator elsewhere": _of_another_institution(world),
    }
    browsers = {name: _visit(world, actor, app) for name, actor in actors.items()}
    nobody = AVisit(browsers["writer"].number, app.test_client(), "", writer)
    return Scene(
        world=world,
        app=app,
        people={**browsers, "nobody": nobody},
        ids={
            "award_id": award_id,
            "submission_id": submission_id,
            "person_id": world.someone(office=[OfficeRole.MARKER]).person_id,
            "message_id": _stuck_message(world),
            "score_id": _refused_score(world),
            "registration_id": _waiting_deployment(world),
            "invitation": _invitation(world).secret,
            "invited_id": _invitation(world).registration_id,
            "record_id": _refused_launch(world),
            "programme_id": TASTER,
            "version": shipped(TASTER).version,
            "badge_id": shipped(TASTER).badges[0].id,
            "slug": _with_logo(world),
            "number": 1,
            "secret": _entry_secret(world, administrator),
            "filename": "testamur.css",
        },
    )


def _activity_of(endpoint: str) -> str:
    return A_PAGE if endpoint.startswith("activities_page") else WRITING


def _visit(world: World, actor: Actor, app: Flask, origins: tuple[str, ...] = (LMS,)) -> AVisit:
    details = VisitDetails()
    if actor.course_id is not None:
        details = VisitDetails(activity=REFLECTION, frame_origins=origins, placing=PLACING)
    lasts, lms = world.wired.visit_lasts, _lms_of(world, actor)
    opened = world.do(visits.open_visit, actor, details, registration_id=lms, lasts=lasts)
    client = app.test_client()
    client.set_cookie(cookie_name(opened.number), opened.secret)
    return AVisit(opened.number, client, visits.form_key_of(opened.secret), actor)


def _lms_of(world: World, actor: Actor) -> UUID | None:
    courses = {course.id: course for course in world.rows(Course)}
    return courses[actor.course_id].registration_id if actor.course_id else None


def _of_another_institution(world: World) -> Actor:
    with world.wired.db.begin() as session:
        other = builders.an_institution(session, "Other University")
        roles = [OfficeRole.ADMINISTRATOR]
        return builders.an_actor(session, other.id, office_roles=roles, in_course=False)


def _stuck_message(world: World) -> UUID:
    message = world.messages(grade_passback.POST_SCORE)[0]
    with world.wired.db.begin() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message.id)
            .values(set_aside_at=world.clock(), last_error="lti.gone: The LMS has no such column.")
        )
    return message.id


def _refused_score(world: World) -> UUID:
    (score,) = world.rows(Score)
    fault = {"code": "grades.not-student", "values": {}}
    with world.wired.db.begin() as session:
        session.execute(update(Score).values(state="refused", fault=fault))
    return score.id


def _waiting_deployment(world: World) -> UUID:
    (registration,) = world.rows(Registration)
    world.do(deployments.note, world.institution_id, registration.id, "2", state="pending")
    # Whoever may connect it anew may do so by hand as well.
    world.do(invitations.invite, world.institution_id, for_registration=registration.id)
    return registration.id


def _refused_launch(world: World) -> UUID:
    (registration,) = world.rows(Registration)
    seen = launch_records.seen({"error": "unauthorized_client"})
    refusal = refused("launch.client-refused")
    launch_records.record_refused(world.wired.db, registration.id, seen, refusal, now=world.clock())
    return world.rows(LaunchRecord)[0].id


def _invitation(world: World) -> Invited:
    return world.do(invitations.invite, world.institution_id)


def _with_logo(world: World) -> str:
    person_id = world.instructor.person_id
    world.do(institutions.change_logo, world.institution_id, LOGO, actor_id=person_id)
    return SLUG


def _entry_secret(world: World, administrator: Actor) -> str:
    return world.do(entry_links.make, world.institution_id, administrator.person_id)
