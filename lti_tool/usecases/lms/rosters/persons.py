"""From a roster's entries to persons: those we know, those we know by an older id, new ones."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lti_tool.lti.registrations import RegistrationInfo
from lti_tool.lti.roles import CourseRole
from lti_tool.lti.roster import RosterMember
from lti_tool.store.tables.people import Account, Person

Value = TypeVar("Value")

_PIECE = 500
"""How many values one question holds: databases bound that."""


@dataclass(frozen=True)
class _Known:
    """The accounts of the people listed, by their id and by the id that outlasts a merging."""

    by_sub: Mapping[str, Account]
    by_legacy: Mapping[str, Account]

    def account_of(self, member: RosterMember) -> Account | None:
        """The account that an entry is of, or one that was merged into it."""
        return self.by_sub.get(member.user_id) or self.by_legacy.get(member.legacy_user_id or "")


def find_or_add(
    session: Session,
    registration: RegistrationInfo,
    listed: Sequence[RosterMember],
    *,
    now: datetime,
) -> dict[UUID, frozenset[CourseRole]]:
    """The person behind each entry with the roles listed; who is new is added, as by a launch.

    A name or e-mail the LMS keeps to itself now is not forgotten.
    """
    known = _known(session, registration, listed)
    persons = _persons(session, registration, known)
    owners: dict[str, Person] = {}
    here: dict[UUID, frozenset[CourseRole]] = {}
    for member in listed:
        account = known.account_of(member)
        person = persons[account.person_id] if account else _new_person(registration, now)
        person.name = member.name or person.name
        person.email = member.email or person.email
        owners[member.user_id] = person
        here[person.id] = here.get(person.id, frozenset()) | member.roles
    session.add_all(owners.values())
    # Accounts refer to persons by id alone: nothing but this order puts persons first.
    session.flush()
    for member in listed:
        _keep_account(session, known, member, owners[member.user_id], registration=registration)
    session.flush()
    return here


def _new_person(registration: RegistrationInfo, now: datetime) -> Person:
    return Person(institution_id=registration.institution_id, id=uuid4(), created_at=now)


def _keep_account(
    session: Session,
    known: _Known,
    member: RosterMember,
    owner: Person,
    *,
    registration: RegistrationInfo,
) -> None:
    """Let the id lead to its person; one found by the older id gets this one as a second."""
    account = known.by_sub.get(member.user_id)
    if account is None:
        account = Account(
            institution_id=registration.institution_id,
            registration_id=registration.id,
            sub=member.user_id,
            person_id=owner.id,
        )
        session.add(account)
    account.legacy_id = member.legacy_user_id or account.legacy_id


def _known(
    session: Session, registration: RegistrationInfo, listed: Sequence[RosterMember]
) -> _Known:
    subs = [member.user_id for member in listed]
    found = _accounts(session, registration, Account.sub, subs)
    by_sub = {account.sub: account for account in found}
    legacy_ids = _telling_legacy_ids(listed, by_sub)
    older = _accounts(session, registration, Account.legacy_id, legacy_ids)
    # What must never happen: two people on one list become one. An older account only stands for
    # somebody who isn't listed by it as well.
    taken = {account.person_id for account in by_sub.values()}
    by_legacy = {
        account.legacy_id: account
        for account in older
        if account.legacy_id and account.person_id not in taken
    }
    return _Known(by_sub, by_legacy)


def _telling_legacy_ids(listed: Sequence[RosterMember], by_sub: Mapping[str, Account]) -> list[str]:
    """The older ids of people whose id is new to us, unless two of the list share one."""
    counted = Counter(member.legacy_user_id for member in listed if member.legacy_user_id)
    new = (member.legacy_user_id for member in listed if member.user_id not in by_sub)
    return [legacy_id for legacy_id in new if legacy_id and counted[legacy_id] == 1]


def _accounts(
    session: Session,
    registration: RegistrationInfo,
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
    values: Sequence[str],
) -> Iterator[Account]:
    for piece in _pieces(values):
        yield from session.scalars(
            select(Account).where(
                Account.institution_id == registration.institution_id,
                Account.registration_id == registration.id,
                column.in_(piece),
            )
        )


def _persons(session: Session, registration: RegistrationInfo, known: _Known) -> dict[UUID, Person]:
    accounts = (*known.by_sub.values(), *known.by_legacy.values())
    found: dict[UUID, Person] = {}
    for piece in _pieces([account.person_id for account in accounts]):
        rows = session.scalars(
            select(Person).where(
                Person.institution_id == registration.institution_id, Person.id.in_(piece)
            )
        )
        found.update({person.id: person for person in rows})
    return found


def _pieces(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    for start in range(0, len(values), _PIECE):
        yield values[start : start + _PIECE]
