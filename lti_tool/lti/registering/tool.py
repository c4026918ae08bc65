"""What we tell an LMS about ourselves: a registration request, or Canvas' configuration file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from lti_tool.lti.registering.configuration import PlatformConfiguration

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
NAME = "Testamur"
DESCRIPTION = "Reflective writing, marked by rubrics, and certificates that can be checked."

_AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SERVICES = (
    f"{_AGS}lineitem",
    f"{_AGS}lineitem.readonly",
    f"{_AGS}score",
    f"{_AGS}result.readonly",
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
)
"""The services we call: grades (AGS 2.0 §3.1 to §3.4) and the roster (NRPS 2.0 §2.1)."""
CLAIMS = ("iss", "sub", "name", "given_name", "family_name", "email", "locale")

CUSTOM = {
    "context_id_history": "$Context.id.history",
    "resource_link_id_history": "$ResourceLink.id.history",
}
"""Asked of every launch. Never `activity`: in Moodle the tool's value wins over the link's."""

_DEEP_LINKING = "LtiDeepLinkingRequest"
_RESOURCE_LINK = "LtiResourceLinkRequest"
_SUBMISSION_REVIEW = "LtiSubmissionReviewRequest"
_CONTENT_AREA = "ContentArea"
_CANVAS = "https://canvas.instructure.com/lti/"
_CANVAS_PLACEMENTS = (
    "assignment_selection",
    "link_selection",
    "module_menu_modal",
    "module_index_menu_modal",
    "course_assignments_menu",
)
"""Where Canvas takes our links together with their line items (its guide "Content items")."""
_LABEL = "Choose reflective activities"
_WIDTH, _HEIGHT = 900, 700


@dataclass(frozen=True, slots=True)
class ToolAddresses:
    """Our addresses for one registration; its id is in each of them."""

    base_url: str
    registration_id: UUID

    @property
    def login_url(self) -> str:
        """Where the LMS begins a launch."""
        return f"{self._own}/login"

    @property
    def launch_url(self) -> str:
        """Where launches arrive: redirect address and target of every link."""
        return f"{self._own}/launch"

    @property
    def jwks_url(self) -> str:
        """Where our public keys are."""
        return f"{self._own}/jwks"

    @property
    def canvas_url(self) -> str:
        """Where Canvas reads our configuration."""
        return f"{self._own}/canvas.json"

    @property
    def domain(self) -> str:
        """Host and port: Moodle refuses a registration without the port of its target."""
        return urlsplit(self.base_url).netloc

    @property
    def icon_url(self) -> str:
        """Our picture."""
        return f"{self.base_url}/static/icon.svg"

    @property
    def _own(self) -> str:
        return f"{self.base_url}/lti/{self.registration_id}"


def scopes_to_ask(configuration: PlatformConfiguration) -> tuple[str, ...]:
    """The scopes we ask this LMS for; Canvas refuses a registration that names one it lacks."""
    wanted = (*SERVICES, "openid")
    known = configuration.scopes
    return wanted if known is None else tuple(scope for scope in wanted if scope in known)


def registration_request(
    tool: ToolAddresses, configuration: PlatformConfiguration
) -> dict[str, Any]:
    """The body of the registration (LTI Dynamic Registration §3.3 and §3.4).

    It keeps to Canvas' closed schema everywhere: known message types and placements only, custom
    parameters that are strings.
    """
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": tool.login_url,
        "redirect_uris": [tool.launch_url],
        "client_name": NAME,
        "client_uri": tool.base_url,
        "logo_uri": tool.icon_url,
        "jwks_uri": tool.jwks_url,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(scopes_to_ask(configuration)),
        TOOL: {
            "domain": tool.domain,
            "description": DESCRIPTION,
            "target_link_uri": tool.launch_url,
            "custom_parameters": dict(CUSTOM),
            "claims": list(CLAIMS),
            "messages": _messages(tool, configuration),
            **(_canvas_extensions() if configuration.is_canvas else {}),
        },
    }


def _messages(tool: ToolAddresses, configuration: PlatformConfiguration) -> list[dict[str, Any]]:
    """What may be sent to us. Deep linking first: in Canvas a message without placements takes
    the link selection, and the first that names a placement keeps it."""
    known = configuration.messages
    messages: list[dict[str, Any]] = []
    if known is None or _DEEP_LINKING in known:
        messages.append(_deep_linking(tool, configuration))
    messages.append({"type": _RESOURCE_LINK, "target_link_uri": tool.launch_url, "label": NAME})
    if known is not None and _SUBMISSION_REVIEW in known:
        messages.append(
            {"type": _SUBMISSION_REVIEW, "target_link_uri": tool.launch_url, "label": NAME}
        )
    return messages


def _deep_linking(tool: ToolAddresses, configuration: PlatformConfiguration) -> dict[str, Any]:
    message: dict[str, Any] = {
        "type": _DEEP_LINKING,
        "target_link_uri": tool.launch_url,
        "label": _LABEL,
    }
    placements = _placements((configuration.messages or {}).get(_DEEP_LINKING, ()))
    if placements:
        message["placements"] = placements
    if configuration.is_canvas:
        message[f"{_CANVAS}launch_width"] = str(_WIDTH)
        message[f"{_CANVAS}launch_height"] = str(_HEIGHT)
    return message


def _placements(offered: Iterable[str]) -> list[str]:
    """Those we want of the ones it offers. `ContentArea` is Canvas' link selection by its other
    name, and naming both would be naming one twice."""
    known = frozenset(offered)
    if not known:
        return [_CONTENT_AREA]
    wanted = [f"{_CANVAS}{one}" for one in _CANVAS_PLACEMENTS]
    if _CONTENT_AREA in known:
        wanted = [_CONTENT_AREA, *(one for one in wanted if not one.endswith("/link_selection"))]
    return [one for one in wanted if one in known]


def _canvas_extensions() -> dict[str, str]:
    return {
        # Without names and addresses nobody could mark or be awarded anything.
        f"{_CANVAS}privacy_level": "public",
        f"{_CANVAS}tool_id": NAME.lower(),
        f"{_CANVAS}vendor": NAME,
    }


def canvas_configuration(tool: ToolAddresses) -> Mapping[str, Any]:
    """The file behind Canvas' "Enter URL" (its guide "Configuring LTI Advantage Tools").

    Canvas reads it once, when a developer key is made by hand.
    """
    return {
        "title": NAME,
        "description": DESCRIPTION,
        "oidc_initiation_url": tool.login_url,
        "target_link_uri": tool.launch_url,
        "public_jwk_url": tool.jwks_url,
        "scopes": list(SERVICES),
        "custom_fields": dict(CUSTOM),
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "domain": tool.domain,
                "tool_id": NAME.lower(),
                "privacy_level": "public",
                "settings": {
                    "text": NAME,
                    "icon_url": tool.icon_url,
                    "placements": [_canvas_placement(tool, one) for one in _CANVAS_PLACEMENTS],
                },
            }
        ],
    }


def _canvas_placement(tool: ToolAddresses, placement: str) -> dict[str, Any]:
    return {
        "placement": placement,
        "message_type": _DEEP_LINKING,
        "target_link_uri": tool.launch_url,
        "text": _LABEL,
        "enabled": True,
        "selection_width": _WIDTH,
        "selection_height": _HEIGHT,
    }
