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
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_tool.lti.launch_storage import NonceNote, StateNote, secret_hash
from lti_tool.lti.reading.addresses import is_ours
from lti_tool.lti.refusals import refused
from lti_tool.lti.registrations import RegistrationInfo, ToolConfiguration, find_registration
from lti_tool.store.tables.platforms import Login

LOGIN_LIFETIME = timedelta(minutes=10)
_KEPT_AFTER_EXPIRY = timedelta(hours=1)
"""So that somebody who comes late reads that the launch has ended, not that it never began."""
_PURGED_AT_ONCE = 100
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
    session: Session,
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
    purge_logins(session, now)
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
    started = LoginStarted(
        redirect_url=_with_query(registration.auth_url, query),
        state=login.state_note.state,
        browser_secret=new_secret(),
        expires_at=now + LOGIN_LIFETIME,
    )
    _remember(session, registration, started, nonce=login.nonce_note.nonce, target=target)
    return started


def purge_logins(session: Session, now: datetime) -> None:
    """Delete logins that ended over an hour ago, at most a hundred at a time.

    Called by every login, so the table can't grow faster than it is emptied, and no login ever
    pays for a flood.
    """
    ended = (
        select(Login.id)
        .where(Login.expires_at < now - _KEPT_AFTER_EXPIRY)
        .limit(_PURGED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    session.execute(
        delete(Login).where(Login.id.in_(ended)).execution_options(synchronize_session=False)
    )


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


def _remember(
    session: Session,
    registration: RegistrationInfo,
    started: LoginStarted,
    *,
    nonce: str,
    target: str,
) -> None:
    state_hash = secret_hash(started.state)
    session.add(
        Login(
            institution_id=registration.institution_id,
            # The state is random and used once, so its hash is a fine id: nothing more to draw.
            id=UUID(bytes=state_hash[:16], version=4),
            registration_id=registration.id,
            state_hash=state_hash,
            nonce=nonce,
            browser_hash=secret_hash(started.browser_secret),
            target=target,
            expires_at=started.expires_at,
            consumed_at=None,
        )
    )
