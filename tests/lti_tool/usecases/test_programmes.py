"""Programmes: a published version never changes, and nothing is published half."""

from datetime import timedelta

import pytest

from lti_tool.errors import ConflictError, InvalidInputError, NotFoundError
from lti_tool.programme.errors import ProgrammeFileError
from lti_tool.programme.shipped import shipped, shipped_text
from lti_tool.store.tables.programmes import BadgeImage, ProgrammeVersion
from lti_tool.usecases import programmes
from tests.support.builders import TASTER

TEXT = shipped_text(TASTER)
NEXT = TEXT.replace('version: "1"', 'version: "2"')
IMAGES = {badge.image: "<svg/>" for badge in shipped(TASTER).badges}


def publish(world, source, images=None):
    return world.do(
        programmes.publish, world.institution_id, source, IMAGES if images is None else images
    )


def test_the_same_content_again_changes_nothing(world):
    first = publish(world, TEXT)
    assert publish(world, TEXT + "\n# a comment\n") == first
    assert len(world.rows(ProgrammeVersion)) == 1
    assert world.actions()["programme.published"] == 1


def test_other_content_under_a_published_version_is_refused(world):
    changed = TEXT.replace("Foundations taster", "Another title")
    with pytest.raises(ConflictError, match="Give the changed file a new version"):
        publish(world, changed)
    assert world.do(programmes.current, world.institution_id, TASTER).title == "Foundations taster"


def test_the_version_published_last_is_the_current_one(world):
    world.clock.move(timedelta(days=1))
    publish(world, NEXT)
    assert world.do(programmes.current, world.institution_id, TASTER).version == "2"
    listed = world.do(programmes.published, world.institution_id)
    assert [line.version for line in listed] == ["2", "1"]
    for version in ("1", "2"):
        found = world.do(programmes.version, world.institution_id, TASTER, version)
        assert found.version == version


def test_a_picture_nobody_can_see_stops_the_publication(world):
    for images in ({}, dict.fromkeys(IMAGES, "hello, not a picture")):
        with pytest.raises(InvalidInputError, match=r"badges/foundations\.svg"):
            publish(world, NEXT, images)
    assert len(world.rows(ProgrammeVersion)) == 1


def test_only_the_pictures_the_file_names_are_kept(world):
    publish(world, NEXT, {**IMAGES, "badges/other.svg": "<svg/>"})
    names = [row.name for row in world.rows(BadgeImage) if row.version == "2"]
    assert names == ["badges/foundations.svg"]


def test_a_file_that_cannot_be_read_is_not_published(world):
    with pytest.raises(ProgrammeFileError):
        publish(world, "schema: something-else")
    assert len(world.rows(ProgrammeVersion)) == 1


def test_what_was_never_published_is_not_here(world):
    assert world.do(programmes.current, world.institution_id, "elsewhere") is None
    with pytest.raises(NotFoundError):
        world.do(programmes.version, world.institution_id, TASTER, "9")
    programme = world.do(programmes.current, world.institution_id, TASTER)
    with pytest.raises(NotFoundError):
        world.do(programmes.badge_svg, world.institution_id, programme, "badges/other.svg")


def test_a_badge_picture_is_given_as_published(world):
    programme = world.do(programmes.current, world.institution_id, TASTER)
    svg = world.do(programmes.badge_svg, world.institution_id, programme, programme.badges[0].image)
    assert "<svg" in svg


def test_an_activity_is_found_by_its_name_in_a_link():
    assert programmes.split_activity("taster/first-page") == ("taster", "first-page")
    assert programmes.split_activity("taster") == ("taster", "")
    assert programmes.find_activity(shipped(TASTER), "no-such-activity") is None


def test_every_programme_is_listed_in_its_current_version(world):
    world.clock.move(timedelta(days=1))
    publish(world, NEXT)
    (programme,) = world.do(programmes.all_current, world.institution_id)
    assert programme.version == "2"


def test_what_is_not_fit_to_be_published_is_not(world):
    with pytest.raises(ProgrammeFileError, match="write “status: published” here"):
        publish(world, NEXT.replace("status: published", "status: draft"))
    assert len(world.rows(ProgrammeVersion)) == 1
