"""What the public reads: issuer, badges and keys, at addresses that never change."""

from dataclasses import replace

import pytest

from lti_tool.errors import NotFoundError
from lti_tool.usecases import institutions, publishing
from lti_tool.usecases.badges.achievements import Addresses
from lti_tool.usecases.badges.pictures import badge_png
from lti_tool.usecases.publishing import BadgeName
from tests.support.builders import TASTER
from tests.support.wired import BASE_URL, INSTITUTION, SLUG

BADGE = BadgeName(TASTER, "1", "foundations-certificate")


@pytest.fixture
def issuer(world):
    return world.do(publishing.find_issuer, SLUG, base_url=BASE_URL)


def test_an_issuer_has_a_name_an_identifier_and_an_address(issuer):
    assert issuer.profile.id == f"did:web:localhost%3A9000:i:{SLUG}"
    assert (issuer.profile.name, issuer.profile.url) == (INSTITUTION, f"{BASE_URL}/i/{SLUG}")
    assert issuer.profile.image is None


def test_a_logo_has_an_address_once_there_is_one(world):
    world.do(
        institutions.change_logo,
        world.institution_id,
        b"\x89PNG\r\n\x1a\n",
        actor_id=world.instructor.person_id,
    )
    issuer = world.do(publishing.find_issuer, SLUG, base_url=BASE_URL)
    assert issuer.profile.image == f"{BASE_URL}/i/{SLUG}/logo.png"


def test_every_published_badge_is_listed(world, issuer):
    (achievement,) = world.do(publishing.badges_of, issuer)
    assert achievement.id == f"{BASE_URL}/i/{SLUG}/achievements/{TASTER}/1/{BADGE.badge_id}"


def test_a_badge_is_shown_with_what_it_took_and_its_picture(world, issuer):
    badge = world.do(publishing.find_badge, issuer, BADGE)
    assert badge.programme_title == "Foundations taster"
    assert badge.outline
    assert "<svg" in badge.svg
    assert badge_png(badge.svg).startswith(b"\x89PNG")
    assert [one.name for one in badge.achievement.result_descriptions] == [
        "Making sense",
        "What follows",
    ]


@pytest.mark.parametrize(
    "name",
    [
        replace(BADGE, badge_id="other"),
        replace(BADGE, version="9"),
        replace(BADGE, programme_id="elsewhere"),
    ],
)
def test_a_badge_that_was_never_published_is_not_here(world, issuer, name):
    with pytest.raises(NotFoundError):
        world.do(publishing.find_badge, issuer, name)


def test_every_key_ever_used_stays_readable(world):
    addresses = Addresses(BASE_URL, SLUG)
    world.wired.signing_keys.rotate(addresses.did, now=world.clock())
    document = publishing.key_document(world.wired.signing_keys, addresses)
    assert document["id"] == addresses.did
    assert len(document["verificationMethod"]) == 2


def test_an_institution_without_a_key_has_no_key_document(world):
    with pytest.raises(NotFoundError, match="no signing key yet"):
        publishing.key_document(world.wired.signing_keys, Addresses(BASE_URL, "elsewhere"))
