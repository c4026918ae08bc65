"""A launch as an administrator may see it: what it is for stays, who it is about goes.

What is not named here is hidden, so a claim of tomorrow is hidden too. Hidden is "…"; an id keeps
its beginning, so that two can be told apart; an address loses the values of its query (Moodle's
return addresses carry the teacher's session key). Empty values and variables the LMS did not fill
in ("$Person.email.primary") stay: they are what administrators look for.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

from lti_tool.lti.reading.claims import AGS, DEEP_LINKING, LTI, NRPS

HIDDEN: Final = "…"
LONGEST_TEXT = 200
MOST_MEMBERS = 60
"""Of one object or list; the largest launches captured have 30."""
DEEPEST = 4
_SHORTEST_ID = 8
_ID_BEGINNING = 4
_VARIABLE = re.compile(r"\$(?:\w+(?:\.\w+)+|\{\w+(?:\.\w+)+\})")
_USER_INFO = re.compile(r"//[^/@]*@")

Mask = Callable[[object], object]


def masked(claims: Mapping[str, object]) -> dict[str, Any]:
    """A copy of an id_token's claims that is safe to keep: masked, bounded, printable."""
    return _members(claims, _CLAIMS)


def masked_header(header: Mapping[str, object]) -> dict[str, Any]:
    """The header: which algorithm and which key; of the rest, that it was there."""
    return _members(header, {"alg": _shown, "kid": _shown, "typ": _shown})


def masked_login(parameters: Mapping[str, object]) -> dict[str, Any]:
    """The parameters of a login, or of an error the platform posted."""
    return _members(parameters, _LOGIN)


def _members(value: Mapping[str, object], rules: Mapping[str, Mask]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name in islice(value, MOST_MEMBERS):
        rule = rules.get(name)
        kept[name if rule else _printable(name)] = (rule or _hidden)(value[name])
    return kept


def _object(**rules: Mask) -> Mask:
    """Members by their own rules; anything but an object is hidden."""

    def mask(value: object) -> object:
        return _members(value, rules) if isinstance(value, dict) else _hidden(value)

    return mask


def _shown(value: object, depth: int = 0) -> object:
    if isinstance(value, str):
        return _printable(value)
    if depth == DEEPEST and isinstance(value, dict | list):
        return HIDDEN
    if isinstance(value, dict):
        names = islice(value, MOST_MEMBERS)
        return {_printable(name): _shown(value[name], depth + 1) for name in names}
    if isinstance(value, list):
        return [_shown(item, depth + 1) for item in value[:MOST_MEMBERS]]
    # A number of a thousand digits is as long as a text, and no database keeps it.
    return value if value is None or isinstance(value, bool) else _printable(repr(value))


def _hidden(value: object, depth: int = 0) -> object:
    if isinstance(value, str):
        return _variables(value) if value else value
    if isinstance(value, dict):
        names = islice(value, MOST_MEMBERS if depth < DEEPEST else 0)
        return {_printable(name): _hidden(value[name], depth + 1) for name in names}
    if isinstance(value, list):
        return [HIDDEN] if value else []
    return value if value is None or isinstance(value, bool) else HIDDEN


def _variables(text: str) -> str:
    """The names of variables in it, which tell what is missing, and of nobody; the rest is hidden.

    An LMS fills in one variable of a text and leaves the next.
    """
    names = "".join(_VARIABLE.findall(text)) if "$" in text else ""
    return _printable(names if names == text else names + HIDDEN)


def _beginning(value: object) -> object:
    if not isinstance(value, str) or len(value) < _SHORTEST_ID or value.startswith("$"):
        return _hidden(value)
    return _printable(value[:_ID_BEGINNING]) + HIDDEN


def _address(value: object) -> object:
    if not isinstance(value, str):
        return _hidden(value)
    place, _, query = _USER_INFO.sub(f"//{HIDDEN}@", value).partition("#")[0].partition("?")
    names = [part.partition("=")[0] for part in query.split("&")[:MOST_MEMBERS] if part]
    return _printable(place + "?" * bool(names) + "&".join(f"{name}={HIDDEN}" for name in names))


def _moment(value: object) -> object:
    """Seconds since 1970, and what a clock showed then: wrong clocks are a common fault."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _shown(value)
    try:
        return f"{value} ({datetime.fromtimestamp(value, UTC).isoformat()})"
    except (ValueError, OverflowError, OSError):
        return _shown(value)


def _printable(text: str) -> str:
    """Bounded, and without what databases refuse (NUL, half characters) or pages obey."""
    if len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT] + HIDDEN
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


_CLAIMS: Mapping[str, Mask] = {
    **dict.fromkeys(("iss", "aud", "azp", "locale"), _shown),
    **dict.fromkeys(("exp", "iat", "nbf"), _moment),
    **dict.fromkeys(("sub", "nonce"), _beginning),
    **{f"{LTI}{name}": _shown for name in ("deployment_id", "message_type", "roles", "version")},
    f"{LTI}target_link_uri": _shown,
    f"{LTI}context": _object(id=_shown, label=_shown, title=_shown, type=_shown),
    f"{LTI}custom": _object(activity=_shown, context_id_history=_shown),
    f"{LTI}for_user": _object(user_id=_beginning),
    f"{LTI}launch_presentation": _object(
        document_target=_shown, height=_shown, locale=_shown, return_url=_address, width=_shown
    ),
    f"{LTI}resource_link": _object(id=_shown, title=_shown),
    f"{LTI}tool_platform": _object(
        guid=_shown, name=_shown, product_family_code=_shown, url=_address, version=_shown
    ),
    AGS: _object(lineitem=_address, lineitems=_address, scope=_shown),
    NRPS: _object(context_memberships_url=_address, service_versions=_shown),
    DEEP_LINKING: _object(
        accept_lineitem=_shown,
        accept_media_types=_shown,
        accept_multiple=_shown,
        accept_presentation_document_targets=_shown,
        accept_types=_shown,
        auto_create=_shown,
        deep_link_return_url=_address,
    ),
    "https://www.instructure.com/placement": _shown,
}
_LOGIN: Mapping[str, Mask] = {
    **dict.fromkeys(("iss", "client_id", "deployment_id", "lti_deployment_id"), _shown),
    **dict.fromkeys(("lti_storage_target", "error", "error_description"), _shown),
    **dict.fromkeys(("canvas_environment", "canvas_region"), _shown),
    "target_link_uri": _shown,
    "error_uri": _address,
    "login_hint": _beginning,
}
