"""Institutions: found by name, addressed for ever by one short name, settings checked whole."""

from dataclasses import replace
from uuid import uuid4

import pytest

from lti_tool.errors import InvalidInputError, NotFoundError
from lti_tool.store.tables.people import Institution
from lti_tool.usecases import institutions
from lti_tool.usecases.institutions import InstitutionChanges, SupportContact
from tests.support.wired import INSTITUTION, SLUG

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 10
GOOD = InstitutionChanges(
    name=" Example School ",
    url="https://example.edu",
    email="office@example.edu",
    description=" We teach. ",
    time_zone="Europe/Berlin",
    support=(SupportContact(" Crisis line ", " 112 "), SupportContact("", "")),
)


def change(world, **changes):
    world.do(
        institutions.change,
        world.institution_id,
        replace(GOOD, **changes),
        actor_id=world.instructor.person_id,
    )


def by_id(world):
    return world.do(institutions.by_id, world.institution_id)


def test_a_name_is_found_whatever_its_spaces(world):
    found = world.do(institutions.find_or_create, f"  {INSTITUTION.replace(' ', '   ')} ")
    assert found.id == world.institution_id
    assert world.actions()["institution.created"] == 1


@pytest.mark.parametrize(
    "name",
    ["", "   ", "x" * 201, "Sch\0ool", "School\x07", "\x7f", "Scho\x9bol", "\udcff", "A\ufffe"],
)
def test_an_institution_needs_a_name(world, name):
    with pytest.raises(InvalidInputError):
        world.do(institutions.find_or_create, name)


def test_short_names_are_plain_and_never_shared(world):
    made = [
        world.do(institutions.find_or_create, name).slug
        for name in ("École de Médecine", "Ecole de medecine!", "大学", "x" * 60)
    ]
    assert made == ["ecole-de-medecine", "ecole-de-medecine-2", "institution", "x" * 40]


@pytest.mark.parametrize("name", [SLUG, f" {SLUG} ", INSTITUTION])
def test_neither_of_its_names_makes_an_institution_a_second_time(world, name):
    assert world.do(institutions.find_or_create, name).id == world.institution_id
    assert len(world.do(institutions.every)) == 1


def test_a_short_name_is_never_the_name_of_another(world):
    change(world, name="beta")
    assert world.do(institutions.find_or_create, "Beta!").slug == "beta-2"


def test_an_institution_is_not_renamed_to_the_short_name_of_another(world):
    other = world.do(institutions.find_or_create, "Other School")
    with pytest.raises(InvalidInputError) as caught:
        change(world, name=other.slug)
    assert set(caught.value.fields) == {"name"}


def test_its_own_short_name_may_be_its_name(world):
    change(world, name=SLUG)
    assert world.do(institutions.named, SLUG).id == world.institution_id


def test_a_name_that_two_answer_to_is_refused(world):
    """As rows of before may have it; guessing would change the wrong one."""
    other = world.do(institutions.find_or_create, "Other School")
    with world.wired.db.begin() as session:
        session.get_one(Institution, other.id).name = SLUG
    for ask in (institutions.named, institutions.find_or_create):
        with pytest.raises(InvalidInputError, match="two institutions") as caught:
            world.do(ask, SLUG)
        assert caught.value.code == "institutions.several"


@pytest.mark.parametrize("name", ["Else\0where", "Else\udcffwhere"])
def test_a_name_no_database_keeps_is_nobodys(world, name):
    with pytest.raises(NotFoundError, match="Elsewhere"):
        world.do(institutions.named, name)


def test_an_institution_is_found_by_each_of_its_names(world):
    for name in (INSTITUTION, SLUG):
        assert world.do(institutions.named, name).id == world.institution_id
    assert world.do(institutions.by_slug, SLUG).id == world.institution_id
    assert [one.slug for one in world.do(institutions.every)] == [SLUG]


def test_an_unknown_name_is_answered_with_those_there_are(world):
    with pytest.raises(NotFoundError, match=INSTITUTION):
        world.do(institutions.named, "Elsewhere")


@pytest.mark.parametrize(
    ("ask", "name"), [(institutions.by_slug, "elsewhere"), (institutions.by_id, uuid4())]
)
def test_what_is_not_here_is_not_here(world, ask, name):
    with pytest.raises(NotFoundError):
        world.do(ask, name)


def test_settings_are_saved_trimmed_and_the_short_name_stays(world):
    change(world)
    info = by_id(world)
    assert (info.name, info.description, info.slug) == ("Example School", "We teach.", SLUG)
    assert info.support == (SupportContact("Crisis line", "112"),)
    assert world.actions()["institution.changed"] == 1


def test_what_is_left_empty_is_nothing(world):
    change(world, url=" ", email="", description="", support=())
    info = by_id(world)
    assert (info.url, info.email, info.description, info.support) == (None, None, None, ())


def test_every_wrong_field_is_marked_and_nothing_is_saved(world):
    with pytest.raises(InvalidInputError) as caught:
        change(world, name="", url="http://example.edu", email="office", time_zone="Berlin")
    assert set(caught.value.fields) == {"name", "url", "email", "time_zone"}
    assert by_id(world).name == INSTITUTION


@pytest.mark.parametrize("character", "\0\x07\x0b\x1b\x7f\x9b\udcff\ufffe\n")
def test_nothing_that_goes_into_badges_holds_what_nobody_can_see(world, character):
    with pytest.raises(InvalidInputError) as caught:
        change(
            world,
            name=f"Example{character}School",
            url=f"https://example.edu/{character}x",
            email=f"office{character}@example.edu",
        )
    assert set(caught.value.fields) == {"name", "url", "email"}


def test_names_in_every_script_are_kept_as_they_are_written(world):
    name = "École 大学 \u200f\u05d0\u200f 🎓 \xa0"
    change(world, name=name)
    assert by_id(world).name == name.strip()


@pytest.mark.parametrize(
    "url", ["https://", "https:example.edu", "https://[example", "example.edu"]
)
def test_an_address_that_leads_nowhere_is_marked(world, url):
    with pytest.raises(InvalidInputError) as caught:
        change(world, url=url)
    assert set(caught.value.fields) == {"url"}


def test_a_contact_needs_somebody_to_reach(world):
    with pytest.raises(InvalidInputError) as caught:
        change(world, support=(SupportContact("", "112"),))
    assert set(caught.value.fields) == {"support"}


def test_two_institutions_have_two_names(world):
    world.do(institutions.find_or_create, "Example School")
    with pytest.raises(InvalidInputError) as caught:
        change(world)
    assert set(caught.value.fields) == {"name"}


def test_saving_ones_own_name_again_is_no_conflict(world):
    change(world)
    change(world)


def test_a_logo_is_kept_as_it_is(world):
    with pytest.raises(NotFoundError):
        world.do(institutions.logo_of, world.institution_id)
    world.do(
        institutions.change_logo,
        world.institution_id,
        PNG,
        actor_id=world.instructor.person_id,
    )
    assert world.do(institutions.logo_of, world.institution_id) == PNG
    assert by_id(world).has_logo
    assert world.actions()["institution.logo-changed"] == 1


@pytest.mark.parametrize("logo", [b"GIF89a", b"", PNG + b"x" * institutions.LARGEST_LOGO])
def test_a_logo_must_be_a_small_png(world, logo):
    with pytest.raises(InvalidInputError):
        world.do(
            institutions.change_logo,
            world.institution_id,
            logo,
            actor_id=world.instructor.person_id,
        )
    assert not by_id(world).has_logo
