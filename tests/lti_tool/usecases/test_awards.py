"""Awards: decided once, revoked for good, each step in the audit or nowhere."""

from uuid import UUID, uuid4

import pytest

from lti_tool import worker
from lti_tool.errors import ConflictError, InvalidInputError, NotFoundError
from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.audit import AuditEvent
from lti_tool.store.tables.awards import Award, Credential, StatusEntryRow
from lti_tool.usecases import awards, enrolment, progress
from tests.support.builders import TASTER, a_person


def revoke(world, award_id, reason="Issued by mistake.", **options):
    world.do(awards.revoke, world.institution_id, award_id, reason=reason, **options)


def reevaluate(world):
    enrolled = world.do(enrolment.of_student, world.student, TASTER)
    world.do(progress.reevaluate, enrolled)


def test_an_award_keeps_the_requirement_as_it_stood(world):
    award_id = world.earned()
    (award,) = world.rows(Award)
    assert award.id == award_id
    assert award.snapshot["requirement"] == "taster-complete"
    assert award.snapshot["state"] == "met"
    assert [child["state"] for child in award.snapshot["children"]] == ["met", "met"]


def test_requirements_met_again_decide_no_second_award(world):
    world.earned()
    reevaluate(world)
    assert len(world.rows(Award)) == 1
    assert world.actions()["requirement.met"] == 3


def test_a_revoked_award_is_not_given_back_by_itself(world):
    award_id = world.earned()
    revoke(world, award_id)
    reevaluate(world)
    assert [award.state for award in world.rows(Award)] == ["revoked"]


def test_revoking_sets_the_bit_and_says_who_and_why(world):
    award_id = world.issued()
    with world.wired.db.begin() as session:
        registrar = a_person(session, world.institution_id)
    revoke(world, award_id, "  The exam was somebody else's.  ", actor_id=registrar)
    (award,) = world.rows(Award)
    assert (award.state, award.revoked_at, award.revoked_by) == (
        "revoked",
        world.clock(),
        registrar,
    )
    assert award.revoked_reason == "The exam was somebody else's."
    assert [entry.is_set for entry in world.rows(StatusEntryRow)] == [True]
    (event,) = (row for row in world.rows(AuditEvent) if row.action == "award.revoked")
    assert (event.subject, event.actor_id) == (str(award_id), registrar)
    assert event.details == {"reason": "The exam was somebody else's."}


def test_a_revocation_that_is_rolled_back_leaves_neither_bit_nor_audit(world):
    award_id = world.issued()
    with pytest.raises(ZeroDivisionError), world.wired.db.begin() as session:
        awards.revoke(
            session, world.institution_id, award_id, reason="A mistake.", now=world.clock()
        )
        _ = 1 / 0
    assert [award.state for award in world.rows(Award)] == ["issued"]
    assert [entry.is_set for entry in world.rows(StatusEntryRow)] == [False]
    assert world.actions()["award.revoked"] == 0


def test_what_is_revoked_before_it_is_signed_is_never_signed(world):
    award_id = world.earned()
    revoke(world, award_id)
    (message,) = world.messages("issue_badge")
    assert worker.deliver(world.wired, message.id)
    assert world.rows(Credential) == []
    assert world.do(awards.held, world.student, award_id).signed is None


def test_revoking_twice_is_a_conflict(world):
    award_id = world.issued()
    revoke(world, award_id)
    with pytest.raises(ConflictError):
        revoke(world, award_id)
    assert world.actions()["award.revoked"] == 1


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_revocation_needs_a_reason(world, reason):
    award_id = world.issued()
    with pytest.raises(InvalidInputError, match="Say why"):
        revoke(world, award_id, reason)


def test_an_unknown_award_cannot_be_revoked_or_looked_at(world):
    with pytest.raises(NotFoundError):
        revoke(world, uuid4())
    with pytest.raises(NotFoundError):
        world.do(awards.of_id, world.institution_id, uuid4())


def test_holder_and_office_see_the_same_award_and_nobody_else_does(world):
    award_id = world.issued()
    (own,) = world.do(awards.of_student, world.student)
    assert (own.id, own.state, own.programme_title) == (award_id, "issued", "Foundations taster")
    assert own.issued_at == world.clock()
    assert world.do(awards.of_institution, world.institution_id) == (own,)
    assert world.do(awards.of_id, world.institution_id, award_id) == own
    somebody = world.someone(CourseRole.STUDENT)
    assert world.do(awards.of_student, somebody) == ()
    with pytest.raises(NotFoundError):
        world.do(awards.held, somebody, award_id)


def test_a_holder_takes_along_what_is_signed_until_it_is_revoked(world):
    award_id = world.earned()
    assert world.do(awards.held, world.student, award_id).signed is None
    (message,) = world.messages("issue_badge")
    worker.deliver(world.wired, message.id)
    held = world.do(awards.held, world.student, award_id)
    assert held.signed is not None
    assert held.picture.lstrip().startswith("<svg")
    revoke(world, award_id)
    assert world.do(awards.held, world.student, award_id).signed is None


def test_an_award_is_found_by_its_id_and_by_the_credentials(world):
    award_id = world.issued()
    (credential,) = world.rows(Credential)
    for name in (str(award_id), credential.credential_id):
        assert world.do(awards.find, name) == (world.institution_id, award_id)


@pytest.mark.parametrize("name", ["no-such-thing", str(UUID(int=7))])
def test_a_name_that_is_none_is_said(world, name):
    with pytest.raises(NotFoundError, match=name):
        world.do(awards.find, name)


def test_the_office_finds_an_award_of_its_own_institution_only(world):
    award_id = world.earned()
    assert world.do(awards.find_in, world.institution_id, str(award_id)) == award_id
    with pytest.raises(NotFoundError, match=str(award_id)):
        world.do(awards.find_in, uuid4(), str(award_id))


def test_several_awards_of_one_version_are_listed(world):
    for _ in range(2):
        world.earned(world.another_student())
    listed = world.do(awards.of_institution, world.institution_id)
    assert [one.programme_title for one in listed] == ["Foundations taster"] * 2
