"""Check 5: what the issuer's status list says, and when it may be believed."""

import pytest

from credentials import budget
from credentials.credential import UnverifiedCredential
from credentials.errors import FetchError
from credentials.resolving import DidResolver
from credentials.sentence import say
from credentials.status import StatusEntry
from credentials.verifying.revocation import Lookups, check_revocation
from credentials.verifying.verifier import SECONDS
from tests.support.signed_badges import (
    NOW,
    SITE,
    STATUS_LIST,
    STRANGER_DID,
    STRANGER_KEY,
    World,
    an_issued_badge,
    outcomes,
    signed_after,
)


def revocation_of(badge, world):
    return outcomes(world.verify(badge))["revocation"]


def with_status(*entries):
    """A signed badge whose status is these entries, one as an object and several as a list."""
    status = entries[0] if len(entries) == 1 else list(entries)
    return signed_after(lambda badge: badge.update(credentialStatus=status))


def entry(**changes):
    return {**StatusEntry(STATUS_LIST, 94_567).to_json(), **changes}


def test_a_revoked_badge_fails():
    world = World()
    world.status_list.set(94_567)

    report = world.verify(an_issued_badge())

    assert report.outcome == "failed"
    assert report["revocation"].sentence.id == "revocation.revoked"


def test_a_suspended_badge_fails_and_is_told_apart_from_a_revoked_one():
    world = World(
        list_changes=lambda page: page["credentialSubject"].update(
            statusPurpose=["revocation", "suspension"]
        )
    )
    world.status_list.set(3)
    suspension = entry(statusPurpose="suspension", statusListIndex="3", id=f"{STATUS_LIST}#3")
    badge = with_status(entry(), suspension)

    assert world.verify(badge)["revocation"].sentence.id == "revocation.suspended"


def test_a_reinstated_badge_passes():
    world = World()
    world.status_list.set(94_567)
    world.status_list.clear(94_567)

    assert revocation_of(an_issued_badge(), world) == "passed"


def test_another_badge_on_the_list_being_revoked_changes_nothing():
    world = World()
    world.status_list.set(94_568)

    assert revocation_of(an_issued_badge(), world) == "passed"


def test_a_list_that_cannot_be_fetched_is_not_checked():
    world = World()
    world.web.pages[STATUS_LIST] = FetchError(say("fake.down", "The server is down."))

    report = world.verify(an_issued_badge())

    assert report.outcome == "not_checked"
    assert "The server is down." in str(report["revocation"].sentence)


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.update(issuer=STRANGER_DID),
        lambda page: page.update(id="https://badges.example/i/north/status/2"),
        lambda page: page.update(type=["VerifiableCredential"]),
        lambda page: page.update(validUntil="2026-11-22T00:00:00Z"),
        lambda page: page.update(validUntil="whenever"),
        lambda page: page["credentialSubject"].update(statusPurpose="suspension"),
        lambda page: page["credentialSubject"].update(encodedList="uAAAA"),
        lambda page: page["credentialSubject"].pop("encodedList"),
        lambda page: page["credentialSubject"].update(
            type="https://www.w3.org/ns/credentials/status#BitstringStatusList"
        ),
    ],
    ids=[
        "another issuer",
        "another list",
        "not a list",
        "out of date",
        "no real end",
        "for another purpose",
        "damaged bits",
        "no bits",
        "not a list inside",
    ],
)
def test_a_list_that_is_not_the_issuers_good_list_is_not_checked(change):
    assert revocation_of(an_issued_badge(), World(list_changes=change)) == "not_checked"


def test_a_list_changed_after_signing_is_not_checked():
    world = World()
    page = world.web.get_json(STATUS_LIST)
    page["credentialSubject"]["ttl"] = 1
    world.web.pages[STATUS_LIST] = page

    assert revocation_of(an_issued_badge(), world) == "not_checked"


