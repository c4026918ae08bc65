"""Drive the office's pages: a world with an administrator's browser."""

from dataclasses import dataclass

from werkzeug.test import TestResponse

from lti_tool.usecases.people import OfficeRole
from tests.support.builders import AVisit, a_visit
from tests.support.elements import Element, Page
from tests.support.world import World


@dataclass
class Office:
    """One person of the office in a browser, in a world where things happen."""

    world: World
    visit: AVisit

    def page(self, rest: str) -> Element:
        """A page of the office, as elements."""
        return page_of(self.visit.get(f"office/{rest}".rstrip("/")))

    def after(self, answer: TestResponse) -> Element:
        """The page a form leads to."""
        assert answer.status_code == 303
        return page_of(self.visit.client.get(answer.headers["Location"]))

    def send(self, rest: str, **fields: object) -> TestResponse:
        """Send a form of the office."""
        return self.visit.post(f"office/{rest}", fields)


def an_office(world: World, *roles: OfficeRole) -> Office:
    """Somebody with these roles, by default an administrator, come by an entry link."""
    held = roles or (OfficeRole.ADMINISTRATOR,)
    return Office(world, a_visit(world.wired, office_roles=held, in_course=False))


def page_of(answer: TestResponse) -> Element:
    """An answer as elements."""
    return Page(answer.text).root
