"""The invented school of the demo: its keys, its LMS, its programme, its first administrator."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from lti_tool.cli.programmes import images_of
from lti_tool.cli.tool_keys import make_tool_key
from lti_tool.lti.tool_keys import public_jwks
from lti_tool.programme.definition import Programme
from lti_tool.programme.shipped import shipped, shipped_text
from lti_tool.usecases import entry_links, finding, institutions, people, programmes
from lti_tool.usecases.badges.achievements import Addresses
from lti_tool.usecases.institutions import InstitutionChanges, InstitutionInfo, SupportContact
from lti_tool.usecases.lms import platform_list, platforms
from lti_tool.usecases.lms.platform_fields import NewPlatform
from lti_tool.usecases.people import OfficeRole
from lti_tool.wiring import Wiring

NAME = "Example School of Medicine"
ADMINISTRATOR = "office@school.example"
CLIENT_ID = "practice-lms-client"
DEPLOYMENT = "1"
TASTER = "foundations-taster"

SUPPORT = (
    SupportContact("Student support", "Room 2.14, weekdays 9 to 17, +44 20 7946 0123"),
    SupportContact("Somebody to talk to at night", "Nightline, 20:00 to 8:00, +44 20 7946 0456"),
)


@dataclass(frozen=True)
class Furnished:
    """What was put in place: the LMS's registration, the programme, and a one-time way in."""

    registration_id: UUID
    programme: Programme
    entry_secret: str


def furnish(wired: Wiring, *, lms_url: str, needs_keys: bool) -> Furnished:
    """Put in place what isn't there yet; run again, it only makes a new entry link.

    `needs_keys`: make a new tool key even when the database has one.
    """
    now = wired.now()
    with wired.db.begin() as session:
        here = institutions.find_or_create(session, NAME, now=now)
        if needs_keys or not public_jwks(session, here.id)["keys"]:
            make_tool_key(wired, session, here.id)
        registration_id = _registration(session, here.id, lms_url, now=now)
        programme = _publish(session, here.id, now=now)
        administrator = finding.find_or_add(session, here.id, ADMINISTRATOR, now=now)
        people.grant(session, here.id, administrator, OfficeRole.ADMINISTRATOR, now=now)
        _add_support(session, here, administrator, now=now)
        secret = entry_links.make(
            session, here.id, administrator, now=now, new_secret=wired.new_secret
        )
    _need_signing_key(wired, here.slug)
    return Furnished(registration_id, programme, secret)


def _registration(session: Session, institution_id: UUID, lms_url: str, *, now: datetime) -> UUID:
    for known in platform_list.registered(session, institution_id):
        if (known.platform_issuer, known.client_id) == (lms_url, CLIENT_ID):
            return known.id
    practice = NewPlatform(
        platform_issuer=lms_url,
        client_id=CLIENT_ID,
        auth_url=f"{lms_url}/auth",
        token_url=f"{lms_url}/token",
        jwks_url=f"{lms_url}/jwks",
        deployments=(DEPLOYMENT,),
    )
    return platforms.register(session, institution_id, practice, now=now).id


def _publish(session: Session, institution_id: UUID, *, now: datetime) -> Programme:
    programme = shipped(TASTER)
    programmes.publish(session, institution_id, shipped_text(TASTER), images_of(programme), now=now)
    return programme


def _add_support(
    session: Session, here: InstitutionInfo, administrator: UUID, *, now: datetime
) -> None:
    if here.support:
        return
    changes = InstitutionChanges(
        name=here.name,
        url=here.url or "",
        email=here.email or "",
        description=here.description or "",
        time_zone=here.time_zone,
        support=SUPPORT,
    )
    institutions.change(session, here.id, changes, actor_id=administrator, now=now)


def _need_signing_key(wired: Wiring, slug: str) -> None:
    did = Addresses(wired.settings.base_url, slug).did
    if not wired.signing_keys.path.exists() or not wired.signing_keys.all(did):
        wired.signing_keys.new(did, now=wired.now())
