"""Make, list, rotate and retire the LTI tool keys."""

from uuid import UUID, uuid4

import click
from sqlalchemy.orm import Session

from lti_tool.cli.opening import institution_option, opened
from lti_tool.cli.saying import tell, words
from lti_tool.lti.tool_keys import new_tool_key
from lti_tool.sentence import Sentence, say
from lti_tool.usecases import audit, institutions
from lti_tool.usecases.lms import tool_keys as use
from lti_tool.usecases.lms.tool_keys import KeyMaking, Stage, ToolKeyInfo
from lti_tool.wiring import Wiring


@click.group("tool-keys")
def tool_keys() -> None:
    """The keys by which LMSs know the tool: list, rotate, retire.

    The worker replaces the key every TESTAMUR_TOOL_KEY_DAYS days by itself.
    """


@tool_keys.command()
@institution_option
@click.option("--now", "at_once", is_flag=True, help="Sign with it at once; for emergencies.")
def rotate(*, institution: str, at_once: bool) -> None:
    """Put a new key in place of the one that signs now.

    LMSs can fetch it from now on, it signs from tomorrow, and the one before stays published for
    seven days more. With --now it signs at once, which LMSs that keep our keys for a while may
    refuse until they fetch them again; then retire the key that others may have got hold of.
    """
    with opened() as wired, wired.db.begin() as session:
        here = institutions.named(session, institution)
        key = use.rotate(session, here.id, _making(wired), at_once=at_once)
    tell(_made(key))


@tool_keys.command()
@click.argument("kid", metavar="KEY")
@institution_option
def retire(kid: str, *, institution: str) -> None:
    """Stop publishing a KEY and destroy it; LMSs then refuse what it signed."""
    with opened() as wired, wired.db.begin() as session:
        here = institutions.named(session, institution)
        use.retire(session, here.id, kid, now=wired.now())
    tell(say("cli.tool-key-retired", "The tool key %(kid)s is retired and destroyed.", kid=kid))


@tool_keys.command("list")
@institution_option
def list_keys(institution: str) -> None:
    """List the keys: published ones first, each group the newest first."""
    with opened() as wired, wired.db.begin() as session:
        here = institutions.named(session, institution)
        keys = use.listed(session, here.id, now=wired.now())
    for key in keys:
        click.echo(f"{key.kid}  {words(_stage(key))}")


def make_tool_key(wired: Wiring, session: Session, institution_id: UUID) -> str:
    """Make a tool key that signs at once, and record that it was made; returns its kid."""
    now = wired.now()
    kid = new_tool_key(
        session, institution_id=institution_id, sealing_key=wired.master, now=now, new_id=uuid4
    )
    audit.record(session, institution_id, "tool-key.made", subject=kid, now=now)
    return kid


def _making(wired: Wiring) -> KeyMaking:
    return KeyMaking(wired.master, wired.now(), uuid4)


def _made(key: ToolKeyInfo) -> Sentence:
    if key.stage is Stage.SIGNING:
        return say(
            "cli.tool-key-signs",
            "The tool key %(kid)s signs from now on; LMSs fetch it by themselves.",
            kid=key.kid,
        )
    return say(
        "cli.tool-key-waits",
        "The tool key %(kid)s is published, so that LMSs can fetch it. It signs from %(at)s on.",
        kid=key.kid,
        at=key.changes_at,
    )


def _stage(key: ToolKeyInfo) -> Sentence:
    match key.stage:
        case Stage.WAITING:
            return say("cli.tool-key-waiting", "signs from %(at)s", at=key.changes_at)
        case Stage.SIGNING:
            return say("cli.tool-key-signing", "signs now")
        case Stage.REPLACED:
            return say("cli.tool-key-replaced", "published until %(at)s", at=key.changes_at)
        case Stage.RETIRED:
            return say("cli.tool-key-retired-on", "retired on %(at)s", at=key.changes_at)
