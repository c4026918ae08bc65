"""Office roles by command: granted, withdrawn, listed, and the one-time link."""

import re

import pytest
from sqlalchemy import select

from lti_tool.store.tables.people import OfficeRoleGrant, Person
from lti_tool.usecases import entry_links, institutions, people
from tests.support import builders

ADA = "ada@example.edu"
AT_SCHOOL = ("--institution", "School")


def link_in(output):
    found = re.search(r"http://localhost:9000/enter/(\S+)", output)
    return found and found.group(1)


def test_an_unknown_address_becomes_a_person_who_gets_a_link_that_works_once(school, wired):
    result = school("people", "grant", ADA, "administrator", *AT_SCHOOL)
    assert result.exit_code == 0
    assert result.output.startswith(f"{ADA} is now administrator of School.")
    with wired.db.begin() as session:
        person = session.scalar(select(Person))
        entered = entry_links.use(session, link_in(result.output), now=wired.now())
    assert entered == (person.institution_id, person.id)


def test_somebody_known_gets_a_link_only_when_it_is_asked_for(school):
    school("people", "grant", ADA, "marker", *AT_SCHOOL)
    without = school("people", "grant", ADA.upper(), "moderator", *AT_SCHOOL)
    asked = school("people", "grant", ADA, "moderator", *AT_SCHOOL, "--link")
    assert link_in(without.output) is None
    assert "was moderator already" in asked.output
    assert link_in(asked.output)


def test_an_address_from_an_lms_is_confirmed_or_the_id_given(school, wired):
    """Whoever launches with the dean's address must not become administrator by it."""
    with wired.db.begin() as session:
        school_id = institutions.named(session, "School").id
        robin = builders.an_actor(session, school_id).person_id
    address = ("people", "grant", "robin@example.edu", "administrator", *AT_SCHOOL)
    refused = school(*address)
    assert refused.exit_code == 1
    for told in ("Robin Weber", str(robin), builders.LMS):
        assert told in refused.stderr
    with wired.db.begin() as session:
        assert session.scalars(select(OfficeRoleGrant)).all() == []
    confirmed = school(*address, "--yes")
    assert f"Robin Weber, robin@example.edu, id {robin}, comes from {builders.LMS}." in (
        confirmed.output
    )
    assert "robin@example.edu is now administrator" in confirmed.output
    by_id = school("people", "grant", robin, "marker", *AT_SCHOOL)
    assert f"{robin} is now marker of School." in by_id.output


def test_somebody_the_office_added_is_found_by_their_address_alone(school):
    school("people", "grant", ADA, "marker", *AT_SCHOOL)
    result = school("people", "grant", ADA, "registrar", *AT_SCHOOL)
    assert result.exit_code == 0
    assert "was added by the office." in result.output
    assert f"{ADA} is now registrar" in result.output


def test_a_link_never_opens_what_a_student_wrote(school, wired):
    with wired.db.begin() as session:
        school_id = institutions.named(session, "School").id
        builders.a_published_taster(session, school_id)
    person_id = a_student(wired, school_id)
    result = school("people", "grant", person_id, "marker", *AT_SCHOOL, "--link")
    assert result.exit_code == 1
    assert "also studies here" in result.stderr
    with wired.db.begin() as session:
        assert session.scalars(select(OfficeRoleGrant)).all() == []


def a_student(wired, school_id):
    from lti_tool.usecases import enrolment, programmes

    with wired.db.begin() as session:
        actor = builders.an_actor(session, school_id, activity=builders.FIRST_PAGE)
        programme = programmes.current(session, school_id, builders.TASTER)
        enrolment.enrol(session, actor, programme, now=wired.now())
    return actor.person_id


def test_the_list_shows_who_holds_what(school):
    school("people", "grant", ADA, "marker", *AT_SCHOOL)
    school("people", "grant", ADA, "administrator", *AT_SCHOOL)
    listed = school("people", "list", "--institution", "school").output
    assert re.fullmatch(rf"[0-9a-f-]{{36}}  {ADA}  administrator, marker\n", listed)


def test_a_role_is_withdrawn_once(school):
    school("people", "grant", ADA, "marker", *AT_SCHOOL)
    assert "no longer marker" in school("people", "withdraw", ADA, "marker", *AT_SCHOOL).output
    assert "was not marker" in school("people", "withdraw", ADA, "marker", *AT_SCHOOL).output


def test_withdrawing_from_somebody_unknown_makes_nobody(school, wired):
    result = school("people", "withdraw", ADA, "marker", *AT_SCHOOL)
    assert "nothing was changed" in result.output
    with wired.db.begin() as session:
        assert session.scalars(select(Person)).all() == []


def test_the_only_administrator_stays_one(school):
    school("people", "grant", ADA, "administrator", *AT_SCHOOL)
    result = school("people", "withdraw", ADA, "administrator", *AT_SCHOOL)
    assert result.exit_code == 1
    assert "Make somebody else one first" in result.stderr


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("ada", "by an e-mail address or by their id"),
        ("ada\0@example.edu", "by an e-mail address or by their id"),
        ("3f0a4c1e-0000-4000-8000-000000000000", "Nobody here has the id"),
    ],
)
def test_whoever_cannot_be_meant_is_said(school, person, words):
    result = school("people", "grant", person, "marker", *AT_SCHOOL)
    assert result.exit_code == 1
    assert words in result.stderr


def test_a_role_that_does_not_exist_is_a_usage_fault_naming_those_that_do(school):
    result = school("people", "grant", ADA, "dean", *AT_SCHOOL)
    assert result.exit_code == 2
    assert "programme-director" in result.stderr


def test_a_name_no_database_keeps_is_an_unknown_institution(school):
    result = school("people", "list", "--institution", "Scho\0ol")
    assert result.exit_code == 1
    assert "Known: School." in result.stderr


def test_a_name_that_would_steer_the_terminal_is_only_printed(school, wired):
    with wired.db.begin() as session:
        school_id = institutions.named(session, "School").id
        person_id = builders.a_person(session, school_id, name="\x1b[2JRobin", email=None)
        people.grant(session, school_id, person_id, people.OfficeRole.MARKER, now=wired.now())
    assert "\x1b" not in school("people", "list", *AT_SCHOOL).output
    assert "\x1b" not in school("people", "grant", person_id, "registrar", *AT_SCHOOL).output


def test_an_unknown_institution_is_answered_with_those_there_are(school):
    result = school("people", "list", "--institution", "Scool")
    assert result.exit_code == 1
    assert "Known: School." in result.stderr
