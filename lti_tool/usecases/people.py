"""Persons and office roles; LMS roles never grant office roles."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.errors import InvalidInputError, NotAllowedError
from lti_tool.lti.roles import CourseRole
from lti_tool.sentence import say
from lti_tool.store.tables.people import OfficeRoleGrant, Person
from lti_tool.usecases import audit

COURSE_INSTRUCTOR = "course-instructor"
"""What a programme file writes to let a course's instructors act in their own course."""


class OfficeRole(StrEnum):
    """A role in an institution, granted by a person and by nothing else."""

    PROGRAMME_DIRECTOR = "programme-director"
    PROGRAMME_OFFICE = "programme-office"
    MODERATOR = "moderator"
    MARKER = "marker"
    FACILITATOR = "facilitator"
    CLINICAL_LEAD = "clinical-lead"
    REGISTRAR = "registrar"
    SAFETY_LEAD = "safety-lead"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Actor:
    """Who is acting: a person, where they came from, and what they may be there."""

    institution_id: UUID
    person_id: UUID
    course_id: UUID | None
    resource_link_id: UUID | None
    course_roles: frozenset[CourseRole]
    office_roles: frozenset[OfficeRole]

    @property
    def is_student(self) -> bool:
        """A student (or a test student) of the course they came from."""
        return bool(self.course_roles & {CourseRole.STUDENT, CourseRole.TEST_STUDENT})

    @property
    def is_staff(self) -> bool:
        """Holds an office role, or teaches in the course they came from."""
        teaching = {CourseRole.INSTRUCTOR, CourseRole.TEACHING_ASSISTANT}
        return bool(self.office_roles or self.course_roles & teaching)

    def has_any(self, roles: Collection[str], *, course_id: UUID | None) -> bool:
        """Whether one of `roles`, as a programme file writes them, is theirs for this course."""
        if self.office_roles & set(roles):
            return True
        return (
            COURSE_INSTRUCTOR in roles
            and CourseRole.INSTRUCTOR in self.course_roles
            and course_id is not None
            and course_id == self.course_id
        )

    def require(self, *roles: OfficeRole) -> None:
        """Raise NotAllowedError unless one of these office roles is theirs."""
        if not self.office_roles & set(roles):
            raise NotAllowedError(
                "people.not-allowed",
                say(
                    "people.not-allowed",
                    "Your roles don't include this page. Ask an administrator of the programme "
                    "if you need it.",
                ),
            )


@dataclass(frozen=True)
class PersonInfo:
    """A person as the office sees them."""

    id: UUID
    name: str | None
    email: str | None
    roles: tuple[OfficeRole, ...]


def roles_of(session: Session, institution_id: UUID, person_id: UUID) -> frozenset[OfficeRole]:
    """The office roles a person holds now."""
    held = session.scalars(
        select(OfficeRoleGrant.role).where(
            OfficeRoleGrant.institution_id == institution_id,
            OfficeRoleGrant.person_id == person_id,
        )
    )
    return frozenset(OfficeRole(role) for role in held)


def office(session: Session, institution_id: UUID) -> tuple[PersonInfo, ...]:
    """Everyone who holds an office role, by name."""
    held: dict[UUID, list[OfficeRole]] = {}
    for grant in session.scalars(
        select(OfficeRoleGrant)
        .where(OfficeRoleGrant.institution_id == institution_id)
        .order_by(OfficeRoleGrant.role)
    ):
        held.setdefault(grant.person_id, []).append(OfficeRole(grant.role))
    people = session.scalars(
        select(Person)
        .where(Person.institution_id == institution_id, Person.id.in_(held))
        .order_by(Person.name, Person.email)
    )
    return tuple(
        PersonInfo(id=person.id, name=person.name, email=person.email, roles=tuple(held[person.id]))
        for person in people
    )


def grant(
    session: Session,
    institution_id: UUID,
    person_id: UUID,
    role: OfficeRole,
    *,
    now: datetime,
    actor_id: UUID | None = None,
) -> bool:
    """Grant an office role; False when it was theirs already."""
    if session.get(OfficeRoleGrant, (institution_id, person_id, role.value)) is not None:
        return False
    session.add(
        OfficeRoleGrant(
            institution_id=institution_id,
            person_id=person_id,
            role=role.value,
            granted_at=now,
            granted_by=actor_id,
        )
    )
    audit.record(
        session,
        institution_id,
        "role.granted",
        subject=person_id,
        now=now,
        actor_id=actor_id,
        details={"role": role.value},
    )
    return True


def withdraw(
    session: Session,
    institution_id: UUID,
    person_id: UUID,
    role: OfficeRole,
    *,
    now: datetime,
    actor_id: UUID | None = None,
) -> bool:
    """Withdraw an office role; False when it wasn't theirs. Never the last administrator's."""
    row = session.get(OfficeRoleGrant, (institution_id, person_id, role.value))
    if row is None:
        return False
    if role is OfficeRole.ADMINISTRATOR and _administrators(session, institution_id) < 2:
        raise InvalidInputError(
            "people.last-administrator",
            say(
                "people.last-administrator",
                "This is the only administrator. Make somebody else one first.",
            ),
        )
    session.delete(row)
    audit.record(
        session,
        institution_id,
        "role.withdrawn",
        subject=person_id,
        now=now,
        actor_id=actor_id,
        details={"role": role.value},
    )
    return True


def _administrators(session: Session, institution_id: UUID) -> int:
    """How many there are; held until the transaction ends, so that withdrawals take turns."""
    held = session.scalars(
        select(OfficeRoleGrant.person_id)
        .where(
            OfficeRoleGrant.institution_id == institution_id,
            OfficeRoleGrant.role == OfficeRole.ADMINISTRATOR.value,
        )
        .order_by(OfficeRoleGrant.person_id)
        .with_for_update()
    )
    return len(held.all())
