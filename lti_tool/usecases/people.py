"""Persons and office roles; LMS roles never grant office roles."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from lti_tool.errors import InvalidInputError, NotAllowedError, NotFoundError
from lti_tool.lti.roles import CourseRole
from lti_tool.sentence import say
from lti_tool.store.tables.people import Account, OfficeRoleGrant, Person
from lti_tool.store.tables.platforms import Registration
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


@dataclass(frozen=True)
class Match:
    """Somebody found by what was typed, and the LMSs (issuers) they came from.

    `is_claimed` when they were found by an address that only an LMS vouches for: often everybody
    may change their own there, so anybody could have taken this one.
    """

    id: UUID
    name: str | None
    email: str | None
    came_from: tuple[str, ...]
    is_claimed: bool


class UnconfirmedError(InvalidInputError):
    """An office role would go to somebody whose address only an LMS vouches for."""

    def __init__(self, person: Match) -> None:
        super().__init__(
            "people.unconfirmed",
            say(
                "people.unconfirmed",
                "Nothing was granted yet. The address %(email)s belongs to %(name)s (id %(id)s), "
                "as %(lms)s says, where people may be able to change it. Make sure that this is "
                "who you mean; then confirm it, or name them by their id.",
                email=person.email,
                name=person.name or "-",
                id=person.id,
                lms=", ".join(person.came_from),
            ),
        )
        self.person = person


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


def find(session: Session, institution_id: UUID, who: str) -> UUID | None:
    """The person with this id or e-mail address; None when nobody here has the address.

    Raises NotFoundError for an unknown id, InvalidInputError when `who` is neither, or several
    people have the address.
    """
    if person_id := _as_uuid(who):
        if session.get(Person, (institution_id, person_id)) is None:
            raise NotFoundError(
                "people.unknown",
                say("people.unknown", "Nobody here has the id %(who)s.", who=who),
            )
        return person_id
    email = who.strip()
    if "@" not in email.strip("@") or " " in email or not email.isprintable():
        raise InvalidInputError(
            "people.who",
            say("people.who", "Name the person by an e-mail address or by their id here."),
        )
    found = session.scalars(
        select(Person.id).where(
            Person.institution_id == institution_id, func.lower(Person.email) == email.lower()
        )
    ).all()
    if len(found) > 1:
        raise InvalidInputError(
            "people.several",
            say(
                "people.several",
                "%(count)s people here have that address. Name the person by id: %(ids)s.",
                count=len(found),
                ids=", ".join(str(person_id) for person_id in found),
            ),
        )
    return found[0] if found else None


def look_up(session: Session, institution_id: UUID, who: str) -> Match | None:
    """Whom `find` finds, with what tells them apart from somebody else of that address."""
    person_id = find(session, institution_id, who)
    if person_id is None:
        return None
    person = session.get_one(Person, (institution_id, person_id))
    issuers = session.scalars(
        select(Registration.platform_issuer)
        .join(
            Account,
            and_(
                Account.institution_id == Registration.institution_id,
                Account.registration_id == Registration.id,
            ),
        )
        .where(Account.institution_id == institution_id, Account.person_id == person_id)
        .order_by(Registration.platform_issuer)
    ).all()
    return Match(
        id=person.id,
        name=person.name,
        email=person.email,
        came_from=tuple(dict.fromkeys(issuers)),
        is_claimed=bool(issuers) and _as_uuid(who) is None,
    )


def find_or_add(
    session: Session,
    institution_id: UUID,
    who: str,
    *,
    now: datetime,
    sure_of: UUID | None = None,
) -> UUID:
    """The person `find` finds; an unknown e-mail address becomes a new person.

    Raises UnconfirmedError for somebody whose address only an LMS vouches for, unless `sure_of`
    is their id.
    """
    found = look_up(session, institution_id, who)
    if found is not None:
        if found.is_claimed and found.id != sure_of:
            raise UnconfirmedError(found)
        return found.id
    person = Person(institution_id=institution_id, id=uuid4(), email=who.strip(), created_at=now)
    session.add(person)
    session.flush()
    return person.id


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


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
