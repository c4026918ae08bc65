"""Names and Role Provisioning Services: who is in a course, read whole or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lti_tool.errors import LaunchRejectedError, PlatformError
from lti_tool.lti.calling.calls import Answer
from lti_tool.lti.connector import Connector, ServiceCall
from lti_tool.lti.reading.claims import Claims, name_of
from lti_tool.lti.registrations import RegistrationInfo
from lti_tool.lti.roles import CourseRole, course_roles
from lti_tool.sentence import Sentence, say

ROSTER_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
ROSTER_MEDIA = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
MOST_MEMBERS = 100_000
_HERE = frozenset({"active", ""})


@dataclass(frozen=True, slots=True)
class RosterMember:
    """Somebody in a course, as the platform lists them.

    `user_id` is what launches call `sub`, unique within the registration. Name and e-mail are None
    where privacy settings leave them out. `legacy_user_id` is Canvas' older id, which stays the
    same when accounts are merged.
    """

    user_id: str
    roles: frozenset[CourseRole]
    name: str | None = field(repr=False)
    email: str | None = field(repr=False)
    legacy_user_id: str | None


def read_whole_roster(
    connector: Connector,
    registration: RegistrationInfo,
    memberships_url: str,
    *,
    context_id: str,
) -> tuple[RosterMember, ...]:
    """Everybody who is in the course now, each once, in the platform's order (NRPS 2.0 §2).

    No page size and no role is asked for: Moodle sends everybody at once, but would order pages
    differently each time and forget the role on the second; Canvas sends 50 whatever is asked.
    Whoever is inactive or deleted is left out. Raises PlatformError: the connector's, or
    `roster.unreadable`, `roster.other-course`, `roster.too-long`. Then nothing was read.
    """
    call = ServiceCall(
        method="GET",
        url=memberships_url,
        scopes=frozenset({ROSTER_SCOPE}),
        # Moodle refuses "application/json" here.
        headers={"Accept": ROSTER_MEDIA},
    )
    found: dict[str, RosterMember] = {}
    for page in connector.read_pages(registration, call):
        for member in _members(page, context_id):
            found[member.user_id] = _together(found.get(member.user_id), member)
            if len(found) > MOST_MEMBERS:
                raise _too_long()
    return tuple(found.values())


def _members(page: Answer, context_id: str) -> Iterable[RosterMember]:
    document = page.json()
    listed = document.get("members") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(listed, list):
        raise _unreadable()
    try:
        _refuse_other_course(document.get("context"), context_id)
        members = [_member(one) for one in listed]
    except LaunchRejectedError:
        raise _unreadable() from None
    return [member for member in members if member is not None]


def _member(listed: object) -> RosterMember | None:
    """One entry; None for somebody who isn't there any more.

    What names nobody can't be left out: whoever it was meant for would seem to have left.
    """
    if not isinstance(listed, dict):
        raise _unreadable()
    claims = Claims(listed)
    user_id = claims.identifier("user_id")
    if user_id is None:
        raise _unreadable()
    # Not said means active (NRPS 2.0 §2.2).
    if (claims.text("status") or "").lower() not in _HERE:
        return None
    return RosterMember(
        user_id=user_id,
        roles=course_roles(claims.texts("roles") or ()),
        name=name_of(claims),
        email=claims.email("email"),
        legacy_user_id=claims.helpful_identifier("lti11_legacy_user_id"),
    )


def _together(first: RosterMember | None, second: RosterMember) -> RosterMember:
    """Somebody listed twice, once for each role or because a list moved under the reading."""
    if first is None:
        return second
    return RosterMember(
        user_id=first.user_id,
        roles=first.roles | second.roles,
        name=first.name or second.name,
        email=first.email or second.email,
        legacy_user_id=first.legacy_user_id or second.legacy_user_id,
    )


def _refuse_other_course(context: object, context_id: str) -> None:
    """What must never happen: one course's people in another's list."""
    named = Claims(context if isinstance(context, dict) else {}).identifier("id")
    if named is not None and named != context_id:
        raise _error(
            say(
                "roster.other-course",
                "The LMS sent the list of people of another course, so it was not used. Its "
                "administrator should look at the tool's connection.",
            ),
            retryable=False,
        )


def _unreadable() -> PlatformError:
    return _error(
        say(
            "roster.unreadable",
            "The LMS sent a list of people that can't be read, so nothing was changed.",
        ),
        retryable=True,
    )


def _too_long() -> PlatformError:
    return _error(
        say(
            "roster.too-long",
            "The LMS lists more people than this tool reads for one course, so nothing was "
            "changed.",
        ),
        retryable=False,
    )


def _error(sentence: Sentence, *, retryable: bool) -> PlatformError:
    return PlatformError(sentence.id, sentence, retryable=retryable)
