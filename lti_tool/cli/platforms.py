"""Register an LMS."""

import json
from uuid import UUID

import click

from lti_tool.cli.opening import found_or_made, institution_option, opened
from lti_tool.cli.saying import tell
from lti_tool.cli.tool_keys import make_tool_key
from lti_tool.lti.registrations import find_registration
from lti_tool.lti.tool_keys import public_jwks
from lti_tool.sentence import say
from lti_tool.usecases import institutions
from lti_tool.usecases.lms import deployments as ways_in
from lti_tool.usecases.lms import platform_list
from lti_tool.usecases.lms import platforms as use
from lti_tool.usecases.lms.platform_fields import NewPlatform
from lti_tool.usecases.lms.platform_list import RegisteredPlatform


@click.group()
def platforms() -> None:
    """Register, list and approve LMSs (Moodle, Canvas, …)."""


@platforms.command()
@institution_option
@click.option("--issuer", "platform_issuer", required=True, metavar="URL", help="Its “iss”.")
@click.option("--client-id", required=True, metavar="ID", help="Our client id there.")
@click.option("--auth-url", required=True, metavar="URL", help="Where it authenticates people.")
@click.option("--token-url", required=True, metavar="URL", help="Where it gives access tokens.")
@click.option("--jwks-url", required=True, metavar="URL", help="Where its public keys are.")
@click.option(
    "--deployment",
    "deployments",
    multiple=True,
    metavar="ID",
    help="A deployment that may launch at once; others wait for approval.",
)
def add(
    *,
    institution: str,
    platform_issuer: str,
    client_id: str,
    auth_url: str,
    token_url: str,
    jwks_url: str,
    deployments: tuple[str, ...],
) -> None:
    """Register an LMS; prints what the LMS asks for, as JSON.

    An institution of a new name is made, with the key by which its LMSs know the tool.

    \b
    Example, for a Moodle at moodle.example.edu:
      testamur platforms add --institution "Example School of Medicine" \\
        --issuer https://moodle.example.edu --client-id A1b2C3d4E5 \\
        --auth-url https://moodle.example.edu/mod/lti/auth.php \\
        --token-url https://moodle.example.edu/mod/lti/token.php \\
        --jwks-url https://moodle.example.edu/mod/lti/certs.php --deployment 1
    """
    platform = NewPlatform(
        platform_issuer=platform_issuer,
        client_id=client_id,
        auth_url=auth_url,
        token_url=token_url,
        jwks_url=jwks_url,
        deployments=deployments,
    )
    with opened() as wired, wired.db.begin() as session:
        here = found_or_made(session, institution, now=wired.now())
        added = use.register(session, here.id, platform, now=wired.now())
        if not public_jwks(session, here.id)["keys"]:
            make_tool_key(wired, session, here.id)
    click.echo(_json(_described(added, here.name, wired.settings.base_url)))


@platforms.command("list")
@institution_option
def list_platforms(institution: str) -> None:
    """List the LMSs of an institution with their deployments, as JSON."""
    with opened() as wired, wired.db.begin() as session:
        here = institutions.named(session, institution)
        known = platform_list.registered(session, here.id)
    base_url = wired.settings.base_url
    click.echo(_json([_described(one, here.name, base_url) for one in known]))


@platforms.command()
@click.argument("registration", metavar="ID", type=click.UUID)
@click.argument("deployment")
def approve(registration: UUID, deployment: str) -> None:
    """Let launches of a DEPLOYMENT in; ID is the registration's, from “platforms list”."""
    with opened() as wired, wired.db.begin() as session:
        known = find_registration(session, registration)
        ways_in.approve(session, known.institution_id, registration, deployment, now=wired.now())
    tell(
        say(
            "cli.deployment-approved",
            "Launches of deployment %(deployment)s are let in from now on.",
            deployment=deployment,
        )
    )


def _described(platform: RegisteredPlatform, institution: str, base_url: str) -> dict[str, object]:
    lti = f"{base_url}/lti/{platform.id}"
    return {
        "id": str(platform.id),
        "institution": institution,
        "issuer": platform.platform_issuer,
        "client_id": platform.client_id,
        "login_url": f"{lti}/login",
        "launch_url": f"{lti}/launch",
        "jwks_url": f"{lti}/jwks",
        "deployments": {one.id: one.state for one in platform.deployments},
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
