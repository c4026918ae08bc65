"""People: office roles come from people only, and an institution keeps an administrator."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from lti_tool.errors import InvalidInputError, NotAllowedError, NotFoundError
from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.audit import AuditEvent
from lti_tool.store.tables.people import Person
from lti_tool.usecases import finding, people
from lti_tool.usecases.people import OfficeRole
from tests.support.builders import a_person


def somebody(world, **details):
    with world.wired.db.begin() as session:
        return a_person(session, world.institution_id, **details)


def grant(world, person_id, role=OfficeRole.ADMINISTRATOR, **options):
    return world.do(people.grant, world.institution_id, person_id, role, **options)


def withdraw(world, person_id, role=OfficeRole.ADMINISTRATOR):
    return world.do(people.withdraw, world.institution_id, person_id, role)


def roles_of(world, person_id):
    return world.do(people.roles_of, world.institution_id, person_id)


def test_a_role_is_granted_once_and_recorded_with_who_did_it(world):
    person_id, office = somebody(world), somebody(world)
    assert grant(world, person_id, OfficeRole.MARKER, actor_id=office)
    assert not grant(world, person_id, OfficeRole.MARKER)
    assert roles_of(world, person_id) == {OfficeRole.MARKER}
    (event,) = (row for row in world.rows(AuditEvent) if row.action == "role.granted")
    assert (event.actor_id, event.details) == (office, {"role": "marker"})


def test_a_role_is_withdrawn_once(world):
    person_id = somebody(world)
    grant(world, person_id, OfficeRole.MARKER)
    assert withdraw(world, person_id, OfficeRole.MARKER)
    assert not withdraw(world, person_id, OfficeRole.MARKER)
    assert roles_of(world, person_id) == frozenset()
    assert world.actions()["role.withdrawn"] == 1


def test_the_last_administrator_stays(world):
    person_id = somebody(world)
    grant(world, person_id)
    with pytest.raises(InvalidInputError, match="only administrator"):
        withdraw(world, person_id)
    grant(world, somebody(world))
    assert withdraw(world, person_id)


def test_of_two_administrators_withdrawn_at_once_one_stays(world):
    both = [somebody(world) for _ in range(2)]
    for person_id in both:
        grant(world, person_id)
    with ThreadPoolExecutor(1) as pool:
        with world.wired.db.begin() as session:
            people.withdraw(
                session,
                world.institution_id,
                both[0],
                OfficeRole.ADMINISTRATOR,
                now=world.clock(),
            )
            other = pool.submit(withdraw, world, both[1])
            with pytest.raises(TimeoutError):
                other.result(timeout=0.5)
        with pytest.raises(InvalidInputError):
            other.result(timeout=20)
    assert roles_of(world, both[1]) == {OfficeRole.ADMINISTRATOR}


def test_a_role_at_one_institution_is_none_at_another(world):
    person_id = somebody(world)
    grant(world, person_id)
    assert world.do(people.roles_of, uuid4(), person_id) == frozenset()


def test_no_course_role_is_an_office_role(world):
    assert world.instructor.office_roles == frozenset()
    with pytest.raises(NotAllowedError):
        world.instructor.require(OfficeRole.MARKER)


@pytest.mark.parametrize(
    ("roles", "is_student", "is_staff"),
    [
        ([CourseRole.STUDENT], True, False),
        ([CourseRole.TEST_STUDENT], True, False),
        ([CourseRole.INSTRUCTOR], False, True),
        ([CourseRole.TEACHING_ASSISTANT], False, True),
        ([CourseRole.OBSERVER], False, False),
    ],
)
def test_course_roles_say_who_studies_and_who_teaches(world, roles, is_student, is_staff):
    actor = world.someone(*roles)
    assert (actor.is_student, actor.is_staff) == (is_student, is_staff)


def test_who_holds_an_office_is_staff_and_may_do_what_it_allows(world):
    registrar = world.someone(office=[OfficeRole.REGISTRAR])
    assert registrar.is_staff
    registrar.require(OfficeRole.ADMINISTRATOR, OfficeRole.REGISTRAR)


def test_the_office_is_listed_by_name_with_every_role(world):
    zoe, ada = somebody(world, name="Zoe"), somebody(world, name="Ada")
    grant(world, zoe, OfficeRole.MARKER)
    grant(world, ada, OfficeRole.REGISTRAR)
    grant(world, ada, OfficeRole.MARKER)
    listed = world.do(people.office, world.institution_id)
    assert [(one.name, one.roles) for one in listed] == [
        ("Ada", (OfficeRole.MARKER, OfficeRole.REGISTRAR)),
        ("Zoe", (OfficeRole.MARKER,)),
    ]


def find(world, who):
    return world.do(finding.find_or_add, world.institution_id, who)


def test_a_person_is_found_by_id_and_by_mail_in_any_case(world):
    person_id = somebody(world, email="Ada@Example.edu")
    assert find(world, str(person_id)) == person_id
    assert find(world, " ada@example.EDU ") == person_id


def test_an_unknown_mail_address_becomes_a_new_person_once(world):
    person_id = find(world, "new@example.edu")
    assert find(world, "new@example.edu") == person_id
    assert [row.email for row in world.rows(Person) if row.id == person_id] == ["new@example.edu"]


def test_an_address_that_only_an_lms_vouches_for_is_confirmed_first(world):
    student_id = world.student.person_id
    with world.wired.db.begin() as session:
        session.get_one(Person, (world.institution_id, student_id)).email = "dean@example.edu"
    for sure_of in (None, uuid4()):
        with pytest.raises(finding.UnconfirmedError, match="Robin Weber") as caught:
            world.do(finding.find_or_add, world.institution_id, "dean@example.edu", sure_of=sure_of)
        assert str(student_id) in str(caught.value.sentence)
        assert "https://lms.example.edu" in str(caught.value.sentence)
    found = world.do(
        finding.find_or_add, world.institution_id, "dean@example.edu", sure_of=student_id
    )
    assert found == find(world, str(student_id)) == student_id


@pytest.mark.parametrize(
    "who",
    ["Robin Weber", "robin", "@", "a b@example.edu", "", "a\0@example.edu", "a\udcff@example.edu"],
)
def test_a_name_is_not_enough_to_find_somebody(world, who):
    with pytest.raises(InvalidInputError, match="e-mail address or by their id"):
        find(world, who)


def test_an_unknown_id_is_said(world):
    with pytest.raises(NotFoundError, match="Nobody here has the id"):
        find(world, str(uuid4()))


def test_two_people_with_one_address_are_named_by_id(world):
    ids = [somebody(world, email="both@example.edu") for _ in range(2)]
    with pytest.raises(InvalidInputError, match="2 people here") as caught:
        find(world, "both@example.edu")
    assert all(str(one) in str(caught.value) for one in ids)
