"""Revoke a certificate."""

import click

from lti_tool.cli.opening import opened
from lti_tool.cli.saying import tell
from lti_tool.sentence import say
from lti_tool.usecases import awards


@click.command()
@click.argument("award", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it stays in the audit record.")
def revoke(award: str, reason: str) -> None:
    """Revoke a certificate, by the id of the award or of the credential (urn:uuid:…).

    Its bit in the public status list is set at once. Who verifies it from then on is told.
    """
    with opened() as wired, wired.db.begin() as session:
        institution_id, award_id = awards.find(session, award)
        awards.revoke(session, institution_id, award_id, reason=reason, now=wired.now())
    tell(
        say(
            "cli.revoked",
            "The certificate is revoked. Verifiers that fetched the status list before now may "
            "take up to five minutes to notice.",
        )
    )
