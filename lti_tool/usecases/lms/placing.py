"""Place activities in a course: what there is to choose, who may, and the signed answer.

Nothing changes here until the answer is signed, and that happens when it is submitted: Canvas
takes an answer for five minutes only.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from lti_tool.errors import InvalidInputError, NotAllowedError, NotFoundError
from lti_tool.lti.deep_linking import (
    ActivityLink,
    Placing,
    content_item,
    response_claims,
    sign_response,
)
from lti_tool.lti.registrations import RegistrationInfo, find_registration
from lti_tool.lti.tool_keys import signing_tool_key
from lti_tool.programme.definition import Programme
from lti_tool.sentence import say
from lti_tool.store.encryption import SealingKey
from lti_tool.usecases import audit, programmes
from lti_tool.usecases.lms.links import TEACHING
from lti_tool.usecases.people import Actor
from lti_tool.usecases.visits import SignedIn

NOTHING_CHOSEN = say("placing.nothing-chosen", "Choose what to place, then go on.")
ONLY_ONE = say(
    "placing.only-one", "Your course takes one activity at this place. Choose one of them."
)
NOT_ASKED = say(
    "placing.not-asked",
    "Your course didn't ask for activities here. Open its editor and choose this tool there.",
)
TEACHERS_ONLY = say(
    "placing.teachers-only",
    "Only those who run the course place activities in it. If you want to work on one, open it "
    "from your course.",
)


@dataclass(frozen=True)
class Offer:
    """What the page shows: the published programmes, and what the LMS takes."""

    programmes: tuple[Programme, ...]
    placing: Placing


@dataclass(frozen=True)
class Signing:
    """What an answer is signed with, and the moment it is."""

    base_url: str
    master: SealingKey = field(repr=False)
    nonce: str = field(repr=False)
    now: datetime


@dataclass(frozen=True)
class Answer:
    """What the person's browser posts to the LMS, and where."""

    url: str
    jwt: str = field(repr=False)


def offer(session: Session, who: SignedIn) -> Offer:
    """What may be placed from this visit.

    Raises NotFoundError when its launch asked for nothing, NotAllowedError for whom
    `_may_place` refuses.
    """
    placing = who.details.placing
    if placing is None:
        raise NotFoundError("placing.not-asked", NOT_ASKED)
    if not _may_place(who.actor):
        raise NotAllowedError("placing.teachers-only", TEACHERS_ONLY)
    return Offer(programmes.all_current(session, who.actor.institution_id), placing)


def chosen(
    offered: Offer, names: Collection[str], *, columns_for_all: bool
) -> tuple[ActivityLink, ...]:
    """The activities of these names, in the programmes' order, as the course will list them.

    What is marked gets a column in the gradebook; what is only read or agreed to gets one when
    `columns_for_all`. Nothing does where the LMS takes none. Raises InvalidInputError.
    """
    wanted = set(names)
    links = tuple(one for one in _links(offered, columns_for_all) if one.activity in wanted)
    if not links or len(links) < len(wanted) or not offered.placing.takes_activities:
        raise InvalidInputError("placing.nothing-chosen", NOTHING_CHOSEN)
    if len(links) > 1 and not offered.placing.takes_several:
        raise InvalidInputError("placing.only-one", ONLY_ONE)
    return links


def answer(
    session: Session,
    who: SignedIn,
    links: Sequence[ActivityLink],
    *,
    message: str,
    signing: Signing,
) -> Answer:
    """Sign the answer to the LMS; without links it says that nothing was chosen.

    `message` is for the person, in their language. Raises what `offer` raises.
    """
    placing = offer(session, who).placing
    registration = _registration(session, who)
    items = [
        content_item(link, base_url=signing.base_url, product_family=registration.product_family)
        for link in links
    ]
    claims = response_claims(placing, items, registration=registration, message=message)
    tool_key = signing_tool_key(
        session,
        institution_id=registration.institution_id,
        sealing_key=signing.master,
        now=signing.now,
    )
    if links:
        _record(session, who, links, now=signing.now)
    signed = sign_response(claims, tool_key, now=signing.now, nonce=signing.nonce)
    return Answer(url=placing.return_url, jwt=signed)


def _may_place(actor: Actor) -> bool:
    """Whoever runs the course; and whom the LMS let into its editor without a role in the course.

    The latter are Canvas' account administrators. They learn the titles of published activities
    and nothing else, and the LMS checks once more what they may change. Students get Canvas'
    text editor too, and homework dialogues: they are refused.
    """
    return not actor.course_roles or bool(actor.course_roles & TEACHING)


def _links(offered: Offer, columns_for_all: bool) -> Iterator[ActivityLink]:
    for programme in offered.programmes:
        for activity in programme.activities:
            is_marked = activity.rubric_id is not None
            has_column = offered.placing.takes_columns and (is_marked or columns_for_all)
            yield ActivityLink(
                activity=f"{programme.id}/{activity.id}",
                title=activity.title,
                text=f"{programme.title}: {programme.module_of(activity.id).title}",
                tag=activity.kind if has_column else None,
                is_marked=is_marked,
            )


def _registration(session: Session, who: SignedIn) -> RegistrationInfo:
    if who.registration_id is None:
        raise NotFoundError("placing.not-asked", NOT_ASKED)
    return find_registration(session, who.registration_id)


def _record(
    session: Session, who: SignedIn, links: Sequence[ActivityLink], *, now: datetime
) -> None:
    audit.record(
        session,
        who.actor.institution_id,
        "activities.placed",
        subject=who.actor.course_id or who.registration_id,
        now=now,
        actor_id=who.actor.person_id,
        details={"activities": [link.activity for link in links]},
    )
