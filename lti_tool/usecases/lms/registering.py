"""Let an LMS register us by an invitation: fetch, check, register, store."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.errors import InvalidInputError, NotAllowedError, PlatformError
from lti_tool.lti.calling.calls import PlatformHttp
from lti_tool.lti.reading.addresses import origin_of
from lti_tool.lti.registering.answer import Granted
from lti_tool.lti.registering.calls import fetch_configuration, register_tool
from lti_tool.lti.registering.configuration import PlatformConfiguration
from lti_tool.lti.registering.token import deployment_to_update, is_bearer
from lti_tool.lti.registering.tool import ToolAddresses
from lti_tool.sentence import say
from lti_tool.store.database import Database
from lti_tool.store.tables.platforms import Deployment, Registration
from lti_tool.usecases.lms import invitations, platform_list, platforms
from lti_tool.usecases.lms.platform_fields import NewPlatform
from lti_tool.usecases.lms.platform_list import RegisteredPlatform


@dataclass(frozen=True)
class Begun:
    """What an LMS opened a registration address with (LTI Dynamic Registration §3.1)."""

    secret: str = field(repr=False)
    configuration_url: str = field(repr=False)
    token: str = field(repr=False)


@dataclass(frozen=True)
class Proposal:
    """Who asks, for a person to confirm; `renews` is what we call the connection made anew."""

    institution_id: UUID
    configuration: PlatformConfiguration
    renews: RegisteredPlatform | None


def propose(db: Database, http: PlatformHttp, begun: Begun, *, now: datetime) -> Proposal:
    """Read who opened the address; nothing is changed. Raises what `register` raises."""
    with db.read() as session:
        invitation = invitations.find(session, begun.secret, now=now)
    configuration = _configuration(http, begun)
    with db.read() as session:
        target = _target(session, invitation, configuration, begun.token)
        known = platform_list.find(session, invitation.institution_id, target)
    return Proposal(invitation.institution_id, configuration, known)


def register(
    db: Database, http: PlatformHttp, begun: Begun, *, base_url: str, now: datetime
) -> RegisteredPlatform:
    """Register ourselves at the LMS and keep what it says.

    No transaction is open while the LMS is called. The invitation is used up only when this
    works. Raises NotAllowedError, PlatformError, ConflictError.
    """
    with db.read() as session:
        invitations.find(session, begun.secret, now=now)
    configuration = _configuration(http, begun)
    with invitations.claimed(db, begun.secret, now=now) as invitation:
        with db.read() as session:
            registration_id = _target(session, invitation, configuration, begun.token)
        tool = ToolAddresses(base_url, registration_id)
        granted = register_tool(http, configuration, tool, token=begun.token)
        platform = _platform(configuration, granted)
        with db.begin() as session:
            _refuse_same_client(session, invitation.institution_id, platform, but=registration_id)
            return platforms.put(
                session, invitation.institution_id, registration_id, platform, now=now
            )


def _configuration(http: PlatformHttp, begun: Begun) -> PlatformConfiguration:
    if not is_bearer(begun.token):
        raise InvalidInputError(
            "registration.token-strange",
            say(
                "registration.token-strange",
                "The LMS opened this page with something that is no registration token. Paste "
                "the address into the LMS once more: it still works.",
            ),
        )
    return fetch_configuration(http, begun.configuration_url)


def _target(
    session: Session,
    invitation: invitations.OpenInvitation,
    configuration: PlatformConfiguration,
    token: str,
) -> UUID:
    """The registration this is about: the one Moodle updates, else the invitation's.

    Raises NotAllowedError when that is another LMS's.
    """
    institution_id = invitation.institution_id
    registration_id = _updated(session, institution_id, configuration, token)
    target = registration_id or invitation.registration_id
    known = session.get(Registration, (institution_id, target))
    if known is not None and _identity(known) != _identity(configuration):
        raise _another_lms()
    return target


def _identity(lms: Registration | PlatformConfiguration) -> tuple[str | None, ...]:
    """What must stay when a connection is made anew: whom we believe, and whom we call.

    Its people are known by their ids there, so another LMS could send anybody in their place.
    The issuer alone is not enough: hosted Canvas has one for all, and others may name it.
    """
    return (lms.platform_issuer, *map(origin_of, (lms.auth_url, lms.token_url, lms.jwks_url)))


def _another_lms() -> NotAllowedError:
    return NotAllowedError(
        "registration.another-lms",
        say(
            "registration.another-lms",
            "This address is for an LMS that is connected already, and it was opened from "
            "another one, so nothing was changed. To connect this one as well, ask the "
            "administrator of this tool for a new address. If the LMS has moved, they first "
            "change its addresses in Testamur's office, under LMS connections.",
        ),
    )


def _updated(
    session: Session, institution_id: UUID, configuration: PlatformConfiguration, token: str
) -> UUID | None:
    """The registration that the token says is to be updated; None when it says none we know.

    Moodle offers to update a tool it has, whichever address was pasted; its courses and people
    are then in our registration of that tool, so its addresses must stay.
    """
    deployment_id = deployment_to_update(token)
    if deployment_id is None:
        return None
    return session.scalar(
        select(Registration.id)
        .join(
            Deployment,
            (Deployment.institution_id == Registration.institution_id)
            & (Deployment.registration_id == Registration.id),
        )
        .where(
            Registration.institution_id == institution_id,
            Registration.platform_issuer == configuration.platform_issuer,
            Registration.product_family == configuration.product_family,
            Deployment.deployment_id == deployment_id,
        )
        .order_by(Registration.updated_at.desc())
        .limit(1)
    )


def _refuse_same_client(
    session: Session, institution_id: UUID, platform: NewPlatform, *, but: UUID
) -> None:
    """Refuse an LMS that calls us as another one does: our proof for it would do for the other.

    One key proves us to all LMSs of an institution, and Moodle looks at nothing else in a proof but
    our client id there (its README, point 35). Canvases count their clients alike, and look.
    """
    same_client = select(Registration).where(
        Registration.institution_id == institution_id,
        Registration.client_id == platform.client_id,
        Registration.id != but,
    )
    for other in session.scalars(same_client):
        are_canvases = platform.product_family == other.product_family == "canvas"
        if origin_of(other.token_url) != origin_of(platform.token_url) and not are_canvases:
            raise PlatformError(
                "registration.same-client",
                say(
                    "registration.same-client",
                    "This LMS gave us the client id that we have in another LMS, so it was not "
                    "connected: it could use what we send it there. Delete Testamur in this LMS "
                    "and register it anew. If the client id stays the same and you trust both, "
                    "connect it by hand, in Testamur's office under LMS connections.",
                ),
                retryable=False,
            )


def _platform(configuration: PlatformConfiguration, granted: Granted) -> NewPlatform:
    deployment_id = granted.deployment_id
    return NewPlatform(
        platform_issuer=configuration.platform_issuer,
        client_id=granted.client_id,
        auth_url=configuration.auth_url,
        token_url=configuration.token_url,
        jwks_url=configuration.jwks_url,
        deployments=() if deployment_id is None else (deployment_id,),
        name=configuration.account_name or "",
        product_family=configuration.product_family or "",
        token_audience=configuration.token_audience or "",
        scopes=granted.scopes,
        management_url=granted.management_url or "",
    )
