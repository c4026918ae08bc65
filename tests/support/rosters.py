"""A course's list of people as an LMS keeps it, for use cases and pages that have it read."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import update

from lti_tool import worker
from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import Answer
from lti_tool.lti.connector import ServiceCall
from lti_tool.lti.registrations import RegistrationInfo
from lti_tool.store.tables.platforms import Course
from lti_tool.usecases.people import Actor
from tests.support.world import World


@dataclass
class Roster:
    """The list of one course, in place of the connector.

    `failing` is raised instead of an answer; `meanwhile` happens while the LMS answers.
    """

    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    context_id: str = "course-1"
    failing: PlatformError | None = None
    meanwhile: Callable[[], object] = lambda: None
    asked: list[str] = field(default_factory=list)

    def add(self, user_id: str, role: str = "Learner", **more: Any) -> None:
        """Put somebody on the list."""
        self.entries[user_id] = {"user_id": user_id, "roles": [role], "status": "Active", **more}

    def remove(self, user_id: str) -> None:
        """Take somebody off the list, as LMSs do when they leave."""
        del self.entries[user_id]

    def read_pages(self, registration: RegistrationInfo, call: ServiceCall) -> tuple[Answer, ...]:
        """The whole list on one page, as Moodle sends it."""
        self.asked.append(call.url)
        self.meanwhile()
        if self.failing is not None:
            raise self.failing
        document = {"context": {"id": self.context_id}, "members": list(self.entries.values())}
        return (Answer(status=200, headers={}, body=json.dumps(document).encode()),)


def offered(world: World, roster: Roster, *, course: str = "course-1") -> None:
    """Put this list in place of the LMS; somebody opened something in the course just now."""
    world.wired = replace(world.wired, connector=roster)  # type: ignore[arg-type]
    with world.wired.db.begin() as session:
        session.execute(
            update(Course).where(Course.context_id == course).values(seen_at=world.clock())
        )


def sub_of(actor: Actor) -> str:
    """How the LMS of the builders names this person."""
    return f"sub-{actor.person_id}"


def read_now(world: World) -> bool:
    """Let the worker do what is due for rosters; whether one was read."""
    messages = [one for one in world.messages("read_roster") if one.done_at is None]
    delivered = [worker.deliver(world.wired, message.id) for message in messages]
    return any(delivered)
