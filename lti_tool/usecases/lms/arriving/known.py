"""What we have of a launch's person, course, link and enrolment, found with one question."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Label, and_, bindparam, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from lti_tool.lti.launch import Launch
from lti_tool.store.driver import Transaction
from lti_tool.store.prepared import Prepared, Row
from lti_tool.store.tables.people import Account, Member, OfficeRoleGrant, Person
from lti_tool.store.tables.platforms import Course, Deployment, Registration, ResourceLink
from lti_tool.store.tables.programmes import Enrolment, ProgrammeVersion
from lti_tool.store.tables.progress import EvidenceRow
from lti_tool.store.tables.submissions import Submission
from lti_tool.usecases import programmes
from lti_tool.usecases.people import OfficeRole
from lti_tool.usecases.progress import DONE

SEEN_EVERY = timedelta(hours=1)
"""How exactly we note when somebody or something was seen last."""


def _of(kind: str, *columns: InstrumentedAttribute[Any]) -> tuple[Label[Any], ...]:
    return tuple(column.label(f"{kind}_{column.key}") for column in columns)


_IS_DONE = exists().where(
    EvidenceRow.institution_id == Enrolment.institution_id,
    EvidenceRow.enrolment_id == Enrolment.id,
    EvidenceRow.activity_id == bindparam("activity_id"),
    EvidenceRow.kind == DONE,
)
_IS_ACCEPTED = exists().where(
    Submission.institution_id == Enrolment.institution_id,
    Submission.enrolment_id == Enrolment.id,
    Submission.activity_id == bindparam("activity_id"),
    Submission.state == "accepted",
)
_KNOWN = Prepared(
    select(
        Deployment.state.label("deployment_state"),
        OfficeRoleGrant.role.label("office_role"),
        ProgrammeVersion.digest,
        *_of("registration", Registration.product_family),
        Member.person_id.label("member_id"),
        *_of("account", Account.legacy_id),
        *_of("person", Person.id, Person.name, Person.email),
        *_of("member", Member.roles, Member.seen_at, Member.left_at),
        *_of("course", Course.id, Course.title, Course.line_items_url, Course.memberships_url),
        *_of("course", Course.service_scopes, Course.copied_from, Course.seen_at),
        *_of("link", ResourceLink.id, ResourceLink.title, ResourceLink.activity),
        *_of("link", ResourceLink.line_item_url, ResourceLink.chosen_by, ResourceLink.seen_at),
        *_of("enrolment", Enrolment.id),
        or_(_IS_DONE, _IS_ACCEPTED).label("is_finished"),
    )
    .select_from(Registration)
    .outerjoin(
        Deployment,
        and_(
            Deployment.institution_id == Registration.institution_id,
            Deployment.registration_id == Registration.id,
            Deployment.deployment_id == bindparam("deployment_id"),
        ),
    )
    .outerjoin(
        Account,
        and_(
            Account.institution_id == Registration.institution_id,
            Account.registration_id == Registration.id,
            Account.sub == bindparam("sub"),
        ),
    )
    .outerjoin(
        Person,
        and_(Person.institution_id == Account.institution_id, Person.id == Account.person_id),
    )
    .outerjoin(
        Course,
        and_(
            Course.institution_id == Registration.institution_id,
            Course.registration_id == Registration.id,
            Course.deployment_id == bindparam("deployment_id"),
            Course.context_id == bindparam("context_id"),
        ),
    )
    .outerjoin(
        ResourceLink,
        and_(
            ResourceLink.institution_id == Course.institution_id,
            ResourceLink.course_id == Course.id,
            ResourceLink.link_id == bindparam("link_id"),
        ),
    )
    .outerjoin(
        Member,
        and_(
            Member.institution_id == Course.institution_id,
            Member.course_id == Course.id,
            Member.person_id == Person.id,
        ),
    )
    .outerjoin(
        OfficeRoleGrant,
        and_(
            OfficeRoleGrant.institution_id == Person.institution_id,
            OfficeRoleGrant.person_id == Person.id,
        ),
    )
    .outerjoin(
        Enrolment,
        and_(
            Enrolment.institution_id == Person.institution_id,
            Enrolment.person_id == Person.id,
            Enrolment.programme_id == bindparam("programme_id"),
        ),
    )
    .outerjoin(
        ProgrammeVersion,
        and_(
            ProgrammeVersion.institution_id == Enrolment.institution_id,
            ProgrammeVersion.programme_id == Enrolment.programme_id,
            ProgrammeVersion.version == Enrolment.version,
        ),
    )
    .where(
        Registration.institution_id == bindparam("institution_id"),
        Registration.id == bindparam("registration_id"),
    )
)


@dataclass(frozen=True, slots=True)
class Known:
    """What we had when the launch came. `columns` are `person_name`, `course_id` and so on; None
    where we have no such person, course, link or enrolment.
    """

    columns: Row
    office_roles: frozenset[OfficeRole]

    def id_of(self, kind: str) -> UUID | None:
        """The id of the person, course, link, member or enrolment; None when it is new to us."""
        found: UUID | None = self.columns[f"{kind}_id"]
        return found

    def news(self, kind: str, said: Mapping[str, object]) -> dict[str, object]:
        """What the LMS says otherwise than we have it. What it leaves out is no news."""
        return {
            name: value
            for name, value in said.items()
            if value is not None and value != self.columns[f"{kind}_{name}"]
        }

    def seen_at(self, kind: str, now: datetime) -> datetime | None:
        """`now`, when it is worth noting that it was seen again; else None."""
        seen_at = self.columns[f"{kind}_seen_at"]
        return None if seen_at is not None and now - seen_at < SEEN_EVERY else now


def find_known(session: Transaction, launch: Launch) -> Known:
    """Everything at once: asked one by one it takes longer than all the rest of a launch."""
    programme_id, activity_id = programmes.split_activity(launch.activity or "")
    asked = {
        "institution_id": launch.institution_id,
        "registration_id": launch.registration_id,
        "deployment_id": launch.deployment_id,
        "sub": launch.sub,
        "context_id": launch.context_id,
        "link_id": launch.resource_link_id,
        "programme_id": programme_id,
        "activity_id": activity_id,
    }
    rows = _KNOWN.rows(session, asked)
    # One row for each office role; everything else is the same in all of them.
    held = (row["office_role"] for row in rows)
    return Known(rows[0], frozenset(OfficeRole(role) for role in held if role is not None))
