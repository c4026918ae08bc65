"""Certificates: listed with holder and state, found by their id, revoked for a reason."""

import pytest

from lti_tool.errors import NotFoundError
from lti_tool.store.tables.awards import Award, Credential, StatusEntryRow
from lti_tool.usecases import awards
from tests.support.builders import an_institution
from tests.support.office import Office, page_of
from tests.support.world import World


def test_nothing_awarded_yet_says_so(office: Office) -> None:
    assert "Nothing is awarded yet." in office.page("awards").text


def test_awards_are_listed_with_their_holder_and_state(world: World, office: Office) -> None:
    world.earned()
    row = office.page("awards").one("tbody").one("tr")
    assert "being made" in row.text
    assert "Robin Weber" in row.text


def test_an_issued_certificate_says_since_when(world: World, office: Office) -> None:
    award_id = world.issued()
    page = office.page(f"awards/{award_id}")
    assert "issued" in page.text
    assert [term.text for term in page.one("main").all("dt")] == [
        "Holder",
        "Programme",
        "State",
        "Earned",
        "Issued",
        "Id here",
    ]


def test_a_certificate_is_found_by_the_id_that_stands_in_it(world: World, office: Office) -> None:
    award_id = world.issued()
    (credential,) = world.rows(Credential)
    answer = office.visit.get(f"office/awards?id={credential.credential_id}")
    assert answer.headers["Location"] == office.visit.path(f"office/awards/{award_id}")


def test_an_id_nothing_has_is_said_to_be_unknown(world: World, office: Office) -> None:
    world.issued()
    answer = office.visit.get("office/awards?id=urn:uuid:none")
    assert answer.status_code == 404
    assert "No award or credential here has the id" in page_of(answer).one(role="alert").text


def test_another_institutions_certificate_is_unknown(world: World) -> None:
    award_id = world.issued()
    with world.wired.db.begin() as session:
        other = an_institution(session, "School of Law")
    for look_up, name in ((awards.find_in, str(award_id)), (awards.of_id, award_id)):
        with pytest.raises(NotFoundError):
            world.do(look_up, other.id, name)


def test_an_award_nobody_has_is_not_there(world: World, office: Office) -> None:
    assert office.visit.get(f"office/awards/{world.institution_id}").status_code == 404


def test_a_revoked_certificate_is_marked_in_its_status_list(world: World, office: Office) -> None:
    award_id = world.issued()
    page = office.after(office.send(f"awards/{award_id}/revoke", reason="Issued by mistake."))
    assert "The certificate is revoked." in page.one(class_="notice").text
    (award,) = world.rows(Award)
    assert (award.state, award.revoked_reason) == ("revoked", "Issued by mistake.")
    assert award.revoked_by == office.visit.actor.person_id
    assert "Issued by mistake." in office.page(f"awards/{award_id}").text
    assert [entry.is_set for entry in world.rows(StatusEntryRow)] == [True]
    assert office.page(f"awards/{award_id}").all("form") == []


def test_without_a_reason_nothing_is_revoked(world: World, office: Office) -> None:
    award_id = world.issued()
    answer = office.send(f"awards/{award_id}/revoke", reason=" ")
    assert answer.status_code == 422
    assert "Say why" in page_of(answer).one(role="alert").text
    assert world.rows(Award)[0].state == "issued"


def test_what_is_revoked_stays_so(world: World, office: Office) -> None:
    award_id = world.issued()
    office.send(f"awards/{award_id}/revoke", reason="Issued by mistake.")
    answer = office.send(f"awards/{award_id}/revoke", reason="Again.")
    assert answer.status_code == 409
    assert "revoked already" in page_of(answer).one(role="alert").text
