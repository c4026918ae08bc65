"""What Moodle takes of a registration, and the one word it says about what it does not take."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from lti_tool.practice_lms.configuration import Tool
from lti_tool.practice_lms.profiles import Privacy
from lti_tool.practice_lms.scopes import (
    LINE_ITEM,
    LINE_ITEM_READ,
    RESULT_READ,
    ROSTER_READ,
    SCORE,
    TOOL_SETTING,
)
from lti_tool.practice_lms.vocabulary import DEEP_LINKING_REQUEST, TOOL_CONFIGURATION

GRADE_SWITCH = (SCORE, RESULT_READ, LINE_ITEM_READ, LINE_ITEM)
"""One switch for all of them: asking for one grants four (`dynamic-registration-variants`)."""
REQUIRED = ("client_name", "initiate_login_uri", "redirect_uris", "jwks_uri")
NAMES = ("name", "family_name", "given_name")


class RegistrationRefusedError(Exception):
    """The tool is not registered; the text is all that is answered (point 4)."""

    def __init__(self, word: str, *, status: int = 400) -> None:
        super().__init__(word)
        self.word = word
        self.status = status


def read_tool(document: Mapping[str, Any]) -> Tool:
    """The tool that a registration describes.

    Raises:
        RegistrationRefusedError: at the first thing Moodle does not take.
    """
    for name in (*REQUIRED, "token_endpoint_auth_method", TOOL_CONFIGURATION):
        if not document.get(name):
            raise RegistrationRefusedError(f"missing required attribute {name}")
    _check_kind(document)
    asked = document[TOOL_CONFIGURATION]
    claims = asked.get("claims", [])
    pickers = [one for one in asked.get("messages", []) if one["type"] == DEEP_LINKING_REQUEST]
    target = _checked_target(asked)
    return Tool(
        login_url=document["initiate_login_uri"],
        launch_url=target,
        jwks_url=document["jwks_uri"],
        name=document["client_name"],
        # The picker only exists where the registration holds its message (point 34).
        deep_linking_url=pickers[0].get("target_link_uri", target) if pickers else "",
        redirect_uris=tuple(document["redirect_uris"]),
        custom=asked.get("custom_parameters", {}),
        scopes=_granted(document.get("scope", "").split()),
        privacy=_privacy(claims),
    )


def _check_kind(document: Mapping[str, Any]) -> None:
    if document.get("application_type", "web") != "web":
        raise RegistrationRefusedError("invalid_application_type")
    if "id_token" not in document.get("response_types", ()):
        raise RegistrationRefusedError("invalid_response_types")
    method = document["token_endpoint_auth_method"]
    if method != "private_key_jwt":
        raise RegistrationRefusedError("invalid_token_endpoint_auth_method")
    if not isinstance(document["redirect_uris"], list):
        raise RegistrationRefusedError("invalid_redirect_uris")


def _checked_target(asked: Mapping[str, Any]) -> str:
    """The tool's own address; its host and port must be the domain (point 4)."""
    domain, target = asked.get("domain"), str(asked.get("target_link_uri", ""))
    if not domain:
        raise RegistrationRefusedError("missing_domain")
    if target and urlsplit(target).netloc != domain:
        raise RegistrationRefusedError("domain_targetlinkuri_mismatch")
    return target


def _granted(asked: Sequence[str]) -> tuple[str, ...]:
    """Scopes are mapped to switches, and the answer names all that a switch holds (point 8)."""
    grades = GRADE_SWITCH if set(asked) & set(GRADE_SWITCH) else ()
    return (*grades, *(one for one in (ROSTER_READ, TOOL_SETTING) if one in asked))


def _privacy(claims: Sequence[str]) -> Privacy:
    names, email = bool(set(claims) & set(NAMES)), "email" in claims
    if names and email:
        return Privacy.PUBLIC
    if names:
        return Privacy.NAME_ONLY
    return Privacy.EMAIL_ONLY if email else Privacy.ANONYMOUS
