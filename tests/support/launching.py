"""The whole tool beside a practice LMS, in process: connected, published, ready to be launched."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_tool.app import create_app
from lti_tool.errors import PlatformError
from lti_tool.lti.platform_keys import PlatformKeyStore
from lti_tool.practice_lms.default_course import a_link
from lti_tool.sentence import say
from lti_tool.store.database import Database
from lti_tool.usecases.lms import platforms
from lti_tool.usecases.lms.platform_fields import NewPlatform
from lti_tool.wiring import Wiring
from tests.support.builders import FIRST_PAGE, LONG_AGO, REFLECTION, a_published_taster
from tests.support.builders import an_institution as find_institution
from tests.support.practice import READING, STUDENT, Login, PracticePlatform, a_configuration
from tests.support.practice import REFLECTION as REFLECTION_LINK
from tests.support.wired import BASE_URL, INSTITUTION, Clock, make_wiring

Row = TypeVar("Row")

LMS_URL = "http://127.0.0.1:8001"
CLIENT_ID = "practice-client"
_VISIT = re.compile(r"/v/(\d+)/")


@dataclass
class Tool:
    """The application, its clock, and the key pages of the LMSs it knows."""

    wired: Wiring
    clock: Clock
    app: Flask
    key_pages: dict[str, Callable[[], object]] = field(default_factory=dict)

    def rows(self, table: type[Row]) -> list[Row]:
        """Every row of a table."""
        with self.wired.db.begin() as session:
            return list(session.scalars(select(table)))

    def fetch_keys(self, url: str) -> object:
        """An LMS's key set; raises PlatformError for an address nobody answers at."""
        if url not in self.key_pages:
            raise PlatformError("test.down", say("test.down", "Nobody answers."), retryable=True)
        return self.key_pages[url]()


def a_tool(
    db: Database,
    tmp_path: Path,
    now: datetime,
    *,
    base_url: str = BASE_URL,
    first_secrets: Iterable[str] = (),
) -> Tool:
    """The application at this address with the taster published.

    `first_secrets` are drawn before any other: a login draws state, nonce and browser secret.
    """
    clock = Clock(now)
    wired = make_wiring(db, tmp_path, clock=clock)
    pages: dict[str, Callable[[], object]] = {}
    given = iter(first_secrets)
    tool = Tool(wired, clock, Flask("not yet"), pages)
    tool.wired = replace(
        wired,
        new_secret=lambda: next(given, "") or wired.new_secret(),
        settings=wired.settings.model_copy(update={"base_url": base_url}),
        platform_keys=PlatformKeyStore(db, tool.fetch_keys),
    )
    tool.app = create_app(tool.wired)
    with db.begin() as session:
        a_published_taster(session)
    return tool


@dataclass(frozen=True)
class Lms:
    """An LMS connected to the tool, and one browser in which somebody opens its links."""

    tool: Tool
    registration_id: UUID
    platform: PracticePlatform

    @property
    def browser(self) -> FlaskClient:
        """The browser; its cookies last from launch to launch."""
        return self.platform.tool

    @property
    def launch_path(self) -> str:
        """Where this LMS posts its launches."""
        return urlsplit(self.platform.configuration.tool.launch_url).path

    def in_another_browser(self) -> "Lms":
        """The same LMS, opened on another device."""
        browser = self.tool.app.test_client()
        platform = PracticePlatform(browser, self.platform.configuration, now=self.tool.clock)
        return replace(self, platform=platform)

    def login(self, user_id: str = STUDENT, link_id: str = READING, **changes: str) -> Login:
        """Begin a launch, up to the tool's question who it is; `changes` are of form fields."""
        return self.platform.login(user_id, link_id, **changes)

    def form(self, login: Login, **claim_changes: Any) -> dict[str, str]:
        """What the LMS posts to end this login, properly signed."""
        return self.signed(login, self.platform.claims(login, **claim_changes))

    def signed(self, login: Login, claims: Mapping[str, Any], **how: Any) -> dict[str, str]:
        """The form with exactly these claims; `how` as for `PracticePlatform.id_token`."""
        return {"state": login.state, "id_token": self.platform.id_token(claims, **how)}

    def post(self, form: Mapping[str, str], *, browser: FlaskClient | None = None) -> TestResponse:
        """Post a launch, by default from the browser that began it; nothing is followed."""
        headers = {"Origin": LMS_URL, "Sec-Fetch-Site": "cross-site"}
        return (browser or self.browser).post(self.launch_path, data=dict(form), headers=headers)

    def launch(
        self, user_id: str = STUDENT, link_id: str = READING, **claim_changes: Any
    ) -> TestResponse:
        """A whole launch; the answer to its post."""
        return self.post(self.form(self.login(user_id, link_id), **claim_changes))

    def landing(self, answer: TestResponse) -> TestResponse:
        """The page a launch leads to in the end."""
        assert answer.status_code == 303, answer.text
        return self.browser.get(answer.headers["Location"], follow_redirects=True)


def an_lms(
    tool: Tool,
    *,
    lms_url: str = LMS_URL,
    client_id: str = CLIENT_ID,
    institution: str = INSTITUTION,
    deployments: tuple[str, ...] = ("1",),
) -> Lms:
    """Connect a practice LMS: registered here, with our addresses entered there."""
    told = NewPlatform(
        platform_issuer=lms_url,
        client_id=client_id,
        auth_url=f"{lms_url}/auth",
        token_url=f"{lms_url}/token",
        jwks_url=f"{lms_url}/jwks",
        deployments=deployments,
    )
    with tool.wired.db.begin() as session:
        institution_id = find_institution(session, institution).id
        registration_id = platforms.register(session, institution_id, told, now=LONG_AGO).id
    ours = f"{tool.wired.settings.base_url}/lti/{registration_id}"
    addresses = {name: f"{ours}/{name}" for name in ("login", "launch", "jwks")}
    configuration = a_configuration(
        base_url=lms_url,
        client_id=client_id,
        tool={"name": "The tool"} | {f"{name}_url": url for name, url in addresses.items()},
        links=[
            a_link(int(READING), "A page to read", FIRST_PAGE, is_graded=False),
            a_link(int(REFLECTION_LINK), "A reflection", REFLECTION, is_graded=True),
        ],
    )
    platform = PracticePlatform(tool.app.test_client(), configuration, now=tool.clock)
    tool.key_pages[f"{lms_url}/jwks"] = lambda: platform.answer("GET", "/jwks").json
    return Lms(tool, registration_id, platform)


def visit_of(answer: TestResponse) -> str:
    """The number of the visit a launch opened."""
    found = _VISIT.search(answer.headers["Location"])
    assert found is not None
    return found[1]


def code_of(answer: TestResponse) -> str:
    """The code on a page that refuses something."""
    found = re.search(r"<code>([a-z-]+\.[a-z-]+)</code>", answer.text)
    return found[1] if found else f"no code: {answer.status_code}"
