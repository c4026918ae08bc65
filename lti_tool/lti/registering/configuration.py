"""An LMS's openid configuration, read strictly, and whether its word may be taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lti_tool.lti.reading.addresses import split_address
from lti_tool.lti.registering import refusals

PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
_CANVAS = "https://canvas.instructure.com/lti/"
_LONGEST_WORD = 200

CANVAS_ISSUERS = frozenset(
    {
        "https://canvas.instructure.com",
        "https://canvas.beta.instructure.com",
        "https://canvas.test.instructure.com",
    }
)
"""Hosted Canvas' issuers, one for all its customers; self-hosted ones start with the first.

Source: Instructure's page "LTI launch overview", section "Step 1".
"""
_CANVAS_HOSTS = ("instructure.com", "canvaslms.com")


@dataclass(frozen=True, slots=True)
class PlatformConfiguration:
    """What an LMS says of itself before a registration (LTI Dynamic Registration §3.2, §3.3).

    `scopes` and `messages` (message type to placements) are None when it does not say.
    """

    platform_issuer: str
    auth_url: str
    token_url: str
    jwks_url: str
    registration_url: str
    token_audience: str | None
    scopes: frozenset[str] | None
    messages: Mapping[str, tuple[str, ...]] | None
    product_family: str | None
    account_name: str | None

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Every address of it that is called, by us or by browsers."""
        return (self.auth_url, self.token_url, self.jwks_url, self.registration_url)

    @property
    def host(self) -> str:
        """Where people will be sent to: what an administrator recognises."""
        return _host(self.auth_url)

    @property
    def is_canvas(self) -> bool:
        """Whether Canvas' closed schema and extensions apply."""
        return self.product_family == "canvas"


def read_configuration(document: object, *, fetched_from: str) -> PlatformConfiguration:
    """Read and check a configuration that was fetched from the address `fetched_from`.

    Raises PlatformError `registration.configuration-unreadable` or `registration.other-issuer`;
    nothing of the document but host names is in them.
    """
    if not isinstance(document, Mapping):
        raise refusals.unreadable_configuration(refusals.WHOLE)
    extension = document.get(PLATFORM)
    said = extension if isinstance(extension, Mapping) else {}
    family = _word(said.get("product_family_code"))
    read = PlatformConfiguration(
        platform_issuer=_address(document, "issuer"),
        auth_url=_address(document, "authorization_endpoint"),
        token_url=_address(document, "token_endpoint"),
        jwks_url=_address(document, "jwks_uri"),
        registration_url=_address(document, "registration_endpoint"),
        token_audience=_token_audience(document.get("authorization_server")),
        scopes=_scopes(document.get("scopes_supported")),
        messages=_messages(said.get("messages_supported")),
        product_family=family.lower() if family else None,
        account_name=_word(said.get(f"{_CANVAS}account_name")),
    )
    _check_issuer(read, fetched_from)
    return read


def _check_issuer(read: PlatformConfiguration, fetched_from: str) -> None:
    """An issuer is believed on its own host; the addresses are then its word.

    The host of the issuer and of the configuration must be the same (LTI Dynamic Registration
    §3.5.1; OpenID Connect Discovery 1.0 §4.3). Where the endpoints lie is for the issuer to say:
    hosted Canvas has them on an SSO host, Brightspace its tokens on another.

    One exception. Canvas' hosted issuers are named by Canvases on other hosts: by institutions'
    own domains, and by self-hosted ones that never set theirs. The issuer can't vouch for these,
    so every endpoint must lie on the host that was asked or on one of Canvas' own.
    """
    asked = _host(fetched_from)
    if _host(read.platform_issuer) == asked:
        return
    known = read.is_canvas and read.platform_issuer in CANVAS_ISSUERS
    if not known or not all(_is_of_canvas(_host(url), asked) for url in read.endpoints):
        raise refusals.other_issuer(asked, _host(read.platform_issuer))


def _is_of_canvas(host: str, asked: str) -> bool:
    return host == asked or any(host.endswith(f".{ours}") for ours in _CANVAS_HOSTS)


def _host(url: str) -> str:
    parts = split_address(url)
    return parts.netloc.lower() if parts else ""


def _address(document: Mapping[str, Any], name: str) -> str:
    url = document.get(name)
    if not isinstance(url, str) or split_address(url) is None:
        raise refusals.unreadable_configuration(name)
    return url


def _token_audience(server: object) -> str | None:
    """`authorization_server` names the assertion's audience (LTI Dynamic Registration §3.2).

    Canvas names its bare host there, and then takes only the token address itself (its JWT
    validator compares whole addresses), so what is no whole address is not used.
    """
    return server if isinstance(server, str) and split_address(server) is not None else None


def _scopes(listed: object) -> frozenset[str] | None:
    if not isinstance(listed, list):
        return None
    return frozenset(one for one in listed if isinstance(one, str))


def _messages(listed: object) -> Mapping[str, tuple[str, ...]] | None:
    if not isinstance(listed, list):
        return None
    entries = [one for one in listed if isinstance(one, Mapping)]
    return {
        one["type"]: _placements(one.get("placements"))
        for one in entries
        if isinstance(one.get("type"), str)
    }


def _placements(listed: object) -> tuple[str, ...]:
    return tuple(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else ()


def _word(text: object) -> str | None:
    """A word or name that pages may show."""
    if not isinstance(text, str) or not text.isprintable():
        return None
    return text.strip()[:_LONGEST_WORD] or None
