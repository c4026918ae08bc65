"""Issuing: reserved before signed, the same bytes however often, verified by a stranger."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from credentials.errors import LintError
from credentials.resolving import DidResolver
from credentials.verifying import verify
from lti_tool import worker
from lti_tool.errors import NotFoundError
from lti_tool.outbox import Message
from lti_tool.programme.shipped import shipped, shipped_image, shipped_text
from lti_tool.store.tables.awards import Award, Credential, StatusEntryRow
from lti_tool.store.tables.people import Institution, Person
from lti_tool.usecases import awards, issuing, programmes, status_lists
from lti_tool.usecases.badges.achievements import Addresses
from lti_tool.usecases.own_pages import OwnPages
from tests.support.builders import TASTER
from tests.support.wired import BASE_URL, SLUG
from tests.support.world import at_once


class NoOtherPages:
    """A way to the network that nobody should take."""

    plain_http_hosts = ()

    def get_json(self, url):
        """Fail loudly."""
        raise AssertionError(url)


def issue(world, message=None, *, kind_id=None):
    (message,) = [message] if message else world.messages("issue_badge")
    taken = Message(
        institution_id=message.institution_id,
        id=message.id,
        kind=message.kind,
        key=message.key,
        payload={"award_id": str(kind_id)} if kind_id else message.payload,
        attempts=1,
    )
    issuing.issue_award(
        world.wired.db,
        taken,
        keys=world.wired.signing_keys,
        base_url=world.wired.settings.base_url,
        now=world.clock,
    )


def a_taster_that_says(world, old, new):
    """Publish a second version of the taster with one change; new students are on it."""
    source = shipped_text(TASTER).replace('version: "1"', 'version: "2"')
    assert old in source
    images = {one.image: shipped_image(one.image).decode() for one in shipped(TASTER).badges}
    world.clock.move(timedelta(seconds=1))
    world.do(programmes.publish, world.institution_id, source.replace(old, new), images)


def the_credential(world):
    (row,) = world.rows(Credential)
    return row


def verdict(world):
    wired = world.wired
    pages = OwnPages(wired.db, wired.signing_keys, wired.settings.base_url, NoOtherPages())
    return verify(
        the_credential(world).signed.encode(),
        resolver=DidResolver(pages),
        fetcher=pages,
        now=world.clock(),
    )


def test_a_stranger_verifies_what_was_issued(world):
    world.issued()
    assert verdict(world).outcome == "verified"
    (award,) = world.rows(Award)
    assert award.state == "issued"
    assert world.actions()["credential.reserved"] == 1
    assert world.actions()["credential.issued"] == 1


def test_a_stranger_sees_that_it_was_revoked(world):
    award_id = world.issued()
    world.do(awards.revoke, world.institution_id, award_id, reason="A mistake.")
    report = verdict(world)
    assert report.outcome == "failed"
    assert str(report["revocation"].outcome) == "failed"


def test_the_credential_carries_levels_and_no_name_mail_or_text(world):
    world.issued()
    signed = the_credential(world).signed
    subject = json.loads(signed)["credentialSubject"]
    assert [result["achievedLevel"].rsplit(".", 2)[-1] for result in subject["result"]] == [
        "established",
        "established",
    ]
    for private in ("Robin", "robin@example.edu", "Something happened"):
        assert private not in signed


def test_without_a_mail_address_the_credential_names_the_lms_account_only(world):
    with world.wired.db.begin() as session:
        session.execute(update(Person).values(email=None))
    world.earned()
    issue(world)
    assert verdict(world).outcome == "verified"
    identifiers = json.loads(the_credential(world).signed)["credentialSubject"]["identifier"]
    assert [one["identityType"] for one in identifiers] == ["ltiUserId"]


def test_a_badge_without_end_has_no_last_day(world):
    world.issued()
    assert "validUntil" not in json.loads(the_credential(world).signed)


def test_a_badge_ends_when_its_programme_says(world):
    a_taster_that_says(world, "validity: unlimited", "validity: P1Y")
    student = world.another_student()
    world.earned(student)
    issue(world)
    signed = json.loads(the_credential(world).signed)
    assert signed["validFrom"] == "2026-11-23T12:00:01Z"
    assert signed["validUntil"] == "2027-11-23T12:00:01Z"
    assert verdict(world).outcome == "verified"
    world.clock.move(timedelta(days=366))
    report = verdict(world)
    assert report.outcome == "failed"
    assert str(report["validity"].outcome) == "failed"


def test_a_badge_that_could_not_be_signed_is_not_even_reserved(world):
    world.earned()
    with world.wired.db.begin() as session:
        session.execute(update(Institution).values(name="School\x07"))
    with pytest.raises(LintError, match="control character"):
        issue(world)
    assert world.rows(Credential) == world.rows(StatusEntryRow) == []
    assert [award.state for award in world.rows(Award)] == ["decided"]
    with world.wired.db.begin() as session:
        session.execute(update(Institution).values(name="School"))
    issue(world)
    assert verdict(world).outcome == "verified"


def test_delivering_again_changes_nothing(world):
    world.issued()
    before = the_credential(world).signed
    issue(world)
    assert the_credential(world).signed == before
    assert world.actions()["credential.issued"] == 1


def test_signing_again_what_was_reserved_gives_the_same_bytes(world):
    world.issued()
    before = the_credential(world).signed
    with world.wired.db.begin() as session:
        session.execute(update(Credential).values(signed=None, issued_at=None))
        session.execute(update(Award).values(state="reserved"))
    issue(world)
    assert the_credential(world).signed == before


def test_two_workers_at_once_make_one_credential(world):
    world.earned()
    outcomes = at_once(*[lambda: issue(world)] * 3)
    assert [type(one).__name__ for one in outcomes] == ["NoneType"] * 3
    assert world.actions()["credential.issued"] == 1
    assert verdict(world).outcome == "verified"


def test_awards_of_many_students_at_once_get_places_of_their_own(world):
    for _ in range(5):
        world.earned(world.another_student())
    messages = world.messages("issue_badge")
    at_once(*[lambda one=one: worker.deliver(world.wired, one.id) for one in messages])
    for _ in range(3):  # who came second to open the first list tries again
        for message in messages:
            with world.wired.db.begin() as session:
                session.execute(update(type(message)).values(due_at=world.clock()))
            worker.deliver(world.wired, message.id)
    entries = world.rows(StatusEntryRow)
    assert len(entries) == 5
    assert len({(entry.status_list_id, entry.position) for entry in entries}) == 5
    assert {award.state for award in world.rows(Award)} == {"issued"}


def test_a_revocation_while_it_is_signed_wins(world, monkeypatch):
    award_id = world.earned()
    sign = issuing._sign

    def revoked_meanwhile(*args, **options):
        world.do(awards.revoke, world.institution_id, award_id, reason="A mistake.")
        return sign(*args, **options)

    monkeypatch.setattr(issuing, "_sign", revoked_meanwhile)
    issue(world)
    assert the_credential(world).signed is None
    assert [award.state for award in world.rows(Award)] == ["revoked"]
    assert [entry.is_set for entry in world.rows(StatusEntryRow)] == [True]
    (message,) = world.messages("issue_badge")
    assert message.done_at == world.clock()


def test_a_key_rotated_meanwhile_does_not_change_with_what_it_was_begun(world, monkeypatch):
    world.earned()
    did = Addresses(BASE_URL, SLUG).did
    first = world.wired.signing_keys.current(did).id
    sign = issuing._sign

    def rotated_meanwhile(*args, **options):
        world.wired.signing_keys.rotate(did, now=world.clock())
        return sign(*args, **options)

    monkeypatch.setattr(issuing, "_sign", rotated_meanwhile)
    issue(world)
    assert the_credential(world).signing_key_id == first
    assert verdict(world).outcome == "verified"


def test_a_key_that_is_gone_stops_it_with_what_to_do(world, monkeypatch):
    world.earned()
    key = issuing._key

    def gone(_known, key_id):
        return key((), key_id)

    monkeypatch.setattr(issuing, "_key", gone)
    with pytest.raises(NotFoundError, match="Restore the key file"):
        issue(world)
    assert the_credential(world).signed is None


def test_an_award_that_is_not_there_is_an_error(world):
    world.earned()
    (message,) = world.messages("issue_badge")
    with pytest.raises(NotFoundError):
        issue(world, message, kind_id=uuid4())


def test_places_in_the_status_list_tell_no_order(world, monkeypatch):
    monkeypatch.setattr(status_lists, "LENGTH", 64)
    monkeypatch.setattr(status_lists, "FULL_AT", 32)
    for _ in range(6):
        world.earned(world.another_student())
    worker.sweep(world.wired)
    positions = [entry.position for entry in world.rows(StatusEntryRow)]
    assert len(set(positions)) == 6
    assert positions != list(range(6))
    assert all(0 <= position < 64 for position in positions)


def test_after_a_rotation_the_new_key_signs_and_both_are_known(world):
    did = Addresses(BASE_URL, SLUG).did
    new = world.wired.signing_keys.rotate(did, now=world.clock())
    world.issued()
    assert the_credential(world).signing_key_id == new.id
    assert verdict(world).outcome == "verified"
