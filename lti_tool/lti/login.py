"""OIDC login initiation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from pylti1p3.exception import OIDCException
from pylti1p3.oidc_login import OIDCLogin
from pylti1p3.redirect import Redirect
from pylti1p3.request import Request
from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from lti_tool.lti.launch_storage import NewLogin, NonceNote, StateNote, remember_login
from lti_tool.lti.reading.addresses import is_ours
from lti_tool.lti.refusals import refused
from lti_tool.lti.registrations import RegistrationInfo, ToolConfiguration, find_registration
from lti_tool.store.driver import Transaction
from lti_tool.store.tables.platforms import Login

LOGIN_LIFETIME = timedelta(minutes=10)
_KEPT_AFTER_EXPIRY = timedelta(hours=1)
"""So that somebody who comes late reads that the launch has ended, not that it never began."""
FORGOTTEN_AT_ONCE = 500
"""Few enough that no launch waits long behind them."""
MAX_PARAMETER = 8_000
"""Longest parameter passed back; Canvas' lti_message_hint is a signed token of under 2,000."""


@dataclass(frozen=True, slots=True)
class LoginStarted:
    """Where to send the browser, and the secret it must bring back with the launch."""

    redirect_url: str
    state: str
    browser_secret: str = field(repr=False)
    expires_at: datetime


class _Parameters(Request):
    """The login request's parameters as pylti1p3 asks for them; absent is empty."""

    def __init__(self, params: Mapping[str, str]) -> None:
        self._params = params

    def get_param(self, key: str) -> str:
        """One parameter."""
        return self._params.get(key, "")

    def is_secure(self) -> bool:
        """Asked only by the library's cookie page, which we never show."""
        return True


class _Login(OIDCLogin[_Parameters, ToolConfiguration, NonceNote, StateNote, str]):
    """pylti1p3's login with our secrets for its UUIDs and our row for its cookie and session."""

    def __init__(
        self,
        params: Mapping[str, str],
        registration: RegistrationInfo,
        new_secret: Callable[[], str],
    ) -> None:
        self.state_note = StateNote()
        self.nonce_note = NonceNote()
        self._new_secret = new_secret
        super().__init__(
            _Parameters(params),
            ToolConfiguration(registration),
            session_service=self.nonce_note,
            cookie_service=self.state_note,
        )

    def _get_uuid(self) -> str:
        return self._new_secret()

    def _generate_nonce(self) -> str:
        # The library's own is made from the clock and the network card, both guessable.
        return self._new_secret()

    def get_redirect(self, url: str) -> Redirect[str]:
        """Not used: the answer is made in web/."""
        raise NotImplementedError

    def parameters_for(self, launch_url: str) -> str:
        """The authentication request's query string (OpenID Connect Core §3.1.2.1)."""
        return self._prepare_redirect_url(launch_url).lstrip("?")


def start_login(
    session: Transaction,
    *,
    registration_id: UUID,
    params: Mapping[str, str],
    launch_url: str,
    base_url: str,
    now: datetime,
    new_secret: Callable[[], str],
) -> LoginStarted:
    """Answer a platform's login initiation (1EdTech Security Framework §5.1.1).

    Writes one row that ties state, nonce, registration, target and browser together for ten
    minutes. A deployment id is accepted under either of its names and not needed: the one in the
    signed token decides. `new_secret` is called for state, nonce and browser, in this order.

    Raises LaunchRejectedError: `launch.registration-unknown`, `login.other-platform`,
    `login.hint-missing`, `login.target-missing`, `login.target-foreign`.
    """
    registration = find_registration(session, registration_id)
    if params.get("iss") != registration.platform_issuer:
        raise refused("login.other-platform")
    target = _checked_target(params, base_url)
    login = _Login(_bounded(params), registration, new_secret)
    try:
        query = login.parameters_for(launch_url)
    except OIDCException:
        # Of what the library asks for, only the login_hint can still be missing.
        raise refused("login.hint-missing") from None
    begun = NewLogin(
        state=login.state_note.state,
        nonce=login.nonce_note.nonce,
        browser_secret=new_secret(),
        target=target,
        expires_at=now + LOGIN_LIFETIME,
    )
    remember_login(session, registration, begun)
    return LoginStarted(
        redirect_url=_with_query(registration.auth_url, query),
        state=begun.state,
        browser_secret=begun.browser_secret,
        expires_at=begun.expires_at,
    )


def forget_ended_logins(session: Session, now: datetime) -> bool:
    """Delete logins that ended over an hour ago, a batch of them; True when there may be more."""
    ended = (
        select(Login.institution_id, Login.id)
        .where(Login.expires_at < now - _KEPT_AFTER_EXPIRY)
        .limit(FORGOTTEN_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    key = tuple_(Login.institution_id, Login.id)
    gone = session.connection().execute(delete(Login).where(key.in_(ended)))
    return gone.rowcount == FORGOTTEN_AT_ONCE


def _checked_target(params: Mapping[str, str], base_url: str) -> str:
    target = params.get("target_link_uri", "")
    if not target:
        raise refused("login.target-missing")
    if not is_ours(target, base_url):
        raise refused("login.target-foreign")
    return target


def _bounded(params: Mapping[str, str]) -> Mapping[str, str]:
    """The parameters that can be passed back: not endless, and nothing a URL can't carry."""
    return {
        name: value
        for name, value in params.items()
        if len(value) <= MAX_PARAMETER and value.isprintable()
    }


def _with_query(address: str, query: str) -> str:
    """`address` with `query` added to the one it may have (Moodle and others register one)."""
    parts = urlsplit(address)
    joined = f"{parts.query}&{query}" if parts.query else query
    return parts._replace(query=joined, fragment="").geturl()
