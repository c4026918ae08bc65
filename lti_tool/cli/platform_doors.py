"""Let LMSs register themselves; let their deployments in or keep them out."""

from uuid import UUID

import click
from sqlalchemy.orm import Session

from lti_tool.cli.opening import found_or_made, opened
from lti_tool.cli.saying import tell, tell_aside
from lti_tool.errors import InvalidInputError
from lti_tool.lti.registrations import find_registration
from lti_tool.sentence import say
from lti_tool.usecases.lms import deployments, invitations
from lti_tool.wiring import Wiring


@click.command()
@click.option(
    "--institution", metavar="NAME", help="For a new LMS: whose it is, by full or short name."
)
@click.option(
    "--for",
    "registration",
    type=click.UUID,
    metavar="ID",
    help="For an LMS that is to be registered anew: its id from “platforms list”.",
)
def invite(*, institution: str | None, registration: UUID | None) -> None:
    """Print an address; an LMS into which it is pasted registers itself.

    It works once, within seven days. A registration made anew keeps its courses and people.

    \b
    Example:
      testamur platforms invite --institution "Example School of Medicine"
    """
    with opened() as wired, wired.db.begin() as session:
        invited = invitations.invite(
            session,
            _whose(wired, session, institution, registration),
            master=wired.master,
            now=wired.now(),
            new_secret=wired.new_secret,
            for_registration=registration,
        )
    tell_aside(
        say(
            "cli.platform-invited",
            "Paste this address into the LMS, where it registers tools by LTI 1.3. It works once, "
            "within seven days; whoever has it can connect an LMS here.",
        )
    )
    click.echo(f"{wired.settings.base_url}/lti/register/{invited.secret}")


@click.command()
@click.argument("registration", metavar="ID", type=click.UUID)
@click.argument("deployment")
def approve(registration: UUID, deployment: str) -> None:
    """Let launches of a DEPLOYMENT in; ID is the registration's, from “platforms list”."""
    with opened() as wired, wired.db.begin() as session:
        known = find_registration(session, registration)
        deployments.approve(
            session, known.institution_id, registration, deployment, now=wired.now()
        )
    tell(
        say(
            "cli.deployment-approved",
            "Launches of deployment %(deployment)s are let in from now on.",
            deployment=deployment,
        )
    )


@click.command()
@click.argument("registration", metavar="ID", type=click.UUID)
@click.argument("deployment")
def refuse(registration: UUID, deployment: str) -> None:
    """Keep launches of a DEPLOYMENT out; “approve” lets them in again."""
    with opened() as wired, wired.db.begin() as session:
        known = find_registration(session, registration)
        deployments.refuse(session, known.institution_id, registration, deployment, now=wired.now())
    tell(
        say(
            "cli.deployment-refused",
            "Launches of deployment %(deployment)s are kept out from now on.",
            deployment=deployment,
        )
    )


def _whose(
    wired: Wiring, session: Session, institution: str | None, registration: UUID | None
) -> UUID:
    if registration is not None:
        return find_registration(session, registration).institution_id
    if institution is None:
        raise InvalidInputError(
            "cli.platform-for-whom",
            say(
                "cli.platform-for-whom",
                "Say for whom: --institution NAME for a new LMS, or --for ID for one that is to "
                "be registered anew.",
            ),
        )
    return found_or_made(session, institution, now=wired.now()).id
