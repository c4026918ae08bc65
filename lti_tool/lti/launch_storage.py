"""pylti1p3's storage for state and nonce on our tables; each used once.

The library writes a state cookie and a nonce when a login begins and looks for both when the
launch arrives, each on its own. Here one row holds them together with the registration, the
browser and the expiry, so that no part of one login fits another.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from pylti1p3.cookie import CookieService
from pylti1p3.session import SessionService
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.lti.refusals import refused
from lti_tool.lti.registrations import RegistrationInfo
from lti_tool.store.tables.platforms import Login


def secret_hash(secret: str) -> bytes:
    """SHA-256 of a secret, 32 bytes. The secrets are random, so no salt is needed."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


class StateNote(CookieService):
    """Takes the state pylti1p3 would put into a cookie of its own; we set our own cookie."""

    def __init__(self) -> None:
        self.state = ""

    def set_cookie(self, name: str, value: str | int, exp: int | None = 3600) -> None:
        """Remember the state; its life is the login row's."""
        self.state = name

    def get_cookie(self, name: str) -> str | None:
        """None: what the browser brought is compared by `find_login`."""
        return None


class NonceNote(SessionService):
    """Takes the nonce pylti1p3 would put into a session, which we do not have."""

    def __init__(self) -> None:
        self.nonce = ""

    def save_nonce(self, nonce: str) -> None:
        """Remember the nonce."""
        self.nonce = nonce


@dataclass(frozen=True, slots=True)
class PendingLogin:
    """A login that may still become a launch, for the browser that proved itself."""

    id: UUID
    nonce: str


def find_login(
    session: Session,
    registration: RegistrationInfo,
    *,
    state: str,
    browser_secret: str | None,
    now: datetime,
) -> PendingLogin:
    """The login this state belongs to, not used up by looking.

    Raises LaunchRejectedError: `launch.state-unknown` (also when it is another registration's),
    `launch.already-used`, `launch.login-expired`, `launch.browser-unproven`,
    `launch.another-browser`.
    """
    row = session.scalars(
        select(Login).where(
            Login.institution_id == registration.institution_id,
            Login.registration_id == registration.id,
            Login.state_hash == secret_hash(state),
        )
    ).one_or_none()
    if row is None:
        raise refused("launch.state-unknown")
    if row.consumed_at is not None:
        raise refused("launch.already-used")
    if row.expires_at <= now:
        raise refused("launch.login-expired")
    if browser_secret is None:
        raise refused("launch.browser-unproven")
    if not hmac.compare_digest(secret_hash(browser_secret), row.browser_hash):
        raise refused("launch.another-browser")
    return PendingLogin(id=row.id, nonce=row.nonce)
