"""Grant and withdraw office roles; the first administrator's one-time link."""

from uuid import UUID

import click
from sqlalchemy.orm import Session

from lti_tool.cli.opening import institution_option, opened
from lti_tool.cli.saying import printable, tell
from lti_tool.sentence import Sentence, say
from lti_tool.usecases import entry_links, finding, institutions
from lti_tool.usecases import people as use
from lti_tool.usecases.finding import Match
from lti_tool.usecases.people import OfficeRole
from lti_tool.wiring import Wiring

ROLE = click.Choice([role.value for role in OfficeRole])


@click.group()
def people() -> None:
    """Grant and withdraw office roles; roles in an LMS never grant them.

    PERSON is an e-mail address, or the id that “people list” shows.
    """


@people.command()
@click.argument("person")
@click.argument("role", type=ROLE)
@institution_option
@click.option("--link", is_flag=True, help="Print a one-time entry link for somebody known too.")
@click.option(
    "--yes", is_flag=True, help="The address is an LMS account's, and you are sure whose it is."
)
def grant(person: str, role: str, *, institution: str, link: bool, yes: bool) -> None:
    """Grant an office role.

    Somebody who came from an LMS is named by their id, or by their address with --yes: in many
    LMSs people may write any address into their own account.

    An address nobody here has becomes a new person, who can't come from an LMS yet: they get a
    one-time link that lets them in within 24 hours.

    \b
    Example:
      testamur people grant ada@example.edu administrator --institution "Example School"
    """
    with opened() as wired, wired.db.begin() as session:
        now = wired.now()
        here = institutions.named(session, institution)
        match = finding.look_up(session, here.id, person)
        sure_of = match.id if match and yes else None
        person_id = finding.find_or_add(session, here.id, person, now=now, sure_of=sure_of)
        is_granted = use.grant(session, here.id, person_id, OfficeRole(role), now=now)
        needs_link = match is None or link
        address = _entry_address(wired, session, here.id, person_id) if needs_link else None
    if match:
        tell(_who(match))
    values = {"person": person, "role": role, "institution": here.name}
    if is_granted:
        tell(say("cli.granted", "%(person)s is now %(role)s of %(institution)s.", **values))
    else:
        tell(say("cli.granted-before", "%(person)s was %(role)s already.", **values))
    if address:
        tell(
            say(
                "cli.entry-link",
                "This link lets them in once, within 24 hours. Whoever has it enters as them, so "
                "send it to nobody else: %(address)s",
                address=address,
            )
        )


@people.command()
@click.argument("person")
@click.argument("role", type=ROLE)
@institution_option
def withdraw(person: str, role: str, *, institution: str) -> None:
    """Withdraw an office role; never the only administrator's."""
    with opened() as wired, wired.db.begin() as session:
        here = institutions.named(session, institution)
        person_id = finding.find(session, here.id, person)
        is_withdrawn = person_id is not None and use.withdraw(
            session, here.id, person_id, OfficeRole(role), now=wired.now()
        )
    values = {"person": person, "role": role, "institution": here.name}
    if is_withdrawn:
        tell(say("cli.withdrawn", "%(person)s is no longer %(role)s.", **values))
    else:
        tell(say("cli.not-held", "%(person)s was not %(role)s; nothing was changed.", **values))


@people.command("list")
@institution_option
def list_people(institution: str) -> None:
    """List everyone who holds an office role: id, e-mail address, roles."""
    with opened() as wired, wired.db.begin() as session:
        here = institutions.named(session, institution)
        for person in use.office(session, here.id):
            roles = ", ".join(person.roles)
            click.echo(f"{person.id}  {printable(person.email or person.name or '-')}  {roles}")


def _who(match: Match) -> Sentence:
    values = {"name": match.name or "-", "email": match.email or "-", "id": match.id}
    if match.came_from:
        return say(
            "cli.person-from-lms",
            "%(name)s, %(email)s, id %(id)s, comes from %(lms)s.",
            lms=", ".join(match.came_from),
            **values,
        )
    return say(
        "cli.person-from-here", "%(name)s, %(email)s, id %(id)s, was added by the office.", **values
    )


def _entry_address(wired: Wiring, session: Session, institution_id: UUID, person_id: UUID) -> str:
    entry_links.refuse_students(session, institution_id, person_id)
    secret = entry_links.make(
        session, institution_id, person_id, now=wired.now(), new_secret=wired.new_secret
    )
    return f"{wired.settings.base_url}/enter/{secret}"
