"""Make, list and rotate the LTI tool keys."""

from uuid import UUID, uuid4

import click
from sqlalchemy.orm import Session

from lti_tool.cli.opening import institution_option, opened
from lti_tool.cli.saying import tell
from lti_tool.lti.tool_keys import new_tool_key, public_jwks
from lti_tool.sentence import say
from lti_tool.usecases import audit, institutions
from lti_tool.wiring import Wiring


@click.group("tool-keys")
def tool_keys() -> None:
    """The keys by which LMSs know the tool: make, list, rotate."""


@tool_keys.command()
@institution_option
def new(institution: str) -> None:
    """Make a key; it signs what is sent to LMSs from now on."""
    _make(institution)


@tool_keys.command()
@institution_option
def rotate(institution: str) -> None:
    """Put a new key in place of the one that signs now.

    Earlier keys stay published, so that nothing already signed is refused.
    """
    _make(institution)


@tool_keys.command("list")
@institution_option
def list_keys(institution: str) -> None:
    """List the published keys, the newest first; that one signs."""
    with opened() as wired, wired.db.begin() as session:
        here = institutions.named(session, institution)
        for number, key in enumerate(public_jwks(session, here.id)["keys"]):
            click.echo(f"{key['kid']}  {'published' if number else 'signs now'}")


def make_tool_key(wired: Wiring, session: Session, institution_id: UUID) -> str:
    """Make a tool key, and record that it was made; returns its kid."""
    now = wired.now()
    kid = new_tool_key(
        session, institution_id=institution_id, sealing_key=wired.master, now=now, new_id=uuid4
    )
    audit.record(session, institution_id, "tool-key.made", subject=kid, now=now)
    return kid


def _make(institution: str) -> None:
    with opened() as wired, wired.db.begin() as session:
        kid = make_tool_key(wired, session, institutions.named(session, institution).id)
    tell(
        say(
            "cli.tool-key-made",
            "The tool key %(kid)s is made. It signs from now on; LMSs fetch it by themselves.",
            kid=kid,
        )
    )
