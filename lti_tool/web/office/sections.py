"""The parts of the office: what each is called, what it is for, and whose it is."""

from dataclasses import dataclass

from flask import Blueprint

from lti_tool.sentence import Sentence, say
from lti_tool.usecases.people import Actor, OfficeRole
from lti_tool.web.visits import signed_in

_ADMINISTRATORS = (OfficeRole.ADMINISTRATOR,)
_PROGRAMME = (
    OfficeRole.ADMINISTRATOR,
    OfficeRole.PROGRAMME_OFFICE,
    OfficeRole.PROGRAMME_DIRECTOR,
)


@dataclass(frozen=True)
class Section:
    """One part of the office; `endpoint` is its first page."""

    name: str
    title: Sentence
    purpose: Sentence
    roles: tuple[OfficeRole, ...]

    @property
    def endpoint(self) -> str:
        """Where the part begins."""
        return f"office.{self.name}.show"


PROGRAMMES = Section(
    name="programmes",
    title=say("office.programmes", "Programmes"),
    purpose=say("office.programmes-purpose", "Published versions, and how to place activities."),
    roles=_PROGRAMME,
)
AWARDS = Section(
    name="awards",
    title=say("office.awards", "Certificates"),
    purpose=say("office.awards-purpose", "What was awarded; revoke what must not stand."),
    roles=_PROGRAMME,
)
WAITING = Section(
    name="waiting",
    title=say("office.waiting", "Not delivered"),
    purpose=say("office.waiting-purpose", "Badges and results that are stuck; send them again."),
    roles=_PROGRAMME,
)
PEOPLE = Section(
    name="people",
    title=say("office.people", "People and roles"),
    purpose=say("office.people-purpose", "Grant and withdraw roles; let somebody in by a link."),
    roles=_ADMINISTRATORS,
)
SETTINGS = Section(
    name="settings",
    title=say("office.settings", "Institution"),
    purpose=say("office.settings-purpose", "Name, issuer profile, support contacts, logo."),
    roles=_ADMINISTRATORS,
)
PLATFORMS = Section(
    name="platforms",
    title=say("office.platforms", "LMS connections"),
    purpose=say("office.platforms-purpose", "Connect an LMS; let its deployments in."),
    roles=_ADMINISTRATORS,
)

_ALL = (PROGRAMMES, AWARDS, WAITING, PEOPLE, SETTINGS, PLATFORMS)


def sections_of(actor: Actor) -> tuple[Section, ...]:
    """The parts this person may use, in the order of the menu."""
    return tuple(one for one in _ALL if actor.office_roles.intersection(one.roles))


def section_pages(section: Section, *, name: str | None = None) -> Blueprint:
    """A blueprint for one part, to be nested in the office's; nobody else gets in.

    `name` is that of further pages which the part's first page leads to.
    """
    name = name or section.name
    pages = Blueprint(name, __name__, url_prefix=f"/office/{name.replace('_', '-')}")

    @pages.before_request
    def _require_role() -> None:
        signed_in().actor.require(*section.roles)

    return pages
