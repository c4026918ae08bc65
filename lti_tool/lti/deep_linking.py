"""Offer activities to place in a course."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import jwt

from lti_tool.lti.launch import Launch
from lti_tool.lti.quirks import Quirks, quirks_of
from lti_tool.lti.reading.claims import LTI
from lti_tool.lti.reading.services import SCORE_SCOPE
from lti_tool.lti.registrations import RegistrationInfo
from lti_tool.lti.tool_keys import SigningToolKey

RESPONSE = "LtiDeepLinkingResponse"
LINK = "ltiResourceLink"
FULL_SCORE = 1
"""What a column we offer counts to: an activity is done and accepted, or it is not."""

_KEEP_NAME = "https://canvas.instructure.com/lti/preserveExistingAssignmentName"
_DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
_LIFETIME = timedelta(minutes=5)
"""As long as Canvas takes a response after it was signed."""
_BACKDATED = timedelta(seconds=5)
"""An LMS whose clock is a little behind ours must not think that we sign in the future."""


@dataclass(frozen=True, slots=True)
class Placing:
    """Where chosen activities go back to, and what the LMS takes there.

    `data` is the LMS's own and goes back unchanged; None when it sent none.
    """

    deployment_id: str
    return_url: str
    takes_activities: bool
    takes_several: bool
    takes_columns: bool
    data: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ActivityLink:
    """An activity as a course will list it.

    `activity` is `<programme>/<activity>`; `tag` says what kind of column it gets in the
    gradebook, None for none; `is_marked` that somebody reads and marks the work.
    """

    activity: str
    title: str
    text: str
    tag: str | None
    is_marked: bool


def placing_of(launch: Launch) -> Placing | None:
    """What a launch lets us place; None when it is no deep-linking launch.

    Moodle and Canvas don't say whether they take line items; they do. A column to which we may
    post no score would stay empty for ever, so then none is offered.
    """
    settings = launch.deep_linking
    if settings is None:
        return None
    may_score = launch.service_scopes is None or SCORE_SCOPE in launch.service_scopes
    return Placing(
        deployment_id=launch.deployment_id,
        return_url=settings.return_url,
        takes_activities=LINK in settings.accept_types,
        takes_several=settings.accept_multiple,
        takes_columns=may_score and settings.accepts_line_items is not False,
        data=settings.data,
    )


def content_item(
    link: ActivityLink, *, base_url: str, product_family: str | None
) -> dict[str, Any]:
    """An activity as a content item (Deep Linking 2.0 §3.2; every value is plain text).

    The custom parameter is what names the activity later: copies of a course keep it, and the
    address is only seen as the launch's target. No window is asked for: we live in the LMS's
    frame, and a person can leave it for a window of its own.
    """
    quirks, url = quirks_of(product_family), f"{base_url}/activities/{link.activity}"
    item: dict[str, Any] = {
        "type": LINK,
        "title": link.title,
        "url": url,
        # The LMS fills in the second at each launch: so we recognise a copied course even where
        # the registration was typed in without it.
        "custom": {"activity": link.activity, "context_id_history": "$Context.id.history"},
    }
    if quirks.overwrites_what_was_typed:
        item[_KEEP_NAME] = True
    else:
        item["text"] = link.text
    if link.tag is not None:
        item["lineItem"] = _column(link, url, quirks)
    return item


def _column(link: ActivityLink, url: str, quirks: Quirks) -> dict[str, Any]:
    column: dict[str, Any] = {
        # Canvas refuses an item whose column has no maximum.
        "scoreMaximum": FULL_SCORE,
        "label": link.title,
        "resourceId": link.activity,
        "tag": link.tag,
    }
    if link.is_marked and quirks.reviews_submissions:
        column["submissionReview"] = {"reviewableStatus": ["Submitted", "Completed"], "url": url}
    return column


def response_claims(
    placing: Placing,
    items: Sequence[dict[str, Any]],
    *,
    registration: RegistrationInfo,
    message: str,
) -> dict[str, Any]:
    """What goes back to the LMS (Deep Linking 2.0 §4.5); no items when it was cancelled.

    `message` is shown to the person by the LMS.
    """
    claims = {
        "iss": registration.client_id,
        "aud": [registration.platform_issuer],
        f"{LTI}deployment_id": placing.deployment_id,
        f"{LTI}message_type": RESPONSE,
        f"{LTI}version": "1.3.0",
        f"{_DL}content_items": list(items),
        f"{_DL}msg": message,
    }
    # Only when it was sent: a null here is not a text, and some platforms refuse it.
    return claims if placing.data is None else {**claims, f"{_DL}data": placing.data}


def sign_response(
    claims: dict[str, Any], tool_key: SigningToolKey, *, now: datetime, nonce: str
) -> str:
    """The claims as a JWT (1EdTech Security Framework §5.2), good for five minutes from `now`."""
    issued = now - _BACKDATED
    times = {"iat": int(issued.timestamp()), "exp": int((now + _LIFETIME).timestamp())}
    return jwt.encode(
        {**claims, **times, "nonce": nonce},
        tool_key.private_key,
        algorithm="RS256",
        headers={"kid": tool_key.kid},
    )
