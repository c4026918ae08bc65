"""That a launch ends in the browser in which it began: by cookie, platform storage or a window.

A login gives the browser a secret, and the launch must bring it back. Three ways, in this order:

1. Platform Storage (LTI OIDC Login with Client Side postMessages §3): where the platform offers
   it, a page of ours lays the secret down in the platform's own frame and fetches it from there.
2. A partitioned cookie, set in any case. A browser that brought one of our cookies keeps them
   where it is, so nothing else is tried then.
3. A button that opens a new window, where our cookie is not a third party's. It is offered before
   the platform is asked who this is: Moodle and Canvas answer each question once.

Nothing that another site's page could send counts as the secret: a form field is looked at only
when our own page posted it.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for

from lti_tool.lti.login import LoginStarted
from lti_tool.lti.reading.addresses import origin_of
from lti_tool.lti.reading.id_token import MAX_TOKEN
from lti_tool.web.visits import VISIT_COOKIE, wiring

LOGIN_SECONDS = 600
PROOF_FIELD = "browser_secret"
STORAGE_FIELD = "lti_storage_target"
ASKED = "cookies_asked"
"""Stands in a login's address when its browser was given a cookie and sent straight back."""

_LOGIN_COOKIE = "__Host-login-"
_TRIAL_COOKIE = "__Host-kept"
_OUR_COOKIES = (_LOGIN_COOKIE, _TRIAL_COOKIE, VISIT_COOKIE)
_FRAMES = ("iframe", "frame")
_FRAME_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
_LONGEST_STATE = 200
_LONGEST_ADDRESS = 3_800
"""gunicorn takes 4,094 bytes of request line; Canvas' hints are of under 2,000."""

# What a login is begun with (LTI 1.3 core §4.1.2 and §4.1.3), under both names of the deployment.
_LOGIN_PARAMETERS = (
    "iss",
    "login_hint",
    "target_link_uri",
    "lti_message_hint",
    "lti_deployment_id",
    "deployment_id",
    "client_id",
)


@dataclass(frozen=True, slots=True)
class Storage:
    """A place in the platform's page: its frame's name, whose answers count, and the key there."""

    frame: str
    origin: str
    key: str


def offered_storage(auth_url: str, state: str) -> Storage | None:
    """The platform storage this request offers for a login; None also where none is needed.

    Answers must come from the authorization endpoint's origin, as the specification says: on
    hosted Canvas that is neither the issuer nor the school's own host. In a window of its own
    our cookie is no third party's, and our opener policy leaves no way to the platform's page.
    """
    # Without the query: with a platform's hint in it, it is longer than addresses may be.
    origin = origin_of(auth_url.partition("?")[0])
    frame = request.values.get(STORAGE_FIELD, "")
    is_window = request.headers.get("Sec-Fetch-Dest") == "document"
    if is_window or origin is None or not _FRAME_NAME.fullmatch(frame):
        return None
    return Storage(frame=frame, origin=origin, key=f"testamur-{_name_of(state)}")


def brings_cookies() -> bool:
    """Whether the browser brought a cookie of ours: then it keeps them where it is."""
    return any(name.startswith(_OUR_COOKIES) for name in request.cookies)


def first_answer(registration_id: UUID) -> Response | None:
    """What comes before the platform is asked: a trial of cookies, or the new-window button.

    None when there is nothing to try: the browser keeps cookies, is not in a frame, does not say
    (browsers before 2023), or the platform offers storage.
    """
    was_asked = ASKED in request.args
    is_framed = request.headers.get("Sec-Fetch-Dest") in _FRAMES
    may_try = was_asked or (is_framed and STORAGE_FIELD not in request.values)
    again = _same_login(registration_id) if may_try and not brings_cookies() else None
    if again is None:
        return None
    if was_asked:
        return make_response(render_template("launches/new_window.html", address=again))
    return _with_trial(again)


def begin(registration_id: UUID, started: LoginStarted) -> Response:
    """Send the browser to the platform with its secret in a cookie, and in storage if need be."""
    storage = offered_storage(started.redirect_url, started.state)
    if storage is None or brings_cookies():
        answer = make_response(redirect(started.redirect_url, 303))
    else:
        again = _same_login(registration_id)
        page = render_template(
            "launches/remember.html",
            storage=storage,
            secret=started.browser_secret,
            address=started.redirect_url,
            otherwise=started.redirect_url if again is None else f"{again}&{ASKED}=1",
        )
        answer = make_response(page)
    _set_cookie(answer, _login_cookie(started.state), started.browser_secret, LOGIN_SECONDS)
    return answer


def secret_for(state: str) -> str | None:
    """The secret this browser brought for a login, or None."""
    cookie = request.cookies.get(_login_cookie(state))
    if cookie is None and _is_from_our_page():
        return request.form.get(PROOF_FIELD) or None
    return cookie


def may_lie_in_storage(form: Mapping[str, str]) -> bool:
    """Whether a launch's secret may lie in the platform's storage and nobody has looked yet."""
    state, id_token = form.get("state", ""), form.get("id_token", "")
    return (
        STORAGE_FIELD in form
        and PROOF_FIELD not in form
        and 0 < len(state) <= _LONGEST_STATE
        and 0 < len(id_token) <= MAX_TOKEN
        and _login_cookie(state) not in request.cookies
    )


def forget_login(answer: Response, state: str) -> None:
    """Take the login's cookie away: it was used."""
    _set_cookie(answer, _login_cookie(state), "", 0)


def _is_from_our_page() -> bool:
    # Browsers send Origin with every form that posts; a page of another site can't change it.
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return request.headers.get("Origin") == wiring().settings.base_url and site == "same-origin"


def _with_trial(again: str) -> Response:
    answer = make_response(redirect(f"{again}&{ASKED}=1", 303))
    _set_cookie(answer, _TRIAL_COOKIE, "1", LOGIN_SECONDS)
    return answer


def _same_login(registration_id: UUID) -> str | None:
    """The address that begins this login anew; None when it would be too long for one."""
    given = {name: request.values.get(name) for name in _LOGIN_PARAMETERS}
    query = urlencode({name: value for name, value in given.items() if value})
    address = f"{url_for('launches.login', registration_id=registration_id)}?{query}"
    return address if len(address) <= _LONGEST_ADDRESS else None


def _set_cookie(answer: Response, name: str, value: str, seconds: int) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )


def _login_cookie(state: str) -> str:
    return _LOGIN_COOKIE + _name_of(state)


def _name_of(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()[:16]
