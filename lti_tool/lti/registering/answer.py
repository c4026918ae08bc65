"""What an LMS answers to a registration: who we are there, or why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import Answer
from lti_tool.lti.reading.addresses import split_address
from lti_tool.lti.registering import refusals
from lti_tool.lti.registering.tool import TOOL

_LONGEST_ID = 255
_LONGEST_WORD = 200


@dataclass(frozen=True, slots=True)
class Granted:
    """What the LMS made of our registration (LTI Dynamic Registration §3.6).

    `deployment_id` comes from Moodle and newer Canvas; without one, deployments show themselves
    by launching. `scopes` is None when the LMS does not say.
    """

    client_id: str
    deployment_id: str | None
    scopes: tuple[str, ...] | None
    management_url: str | None


def read_registration(answer: Answer) -> Granted:
    """Read the answer to a registration; raises PlatformError with nothing of its body in it."""
    if answer.status not in (200, 201):
        raise _refusal(answer)
    document = _object(answer)
    if document is None:
        raise refusals.page_instead(answer.status)
    client_id = _id(document.get("client_id"))
    if client_id is None:
        raise refusals.no_client_id(answer.status)
    tool = document.get(TOOL)
    inner = tool if isinstance(tool, Mapping) else {}
    scope = document.get("scope")
    return Granted(
        client_id=client_id,
        # Canvas puts it on top, Moodle into the tool's configuration.
        deployment_id=_id(document.get("deployment_id")) or _id(inner.get("deployment_id")),
        scopes=tuple(scope.split()) if isinstance(scope, str) else None,
        management_url=_https(document.get("registration_client_uri")),
    )


def _refusal(answer: Answer) -> PlatformError:
    document = _object(answer)
    if document is not None:
        said = document.get("errorMessage") or document.get("error")
        return refusals.refused(answer.status, said if isinstance(said, str) else "", is_page=False)
    text = answer.body.decode("utf-8", "replace").strip()
    is_page = "<" in text or len(text) > _LONGEST_WORD
    return refusals.refused(answer.status, "" if is_page else text, is_page=is_page)


def _object(answer: Answer) -> Mapping[str, Any] | None:
    try:
        document = answer.json()
    except PlatformError:
        return None
    return document if isinstance(document, Mapping) else None


def _id(value: object) -> str | None:
    """An id as text; some LMSs write numbers."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not 1 <= len(text) <= _LONGEST_ID or not text.isprintable():
        return None
    return text


def _https(url: object) -> str | None:
    parts = split_address(url)
    return str(url) if parts is not None and parts.scheme == "https" else None
