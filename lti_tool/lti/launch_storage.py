"""pylti1p3's storage for state and nonce on our tables; each used once.

The library writes a state cookie and a nonce when a login begins and looks for both when the
launch arrives, each on its own. Here one row holds them together with the registration, the
browser and the expiry, so that no part of one login fits another.
"""

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from pylti1p3.cookie import CookieService
from pylti1p3.session import SessionService
from sqlalchemy import and_, bindparam, insert, select, update

from lti_tool.lti.refusals import refused
from lti_tool.lti.registrations import (
    REGISTRATION_COLUMNS,
    RegistrationInfo,
    registration_of,
)
from lti_tool.store.driver import Transaction
from lti_tool.store.prepared import Prepared, Row
from lti_tool.store.tables.platforms import Deployment, Login, Registration


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
        """None: what the browser brought is compared by `find_expected`."""
        return None


class NonceNote(SessionService):
    """Takes the nonce pylti1p3 would put into a session, which we do not have."""

    def __init__(self) -> None:
        self.nonce = ""

    def save_nonce(self, nonce: str) -> None:
        """Remember the nonce."""
        self.nonce = nonce


@dataclass(frozen=True, slots=True)
class NewLogin:
    """A login that begins; its secrets are kept as hashes only."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    browser_secret: str = field(repr=False)
    target: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PendingLogin:
    """A login that may still become a launch, for the browser that proved itself."""

    id: UUID
    nonce: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What our tables say about the login a launch claims to end.

    `deployment_state` is that of the deployment the launch claims to come from; None when we have
    not seen it. It means something only once the claim has turned out to be genuine.
    """

    registration: RegistrationInfo
    login: PendingLogin
    deployment_state: str | None


_REMEMBER = Prepared(
    insert(Login),
    columns=(
        "institution_id",
        "id",
        "registration_id",
        "state_hash",
        "nonce",
        "browser_hash",
        "target",
        "expires_at",
    ),
)
_EXPECTED = Prepared(
    select(
        *REGISTRATION_COLUMNS,
        Login.id.label("login_id"),
        Login.nonce,
        Login.browser_hash,
        Login.expires_at,
        Login.consumed_at,
        Deployment.state,
    )
    .outerjoin(
        Login,
        and_(
            Login.institution_id == Registration.institution_id,
            Login.registration_id == Registration.id,
            Login.state_hash == bindparam("state_hash"),
        ),
    )
    .outerjoin(
        Deployment,
        and_(
            Deployment.institution_id == Registration.institution_id,
            Deployment.registration_id == Registration.id,
            Deployment.deployment_id == bindparam("deployment_id"),
        ),
    )
    .where(Registration.id == bindparam("registration_id"))
)
_CONSUME = Prepared(
    update(Login)
    .where(
        Login.institution_id == bindparam("of_institution"),
        Login.id == bindparam("login_id"),
        Login.consumed_at.is_(None),
    )
    .values(consumed_at=bindparam("now"))
)


def remember_login(session: Transaction, registration: RegistrationInfo, login: NewLogin) -> None:
    """Write the one row that ties state, nonce, registration, target and browser together."""
    state_hash = secret_hash(login.state)
    row = {
        "institution_id": registration.institution_id,
        # The state is random and used once, so its hash is a fine id: nothing more to draw.
        "id": UUID(bytes=state_hash[:16], version=4),
        "registration_id": registration.id,
        "state_hash": state_hash,
        "nonce": login.nonce,
        "browser_hash": secret_hash(login.browser_secret),
        "target": login.target,
        "expires_at": login.expires_at,
    }
    _REMEMBER.change(session, row)


def find_expected(
    session: Transaction,
    registration_id: UUID,
    *,
    state: str,
    browser_secret: str | None,
    deployment_id: str | None,
    now: datetime,
) -> Expected:
    """The registration and the login this state belongs to, not used up by looking.

    Raises LaunchRejectedError: `launch.registration-unknown` (404), `launch.state-unknown` (also
    when it is another registration's), `launch.already-used`, `launch.login-expired`,
    `launch.browser-unproven`, `launch.another-browser`.
    """
    asked = {
        "registration_id": registration_id,
        "state_hash": secret_hash(state),
        "deployment_id": deployment_id,
    }
    rows = _EXPECTED.rows(session, asked)
    if not rows:
        raise refused("launch.registration-unknown")
    row = rows[0]
    _check(row, browser_secret, now)
    login = PendingLogin(id=row["login_id"], nonce=row["nonce"])
    return Expected(registration_of(row), login, row["state"])


def use_up(session: Transaction, institution_id: UUID, login_id: UUID, *, now: datetime) -> bool:
    """Mark a login as used, in the caller's transaction; False when it was before.

    The condition stands in the UPDATE itself: of two launches at once only one changes the row.
    """
    used = {"of_institution": institution_id, "login_id": login_id, "now": now}
    return _CONSUME.change(session, used) == 1


def _check(row: Row, browser_secret: str | None, now: datetime) -> None:
    if row["login_id"] is None:
        raise refused("launch.state-unknown")
    if row["consumed_at"] is not None:
        raise refused("launch.already-used")
    if row["expires_at"] <= now:
        raise refused("launch.login-expired")
    if browser_secret is None:
        raise refused("launch.browser-unproven")
    if not hmac.compare_digest(secret_hash(browser_secret), row["browser_hash"]):
        raise refused("launch.another-browser")
