"""Make, list, rotate, retire badge signing keys."""

import click

from credentials.keys import SigningKey
from lti_tool.cli.opening import found_or_made, institution_option, opened
from lti_tool.cli.saying import tell, words
from lti_tool.errors import NotFoundError
from lti_tool.sentence import Sentence, say, say_many
from lti_tool.usecases import audit, deliveries, institutions
from lti_tool.usecases.badges.achievements import Addresses
from lti_tool.wiring import Wiring


@click.group("signing-keys")
def signing_keys() -> None:
    """The keys that sign an institution's badges: make, list, rotate, retire.

    They live in the file TESTAMUR_SIGNING_KEYS_FILE names, sealed under the master key, and
    nowhere else. Back that file up: an issuer's identity is its keys.
    """


@signing_keys.command()
@institution_option
def new(institution: str) -> None:
    """Make a key; it signs from now on. An institution of a new name is made."""
    with opened() as wired, wired.db.begin() as session:
        here = found_or_made(session, institution, now=wired.now())
        key = wired.signing_keys.new(_did(wired, here.slug), now=wired.now())
        audit.record(session, here.id, "signing-key.made", subject=key.id, now=wired.now())
        waited = deliveries.make_badges_now(session, here.id, now=wired.now())
    _tell_made(key.id, waited)


@signing_keys.command()
@institution_option
def rotate(institution: str) -> None:
    """Make a key and retire every earlier one; what those signed stays good."""
    with opened() as wired, wired.db.begin() as session:
        here = institutions.named(session, institution)
        key = wired.signing_keys.rotate(_did(wired, here.slug), now=wired.now())
        audit.record(session, here.id, "signing-key.rotated", subject=key.id, now=wired.now())
        waited = deliveries.make_badges_now(session, here.id, now=wired.now())
    _tell_made(key.id, waited)


@signing_keys.command()
@click.argument("key_id", metavar="KEY")
@institution_option
def retire(key_id: str, *, institution: str) -> None:
    """Stop signing with a KEY; what it signed stays good, and it stays published."""
    with opened() as wired, wired.db.begin() as session:
        here = institutions.named(session, institution)
        _refuse_others(wired, here.slug, key_id)
        key = wired.signing_keys.retire(key_id, now=wired.now())
        audit.record(session, here.id, "signing-key.retired", subject=key.id, now=wired.now())
    tell(say("cli.signing-key-retired", "Nothing is signed with %(key)s any more.", key=key_id))


@signing_keys.command("list")
@institution_option
def list_keys(institution: str) -> None:
    """List an institution's keys, the oldest first."""
    with opened() as wired, wired.db.begin() as session:
        did = _did(wired, institutions.named(session, institution).slug)
    keys = wired.signing_keys.all(did)
    signs = [key for key in keys if key.retired is None][-1:]
    for key in keys:
        click.echo(f"{key.id}  {words(_state(key, signs_now=key in signs))}")


def _refuse_others(wired: Wiring, slug: str, key_id: str) -> None:
    if key_id not in {key.id for key in wired.signing_keys.all(_did(wired, slug))}:
        raise NotFoundError(
            "cli.signing-key-unknown",
            say(
                "cli.signing-key-unknown",
                "This institution has no signing key %(key)s. “testamur signing-keys list” shows "
                "those it has.",
                key=key_id,
            ),
        )


def _state(key: SigningKey, *, signs_now: bool) -> Sentence:
    if key.retired is not None:
        return say("cli.key-retired", "retired on %(when)s", when=key.retired)
    if signs_now:
        return say("cli.key-signs", "signs now, made on %(when)s", when=key.created)
    return say("cli.key-kept", "kept, made on %(when)s", when=key.created)


def _tell_made(key_id: str, waited: int) -> None:
    tell(say("cli.signing-key-made", "Badges are signed with %(key)s from now on.", key=key_id))
    if waited:
        tell(
            say_many(
                "cli.badges-made-now",
                "One badge that could not be made before is tried again now.",
                "%(count)s badges that could not be made before are tried again now.",
                count=waited,
            )
        )


def _did(wired: Wiring, slug: str) -> str:
    return Addresses(wired.settings.base_url, slug).did