def test_a_list_without_a_signature_is_not_checked():
    world = World()
    page = world.web.get_json(STATUS_LIST)
    del page["proof"]
    world.web.pages[STATUS_LIST] = page

    assert revocation_of(an_issued_badge(), world) == "not_checked"


def test_a_list_signed_by_somebody_else_is_not_checked():
    assert revocation_of(an_issued_badge(), World(list_key=STRANGER_KEY)) == "not_checked"


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "1EdTechRevocationList"},
        {"type": "1EdTechRevocationList", "statusPurpose": "refresh"},
        {"statusListIndex": "-1"},
        {"statusListIndex": "²"},
        {"statusListIndex": "1" * 12},
        {"statusListIndex": "131072"},
        {"statusListCredential": 7},
        {"statusPurpose": "unheard of"},
        {"statusSize": 2},
    ],
    ids=str,
)
def test_a_status_entry_we_cannot_read_is_not_checked(changes):
    world = World()
    badge = signed_after(lambda unsigned: unsigned.pop("credentialStatus"))
    badge["credentialStatus"] = entry(**changes)
    lookups = Lookups(DidResolver(world.web), world.web, NOW)
    check = check_revocation(UnverifiedCredential(badge), lookups=lookups)

    assert check.outcome == "not_checked"


@pytest.mark.parametrize("purpose", ["refresh", "message"])
def test_an_entry_about_something_else_says_nothing_about_revocation(purpose):
    world = World()
    badge = with_status(entry(statusPurpose=purpose))

    assert revocation_of(badge, world) == "not_applicable"
    assert STATUS_LIST not in world.web.visited


def test_an_entry_about_something_else_does_not_hide_a_revocation():
    world = World()
    world.status_list.set(94_567)

    refreshing = entry(statusPurpose="refresh", id="urn:x:refreshing")

    assert revocation_of(with_status(refreshing, entry()), world) == "failed"


def test_a_status_in_no_form_at_all_is_not_checked():
    badge = signed_after(lambda unsigned: unsigned.update(credentialStatus="https://x.example/"))

    assert revocation_of(badge, World()) == "not_checked"


def entries_on(*lists):
    return [
        entry(statusListCredential=url, statusListIndex=str(index), id=f"urn:x:{index}")
        for index, url in enumerate(lists)
    ]


def test_each_page_is_asked_for_once_however_often_a_badge_names_it():
    world = World()

    assert revocation_of(with_status(*entries_on(*[STATUS_LIST] * 4)), world) == "passed"
    assert sorted(world.web.visited) == [f"{SITE}/did.json", STATUS_LIST]


def test_a_page_that_cannot_be_had_is_asked_for_once_too():
    world = World()
    del world.web.pages[STATUS_LIST]

    assert revocation_of(with_status(*entries_on(*[STATUS_LIST] * 4)), world) == "not_checked"
    assert world.web.visited.count(STATUS_LIST) == 1


def test_all_that_a_badge_makes_us_ask_shares_one_allowance_of_time():
    world = World()
    left = []

    def slow_page():
        left.append(budget.left())
        raise FetchError(say("fake.down", "The server is down."))

    lists = [f"{STATUS_LIST}{number}" for number in range(4)]
    world.web.pages.update(dict.fromkeys(lists, slow_page))
    revocation_of(with_status(*entries_on(*lists)), world)

    assert SECONDS >= left[0] > left[1] > left[2] > left[3] > 0


def test_more_lists_than_anybody_needs_are_not_visited():
    world = World()
    entries = [entry(statusListIndex=str(index), id=f"urn:x:{index}") for index in range(5)]

    assert revocation_of(with_status(*entries), world) == "not_checked"
    assert STATUS_LIST not in world.web.visited


def test_the_list_of_a_badge_with_a_bad_signature_is_not_visited():
    world = World()
    badge = signed_after(lambda unsigned: None)
    badge["name"] = "changed"

    assert revocation_of(badge, world) == "not_checked"
    assert STATUS_LIST not in world.web.visited
