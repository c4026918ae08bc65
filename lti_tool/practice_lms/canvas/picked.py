"""What Canvas makes of a deep linking response (section 7, `deep_linking_response.json`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from jwt.types import Options

from lti_tool.practice_lms.canvas.picking import PLACEMENTS
from lti_tool.practice_lms.canvas.signing_in import read_own_token
from lti_tool.practice_lms.course import Link
from lti_tool.practice_lms.state import Practice
from lti_tool.practice_lms.vocabulary import DEEP_LINKING

REQUIRED = ("iss", "aud", "exp", "iat", "nonce")
MAX_AGE = timedelta(minutes=5)
MAX_LEAD = timedelta(seconds=30)
NO_MAXIMUM = "lineItem.scoreMaximum is a required field"
VERIFICATION = "JWT verification failure"
INACTIVE = "Developer key inactive in context"
SIGNATURE_ONLY: Options = {
    "verify_aud": False,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


class ResponseRefusedError(Exception):
    """The response is turned away, as raw JSON inside the frame."""

    def __init__(self, attribute: str, text: str) -> None:
        super().__init__(text)
        problem = {"attribute": attribute, "type": text, "message": text}
        self.body = {"errors": {attribute: [problem]}}


@dataclass(frozen=True, slots=True)
class Picked:
    """What is put into the course, and what is said about what isn't."""

    links: tuple[Link, ...]
    problems: tuple[str, ...]
    user_id: str


def read_data(here: Practice, text: str) -> dict[str, Any]:
    """The token in our own return address, which the tool had to keep byte for byte.

    Raises:
        ResponseRefusedError: when it isn't ours, or too old.
    """
    data = read_own_token(here, text)
    if data is None or data.get("exp", 0) <= here.surroundings.now().timestamp():
        raise ResponseRefusedError("jwt", VERIFICATION)
    return data


def read_response(here: Practice, text: str) -> dict[str, Any]:
    """The checked claims of a response. Deployment and message type are not looked at.

    Raises:
        ResponseRefusedError: at the first thing that is wrong.
    """
    claims = _signed_claims(here, text)
    configuration = here.configuration
    if any(name not in claims for name in REQUIRED):
        raise ResponseRefusedError("jwt", VERIFICATION)
    if claims["iss"] != configuration.client_id or not configuration.tool.is_on:
        raise ResponseRefusedError("developer_key", INACTIVE)
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if configuration.issuer not in audience:
        raise ResponseRefusedError("jwt", VERIFICATION)
    _check_times(here, claims)
    return claims


def pick(claims: Mapping[str, Any], data: Mapping[str, Any]) -> Picked:
    """The links of a response, by the button that was pressed.

    An item with a line item but no maximum is refused, and the others go on.
    """
    placement = str(data.get("placement"))
    items = claims.get(DEEP_LINKING + "content_items", [])
    links = [one for one in items if one.get("type") == "ltiResourceLink"]
    if not PLACEMENTS[placement].accept_multiple:
        links = links[:1]
    good = [one for one in links if _has_maximum(one)]
    is_draft = _is_created_directly(placement, links)
    return Picked(
        links=tuple(_link(one, is_draft=is_draft) for one in good),
        problems=(NO_MAXIMUM,) * (len(links) - len(good)),
        user_id=str(data["user_id"]),
    )


def _signed_claims(here: Practice, text: str) -> dict[str, Any]:
    refused = ResponseRefusedError("jwt", VERIFICATION)
    try:
        kid = jwt.get_unverified_header(text).get("kid")
        keys = here.surroundings.fetch_key_set(here.configuration.tool.jwks_url).get("keys", ())
        key = next((one for one in keys if kid and one.get("kid") == kid), None)
        if key is None or not (key.get("alg") and key.get("use")):
            raise refused
        return dict(jwt.decode(text, jwt.PyJWK(key), algorithms=["RS256"], options=SIGNATURE_ONLY))
    except (jwt.PyJWTError, OSError, ValueError):
        raise refused from None


def _check_times(here: Practice, claims: Mapping[str, Any]) -> None:
    now = here.surroundings.now()
    issued, expires = (datetime.fromtimestamp(claims[name], UTC) for name in ("iat", "exp"))
    is_fresh = now - MAX_AGE <= issued <= now + MAX_LEAD and expires > now
    until = now + MAX_AGE + MAX_LEAD
    nonce = f"nonce {claims['nonce']}"
    if not is_fresh or not here.access_tokens.use_assertion(nonce, until=until, now=now):
        raise ResponseRefusedError("jwt", VERIFICATION)


def _has_maximum(item: Mapping[str, Any]) -> bool:
    return "lineItem" not in item or item["lineItem"].get("scoreMaximum") is not None


def _is_created_directly(placement: str, items: list[Mapping[str, Any]]) -> bool:
    """Made without a form the teacher saves: those are not published (section 7)."""
    if placement == "link_selection":
        return len(items) != 1 or "lineItem" in items[0]
    return placement != "assignment_selection"


def _link(item: Mapping[str, Any], *, is_draft: bool) -> Link:
    column = item.get("lineItem", {})
    due = item.get("submission", {}).get("endDateTime")
    return Link(
        id="",
        title=str(column.get("label") or item.get("title", "")),
        custom={name: str(value) for name, value in item.get("custom", {}).items()},
        is_graded="lineItem" in item,
        score_maximum=float(column.get("scoreMaximum", 1)),
        url=str(item.get("url", "")),
        text=str(item.get("text", "")),
        resource_id=str(column.get("resourceId", "")),
        tag=str(column.get("tag", "")),
        is_published=not is_draft,
        due_at=datetime.fromisoformat(due) if due else None,
    )
