"""What a platform says when it asks us to choose activities (Deep Linking 2.0 §4.4.1)."""

from dataclasses import dataclass, field

from lti_tool.lti.reading.claims import DEEP_LINKING, Claims

MAX_DATA = 8_000
"""Longest `data` we hand back; Canvas puts its own into the return address instead."""


@dataclass(frozen=True, slots=True)
class DeepLinkingSettings:
    """Where the choice goes back to, and what the platform takes.

    `data` is the platform's own and goes back unchanged; None when it sent none.
    `accepts_line_items` is None when the platform does not say (Moodle and Canvas don't).
    """

    return_url: str
    accept_types: tuple[str, ...]
    accept_multiple: bool
    accepts_line_items: bool | None
    data: str | None = field(repr=False)


def deep_linking_settings(claims: Claims) -> DeepLinkingSettings | None:
    """The settings of a deep-linking launch; None when it is none, or has nowhere to go back to."""
    settings = claims.part(DEEP_LINKING)
    return_url = settings.address("deep_link_return_url")
    if return_url is None:
        return None
    return DeepLinkingSettings(
        return_url=return_url,
        accept_types=settings.texts("accept_types") or (),
        accept_multiple=settings.flag("accept_multiple") or False,
        accepts_line_items=settings.flag("accept_lineitem"),
        data=settings.verbatim("data", longest=MAX_DATA),
    )
