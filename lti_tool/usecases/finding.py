"""Whom somebody means by an e-mail address or an id."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from lti_tool.errors import InvalidInputError, NotFoundError
from lti_tool.sentence import say
from lti_tool.store.tables.people import Account, Person
from lti_tool.store.tables.platforms import Registration


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


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
