"""Register, list, change and remove LMSs."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

import click

from lti_tool.cli.opening import found_or_made, institution_option, opened
from lti_tool.cli.platform_doors import approve, invite, refuse
from lti_tool.cli.saying import tell
from lti_tool.cli.tool_keys import make_tool_key
from lti_tool.lti.registering.tool import ToolAddresses
from lti_tool.lti.registrations import find_registration
from lti_tool.lti.tool_keys import public_jwks
from lti_tool.sentence import say
from lti_tool.usecases import institutions
from lti_tool.usecases.lms import platform_list
from lti_tool.usecases.lms import platforms as use
from lti_tool.usecases.lms.platform_fields import NewPlatform
from lti_tool.usecases.lms.platform_list import RegisteredPlatform

AnyCommand = TypeVar("AnyCommand", bound=Callable[..., Any])

_TOLD = (
    ("--issuer", "platform_issuer", "URL", "Its “iss”."),
    ("--client-id", "client_id", "ID", "Our client id there."),
    ("--auth-url", "auth_url", "URL", "Where it authenticates people."),
    ("--token-url", "token_url", "URL", "Where it gives access tokens."),
    ("--jwks-url", "jwks_url", "URL", "Where its public keys are."),
)
_MAY_BE_TOLD = (
    ("--name", "name", "NAME", "What people here call it."),
    ("--kind", "product_family", "KIND", "moodle, canvas, …: what it does differently."),
)


@click.group()
def platforms() -> None:
    """Invite, register, list and approve LMSs (Moodle, Canvas, …)."""


for command in (invite, approve, refuse):
    platforms.add_command(command)


def _told_options(*, are_required: bool) -> Callable[[AnyCommand], AnyCommand]:
    """Options for what an LMS tells of itself; unset ones are None."""

    def add_to(command: AnyCommand) -> AnyCommand:
        for option, name, metavar, help_ in reversed((*_TOLD, *_MAY_BE_TOLD)):
            is_required = are_required and (option, name, metavar, help_) in _TOLD
            add = click.option(option, name, required=is_required, metavar=metavar, help=help_)
            command = add(command)
        return command

    return add_to


@platforms.command()
@institution_option
@_told_options(are_required=True)
@click.option(
    "--deployment",
    "deployments",
    multiple=True,
    metavar="ID",
    help="A deployment that may launch at once; others wait for approval.",
)
def add(*, institution: str, deployments: tuple[str, ...], **told: str | None) -> None:
    """Register an LMS by hand; prints what the LMS asks for, as JSON.

    Most LMSs register themselves: see “platforms invite”. An institution of a new name is made,
    with the key by which its LMSs know the tool.

    \b
    Example, for a Moodle at moodle.example.edu:
      testamur platforms add --institution "Example School of Medicine" \\
        --issuer https://moodle.example.edu --client-id A1b2C3d4E5 \\
        --auth-url https://moodle.example.edu/mod/lti/auth.php \\
        --token-url https://moodle.example.edu/mod/lti/token.php \\
        --jwks-url https://moodle.example.edu/mod/lti/certs.php --deployment 1
    """
    with opened() as wired, wired.db.begin() as session:
        here = found_or_made(session, institution, now=wired.now())
        platform = _platform(told, deployments=deployments)
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
@_told_options(are_required=False)
def update(registration: UUID, **told: str | None) -> None:
    """Change what is known of an LMS; ID is the registration's, from “platforms list”.

    What is not given stays, and so do its courses and people.
    """
    with opened() as wired, wired.db.begin() as session:
        here = institutions.by_id(session, find_registration(session, registration).institution_id)
        known = platform_list.one(session, here.id, registration)
        changed = use.change(
            session, here.id, registration, _platform(told, known=known), now=wired.now()
        )
    click.echo(_json(_described(changed, here.name, wired.settings.base_url)))


@platforms.command()
@click.argument("registration", metavar="ID", type=click.UUID)
def remove(registration: UUID) -> None:
    """Remove an LMS that nobody has come from; ID is the registration's."""
    with opened() as wired, wired.db.begin() as session:
        known = find_registration(session, registration)
        use.remove(session, known.institution_id, registration, now=wired.now())
    tell(
        say(
            "cli.platform-removed",
            "The connection with %(issuer)s is removed. Remove Testamur there as well.",
            issuer=known.platform_issuer,
        )
    )


def _platform(
    told: Mapping[str, str | None],
    *,
    known: RegisteredPlatform | None = None,
    deployments: tuple[str, ...] = (),
) -> NewPlatform:
    """What was told; in place of what was not, what is known."""

    def text(name: str) -> str:
        given = told.get(name)
        return (getattr(known, name, None) or "") if given is None else given

    return NewPlatform(
        platform_issuer=text("platform_issuer"),
        client_id=text("client_id"),
        auth_url=text("auth_url"),
        token_url=text("token_url"),
        jwks_url=text("jwks_url"),
        deployments=deployments,
        name=text("name"),
        product_family=text("product_family"),
    )


def _described(platform: RegisteredPlatform, institution: str, base_url: str) -> dict[str, object]:
    ours = ToolAddresses(base_url, platform.id)
    return {
        "id": str(platform.id),
        "institution": institution,
        "name": platform.name,
        "kind": platform.product_family,
        "issuer": platform.platform_issuer,
        "client_id": platform.client_id,
        "login_url": ours.login_url,
        "launch_url": ours.launch_url,
        "jwks_url": ours.jwks_url,
        "canvas_url": ours.canvas_url,
        "deployments": {one.id: one.state for one in platform.deployments},
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
