"""Verified launch claims as one frozen Launch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from lti_tool.errors import LaunchRejectedError
from lti_tool.lti.launch_storage import Expected, find_expected, use_up
from lti_tool.lti.platform_keys import PlatformKeyStore
from lti_tool.lti.reading.claims import (
    LTI,
    Claims,
    activity_of,
    context_history,
    name_of,
    return_address,
)
from lti_tool.lti.reading.deep_linking import DeepLinkingSettings, deep_linking_settings
from lti_tool.lti.reading.id_token import UnverifiedToken, read_token, verified_claims
from lti_tool.lti.reading.services import platform_addresses, service_scopes
from lti_tool.lti.refusals import refused
from lti_tool.lti.roles import CourseRole, course_roles
from lti_tool.store.database import Database
from lti_tool.store.driver import Transaction

PLATFORM = f"{LTI}tool_platform"


class DeploymentState(StrEnum):
    """Whether we work for the place the launch comes from."""

    ACTIVE = "active"
    PENDING = "pending"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """Never seen: Canvas makes one per course or account. The caller records it as pending."""


@dataclass(frozen=True, slots=True)
class Launch:
    """Who came from where, wanting what; every field was signed by the platform and checked.

    Ids are unique within the registration only. What the LMS left out, left empty or did not
    fill in is None. Addresses are http(s).
    """

    institution_id: UUID
    registration_id: UUID
    login_id: UUID
    deployment_id: str
    deployment_state: DeploymentState
    sub: str
    message_type: str
    target: str
    activity: str | None
    context_id: str | None
    context_title: str | None
    resource_link_id: str | None
    resource_link_title: str | None
    course_roles: frozenset[CourseRole]
    name: str | None = field(repr=False)
    email: str | None = field(repr=False)
    locale: str | None
    line_item_url: str | None
    line_items_url: str | None
    memberships_url: str | None
    return_url: str | None
    platform_origins: tuple[str, ...]
    product_family: str | None
    platform_name: str | None
    for_user: str | None
    service_scopes: tuple[str, ...] | None
    context_history: tuple[str, ...]
    deep_linking: DeepLinkingSettings | None
    sent: UnverifiedToken = field(repr=False)
    """All of it as it came, for the record that administrators see; pages and rules don't look."""
    legacy_user_id: str | None = None
    """Canvas' older id (`lti1p1.user_id`), which stays the same when accounts are merged."""


_PLATFORM_ERRORS = {
    "login_required": "launch.login-required",
    "account_selection_required": "launch.interaction-required",
    "consent_required": "launch.interaction-required",
    "interaction_required": "launch.interaction-required",
    "launch_no_longer_valid": "launch.no-longer-valid",
    "access_denied": "launch.access-denied",
    "unauthorized_client": "launch.client-refused",
    "invalid_client": "launch.client-refused",
    "invalid_request": "launch.question-refused",
    "invalid_request_object": "launch.question-refused",
    "invalid_request_uri": "launch.question-refused",
    "invalid_scope": "launch.question-refused",
    "unsupported_response_type": "launch.question-refused",
    "server_error": "launch.platform-busy",
    "temporarily_unavailable": "launch.platform-busy",
}
"""OAuth 2.0 §4.1.2.1, OpenID Connect Core §3.1.2.6, and Canvas' launch_no_longer_valid."""


def read_launch(
    db: Database,
    *,
    registration_id: UUID,
    form: Mapping[str, str],
    browser_secret_for: Callable[[str], str | None],
    keys: PlatformKeyStore,
    base_url: str,
    now: datetime,
) -> Launch:
    """Verify what a platform posted to the launch address; use nothing up.

    `browser_secret_for` gets the state and returns the secret the browser brought for it. No
    transaction is open while the platform's keys are fetched; afterwards the caller calls
    `consume_login` in the transaction that acts on the launch.

    Raises LaunchRejectedError with one of `refusals.CODES`; nothing of the token is in it.
    """
    if error := form.get("error"):
        raise refused(_PLATFORM_ERRORS.get(error, "launch.platform-refused"))
    state = form.get("state", "")
    if not state:
        raise refused("launch.state-missing")
    token = read_token(form.get("id_token", ""))
    with db.look() as session:
        expected = find_expected(
            session,
            registration_id,
            state=state,
            browser_secret=browser_secret_for(state),
            deployment_id=Claims(token.claims).identifier(f"{LTI}deployment_id"),
            now=now,
        )
    verified_claims(
        token,
        registration=expected.registration,
        login=expected.login,
        find_key=lambda kid: keys.find(expected.registration, kid, now=now),
        base_url=base_url,
        now=now,
    )
    try:
        return _launch(token, expected, base_url)
    except LaunchRejectedError as refusal:
        # It is the platform's all the same; only something in it can't be kept.
        refusal.is_proven, refusal.return_url = True, return_address(Claims(token.claims))
        raise


def consume_login(session: Transaction, launch: Launch, *, now: datetime) -> None:
    """Use the login up, in the caller's transaction: of two at once, one gets through.

    Raises LaunchRejectedError `launch.already-used` for every time but the first.
    """
    if not use_up(session, launch.institution_id, launch.login_id, now=now):
        refusal = refused("launch.already-used")
        refusal.is_proven, refusal.return_url = True, launch.return_url
        raise refusal


def _launch(token: UnverifiedToken, expected: Expected, base_url: str) -> Launch:
    claims, registration = Claims(token.claims), expected.registration
    custom = claims.part(f"{LTI}custom")
    context, link = claims.part(f"{LTI}context"), claims.part(f"{LTI}resource_link")
    presentation, platform = claims.part(f"{LTI}launch_presentation"), claims.part(PLATFORM)
    target = str(token.claims[f"{LTI}target_link_uri"])
    addresses = platform_addresses(claims, registration)
    return Launch(
        institution_id=registration.institution_id,
        registration_id=registration.id,
        login_id=expected.login.id,
        deployment_id=str(claims.identifier(f"{LTI}deployment_id")),
        deployment_state=DeploymentState(expected.deployment_state or DeploymentState.UNKNOWN),
        sub=str(claims.identifier("sub")),
        message_type=str(claims.text(f"{LTI}message_type")),
        target=target,
        activity=activity_of(custom, target, base_url),
        context_id=context.identifier("id"),
        context_title=context.text("title") or context.text("label"),
        resource_link_id=link.identifier("id"),
        resource_link_title=link.text("title"),
        course_roles=course_roles(claims.texts(f"{LTI}roles") or ()),
        name=name_of(claims),
        email=claims.email("email"),
        locale=claims.locale("locale") or presentation.locale("locale"),
        return_url=addresses.return_url,
        platform_origins=addresses.origins(registration),
        product_family=platform.text("product_family_code"),
        platform_name=platform.text("name"),
        for_user=claims.part(f"{LTI}for_user").identifier("user_id"),
        line_item_url=addresses.line_item_url,
        line_items_url=addresses.line_items_url,
        memberships_url=addresses.memberships_url,
        service_scopes=service_scopes(claims),
        context_history=context_history(custom),
        deep_linking=deep_linking_settings(claims),
        sent=token,
        legacy_user_id=claims.part(f"{LTI}lti1p1").helpful_identifier("user_id"),
    )
