"""A registered platform to test launches with: starts logins, signs tokens, publishes keys."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from lti_tool.errors import LaunchRejectedError, PlatformError
from lti_tool.lti.launch import Launch, read_launch
from lti_tool.lti.login import LoginStarted, start_login
from lti_tool.lti.platform_keys import PlatformKeyStore, as_jwk
from lti_tool.lti.registrations import RegistrationInfo, find_registration
from lti_tool.sentence import say
from lti_tool.store.database import Database
from lti_tool.store.tables.people import Institution
from lti_tool.store.tables.platforms import Registration
from tests.support.keys import TEST_ONLY_OTHER_PLATFORM_KEY, TEST_ONLY_PLATFORM_KEY

BASE_URL = "https://tool.example.org"
LAUNCH_URL = f"{BASE_URL}/lti/launch"
KID = "platform-key"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
REMOVED = object()
"""As a claim's value: leave the claim out."""
VECTORS = Path(__file__).parents[2] / "vectors" / "lms"


@cache
def private_key(pem: bytes = TEST_ONLY_PLATFORM_KEY) -> RSAPrivateKey:
    """A key object; loading the PEM takes fifty milliseconds, so once."""
    key = load_pem_private_key(pem, password=None)
    assert isinstance(key, RSAPrivateKey)
    return key


def other_key() -> RSAPrivateKey:
    """A key that the platform never published."""
    return private_key(TEST_ONLY_OTHER_PLATFORM_KEY)


def a_jwks(kid: str = KID, key: RSAPrivateKey | None = None) -> dict[str, Any]:
    """The key set a platform publishes."""
    return {"keys": [as_jwk(kid, (key or private_key()).public_key())]}


def unreachable() -> PlatformError:
    """What a fetch raises when the platform is down."""
    return PlatformError("platform.unreachable", say("x", "Down."), retryable=True)


def captured(name: str) -> dict[str, Any]:
    """A message captured from a real LMS."""
    document = json.loads((VECTORS / name).read_text())
    assert isinstance(document, dict)
    return document


@dataclass
class Secrets:
    """Predictable secrets: `state`, `nonce` and `browser` of each login are told apart."""

    _numbers: Any = field(default_factory=count)

    def __call__(self) -> str:
        return f"secret-{next(self._numbers)}"


@dataclass
class KeyPage:
    """A platform's key page: what it answers (or raises), and how often it was asked."""

    answer: object = field(default_factory=a_jwks)
    asked: int = 0

    def __call__(self, url: str) -> object:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def a_registration(db: Database, number: int = 1, **changes: str) -> RegistrationInfo:
    """An institution with one registered platform; `changes` replace addresses and names."""
    institution_id, registration_id = UUID(int=number), UUID(int=1_000 + number)
    now = datetime.fromisoformat("2026-11-01T00:00:00Z")
    lms = f"https://lms{number}.example.edu"
    values = {
        "platform_issuer": lms,
        "client_id": f"client-{number}",
        "auth_url": f"{lms}/auth",
        "token_url": f"{lms}/token",
        "jwks_url": f"{lms}/jwks",
    } | changes
    with db.begin() as session:
        session.add(
            Institution(
                id=institution_id,
                slug=f"school-{number}",
                name=f"School {number}",
                support=[],
                time_zone="UTC",
                created_at=now,
            )
        )
        session.flush()
        session.add(
            Registration(
                institution_id=institution_id,
                id=registration_id,
                created_at=now,
                updated_at=now,
                **values,
            )
        )
        session.flush()
        return find_registration(session, registration_id)


class APlatform:
    """One registered platform. Valid by default; a test changes one thing."""

    def __init__(
        self,
        db: Database,
        now: datetime,
        *,
        number: int = 1,
        base_url: str = BASE_URL,
        **changes: str,
    ) -> None:
        self.db, self.now, self.base_url = db, now, base_url
        self.registration = a_registration(db, number, **changes)
        self.page = KeyPage()
        self.keys = PlatformKeyStore(db, self.page)
        self.new_secret: Callable[[], str] = Secrets()

    def login(self, *, now: datetime | None = None, **changes: Any) -> LoginStarted:
        """Begin a login as the platform's page would; a change of None leaves it out."""
        params = {
            "iss": self.registration.platform_issuer,
            "client_id": self.registration.client_id,
            "login_hint": "4",
            "lti_message_hint": '{"cmid":2}',
            "target_link_uri": f"{self.base_url}/activities/taster/reflection",
        } | changes
        with self.db.begin() as session:
            return start_login(
                session,
                registration_id=self.registration.id,
                params={name: value for name, value in params.items() if value is not None},
                launch_url=f"{self.base_url}/lti/launch",
                base_url=self.base_url,
                now=now or self.now,
                new_secret=self.new_secret,
            )

    def claims(
        self, login: LoginStarted, changes: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The claims of a student opening an activity; `changes` by full or short name."""
        at = int(self.now.timestamp())
        claims = {
            "iss": self.registration.platform_issuer,
            "aud": self.registration.client_id,
            "sub": "4",
            "nonce": nonce_of(login),
            "iat": at,
            "exp": at + 60,
            "name": "Sam Öztürk",
            f"{LTI}version": "1.3.0",
            f"{LTI}message_type": "LtiResourceLinkRequest",
            f"{LTI}deployment_id": "1",
            f"{LTI}target_link_uri": f"{self.base_url}/activities/taster/reflection",
            f"{LTI}resource_link": {"id": "12", "title": "A short reflection"},
            f"{LTI}context": {"id": "2", "title": "Acceptance Course 101"},
            f"{LTI}roles": [f"{MEMBERSHIP}#Learner"],
        } | dict(changes or {})
        return {name: value for name, value in claims.items() if value is not REMOVED}

    def token(
        self,
        login: LoginStarted,
        changes: Mapping[str, Any] | None = None,
        *,
        key: RSAPrivateKey | None = None,
        header: Mapping[str, Any] | None = None,
    ) -> str:
        """A signed id_token."""
        # Not jwt.encode, which refuses to write some of what an attacker may.
        return jwt.PyJWS().encode(
            json.dumps(self.claims(login, changes)).encode(),
            key or private_key(),
            algorithm="RS256",
            headers={"kid": KID, **(header or {})},
        )

    def post(
        self,
        login: LoginStarted,
        token: str | None = None,
        *,
        browser_secret: str | None = "",
        now: datetime | None = None,
        **form: str,
    ) -> Launch:
        """Post the launch from the browser that began the login (or another)."""
        secret = login.browser_secret if browser_secret == "" else browser_secret
        return read_launch(
            self.db,
            registration_id=self.registration.id,
            form={"state": login.state, "id_token": token or self.token(login), **form},
            browser_secret_for=lambda state: secret,
            keys=self.keys,
            base_url=self.base_url,
            now=now or self.now,
        )

    def launch(self, changes: Mapping[str, Any] | None = None) -> Launch:
        """A whole launch with some claims changed."""
        login = self.login()
        return self.post(login, self.token(login, changes))

    def refusal(self, changes: Mapping[str, Any]) -> str:
        """The code with which a launch with these claims is refused."""
        try:
            launch = self.launch(changes)
        except LaunchRejectedError as error:
            return error.code
        return f"accepted: {launch}"


def nonce_of(login: LoginStarted) -> str:
    """The nonce sent with a login."""
    return sent_with(login)["nonce"]


def sent_with(login: LoginStarted) -> dict[str, str]:
    """The parameters of the authentication request, each at most once."""
    query = parse_qs(urlsplit(login.redirect_url).query, strict_parsing=True)
    assert all(len(values) == 1 for values in query.values())
    return {name: values[0] for name, values in query.items()}


def later(moment: datetime, **difference: float) -> datetime:
    """`moment` and a difference in timedelta's words."""
    return moment + timedelta(**difference)
