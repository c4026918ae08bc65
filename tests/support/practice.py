"""Drive the practice LMS against a tool under test, in-process or over real HTTP."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from threading import Thread
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse

from lti_tool.practice_lms.app import create_app, make_practice_server, real_surroundings
from lti_tool.practice_lms.claims import AGS, DEEP_LINKING, LTI, NRPS, launch_claims
from lti_tool.practice_lms.configuration import Configuration, Hosts
from lti_tool.practice_lms.default_course import a_link, default_settings
from lti_tool.practice_lms.forms import read_forms
from lti_tool.practice_lms.manners import Endpoints, endpoints
from lti_tool.practice_lms.settings_file import read_configuration
from lti_tool.practice_lms.state import Practice
from lti_tool.practice_lms.state.keys import PlatformKey
from lti_tool.practice_lms.views.registering import begin_registration
from tests.support.keys import TEST_ONLY_PLATFORM_KEY
from tests.support.practice_parts import a_key_in_turn, asked_for, fetch_from, only_form

INSTRUCTOR, STUDENT, OTHER_STUDENT = "3", "4", "5"
READING, REFLECTION = "11", "12"
REMOVED = object()
"""As the value of a claim: leave the claim out."""

_FULL_NAMES = {
    "endpoint": AGS,
    "namesroleservice": NRPS,
    "deep_linking_settings": DEEP_LINKING + "deep_linking_settings",
} | {
    name: LTI + name
    for name in (
        "context",
        "custom",
        "deployment_id",
        "for_user",
        "launch_presentation",
        "lis",
        "message_type",
        "resource_link",
        "roles",
        "target_link_uri",
        "tool_platform",
        "version",
    )
}


def a_configuration(
    *, tool_url: str = "http://localhost", base_url: str = "http://127.0.0.1:8001", **changes: Any
) -> Configuration:
    """Settings of a practice LMS with the default course, one reading and one reflection.

    `changes` replace whole parts of the settings file, such as `tool`, `links`, `controls`.
    """
    tool = {
        "login_url": f"{tool_url}/lti/login",
        "launch_url": f"{tool_url}/lti/launch",
        "jwks_url": f"{tool_url}/lti/jwks",
        "name": "The tool",
    }
    settings = default_settings(
        base_url=base_url,
        client_id="practice-client",
        tool=tool,
        links=[
            a_link(int(READING), "A page to read", "taster/reading", is_graded=False),
            a_link(int(REFLECTION), "A short reflection", "taster/reflection", is_graded=True),
        ],
    )
    return read_configuration(json.dumps({**settings, **changes}))


def a_moodle(**changes: Any) -> Configuration:
    """The settings of `a_configuration` with Moodle's manners."""
    return a_configuration(**({"profile": "moodle"} | changes))


def a_canvas(**changes: Any) -> Configuration:
    """The settings of `a_configuration` with Canvas's manners, and a deployment as it has them."""
    deployment = "42:8865aa05b4b79b64a91a86042e43af5ea8ae79eb"
    return a_configuration(**({"profile": "canvas", "deployment_id": deployment} | changes))


@dataclass(frozen=True, slots=True)
class Login:
    """A launch half way: the tool has answered the login and asks to be told who it is."""

    user_id: str
    link_id: str
    parameters: Mapping[str, str]
    response: TestResponse

    @property
    def state(self) -> str:
        """The state the tool chose."""
        return self.parameters["state"]

    @property
    def nonce(self) -> str:
        """The value the tool wants to see again inside the id_token."""
        return self.parameters["nonce"]


class PracticePlatform:
    """A practice LMS beside a tool's test client; the client plays the person's browser.

    Without a tool client the tool must be reachable over HTTP; then only `serve`, `answer`
    and the state in `practice` are of use.
    """

    def __init__(
        self,
        tool_client: FlaskClient | None,
        configuration: Configuration | None = None,
        *,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        surroundings = replace(real_surroundings(), new_key=a_key_in_turn())
        if now is not None:
            surroundings = replace(surroundings, now=now)
        if tool_client is not None:
            surroundings = replace(surroundings, fetch_key_set=fetch_from(tool_client))
        self.practice = Practice.start(
            configuration or a_configuration(),
            _platform_key(),
            surroundings,
        )
        self.app = create_app(self.practice)
        self._tool_client = tool_client

    @classmethod
    def moodle(
        cls,
        tool_client: FlaskClient | None,
        *,
        now: Callable[[], datetime] | None = None,
        **changes: Any,
    ) -> "PracticePlatform":
        """One with Moodle's manners; `changes` as for `a_configuration`."""
        return cls(tool_client, a_moodle(**changes), now=now)

    @classmethod
    def canvas(
        cls,
        tool_client: FlaskClient | None,
        *,
        now: Callable[[], datetime] | None = None,
        **changes: Any,
    ) -> "PracticePlatform":
        """One with Canvas's manners; `changes` as for `a_configuration`."""
        return cls(tool_client, a_canvas(**changes), now=now)

    @property
    def configuration(self) -> Configuration:
        """The settings in force."""
        return self.practice.configuration

    @property
    def endpoints(self) -> Endpoints:
        """The addresses to register the platform with."""
        return endpoints(self.configuration)

    @property
    def tool(self) -> FlaskClient:
        """The tool's client, which plays the browser."""
        assert self._tool_client is not None, "this platform was made without a tool client"
        return self._tool_client

    def answer(self, method: str, url: str, **sent: Any) -> TestResponse:
        """What the platform answers to a call; `sent` as for a werkzeug test client."""
        caller = {"HTTP_USER_AGENT": "a test"}
        return Client(self.app).open(url, method=method, environ_base=caller, **sent)

    def login(self, user_id: str, link_id: str, **field_changes: str) -> Login:
        """Open a link as somebody, up to the tool's authentication request."""
        begun = self.answer("GET", f"/as/{user_id}/launch/{link_id}")
        return self.continue_login(begun, user_id, link_id, **field_changes)

    def continue_login(
        self, begun: TestResponse, user_id: str, link_id: str = "", **field_changes: str
    ) -> Login:
        """Post the form that begins any launch, up to the tool's authentication request."""
        form = only_form(begun, self.configuration.base_url)
        response = self.tool.post(form.action, data=dict(form.fields) | field_changes)
        return Login(user_id, link_id, asked_for(response), response)

    def authenticate(self, login: Login, **parameter_changes: str) -> dict[str, str]:
        """What the platform posts to the tool: id_token and state, or error and state."""
        parameters = {**login.parameters, **parameter_changes}
        path = urlsplit(self.endpoints.auth).path
        answered = self.answer("GET", path, query_string=parameters)
        if "Location" in answered.headers:
            answered = self.answer("GET", answered.headers["Location"])
        return dict(only_form(answered, self.configuration.base_url).fields)

    def register(self, invitation_url: str, *, is_update: bool = False) -> TestResponse:
        """Open the tool's registration page as an administrator does; its answer.

        The tool calls the platform over HTTP then, so the platform must be served.
        """
        address = begin_registration(self.practice, invitation_url, is_update=is_update)
        return self.tool.get(address)

    def switch_on(self) -> None:
        """Activate the tool that was registered."""
        self.answer("POST", "/admin/tools/switch", data={"on": "1"})

    def pick(
        self, user_id: str = INSTRUCTOR, course_id: str = "2", *, placement: str = ""
    ) -> TestResponse:
        """Press the button that picks content; the tool's page for choosing.

        `placement` is one of Canvas's buttons, such as `module_menu_modal`.
        """
        query = {"placement": placement} if placement else {}
        path = f"/as/{user_id}/courses/{course_id}/pick"
        begun = self.answer("GET", path, query_string=query)
        login = self.continue_login(begun, user_id)
        return self.post_launch(self.authenticate(login))

    def take(self, response: TestResponse) -> TestResponse:
        """Post the deep linking response that a page of the tool holds back to the platform."""
        forms = read_forms(response.text, response.request.url)
        (form,) = (one for one in forms if "JWT" in dict(one.fields))
        return self.answer("POST", form.action, data=dict(form.fields))

    def post_launch(self, fields: Mapping[str, str]) -> TestResponse:
        """Post to the tool's launch address and follow where it leads."""
        launch_url = self.configuration.tool.launch_url
        return self.tool.post(launch_url, data=dict(fields), follow_redirects=True)

    def launch(self, user_id: str, link_id: str, **claim_changes: Any) -> TestResponse:
        """A whole launch; the tool's last answer. Changed claims are properly signed."""
        login = self.login(user_id, link_id)
        fields = self.authenticate(login)
        assert "id_token" in fields, fields
        if claim_changes:
            fields["id_token"] = self.id_token(self.claims(login, **claim_changes))
        return self.post_launch(fields)

    def claims(self, login: Login, **changes: Any) -> dict[str, Any]:
        """The claims for a login; names as in `launch`, short or full, `REMOVED` leaves out."""
        course = self.configuration.course_of(login.link_id) or self.configuration.course
        user, link = course.user(login.user_id), course.link(login.link_id)
        assert user is not None
        assert link is not None
        now = self.practice.surroundings.now()
        claims = launch_claims(self.practice, user, link, nonce=login.nonce, now=now)
        claims |= {_FULL_NAMES.get(name, name): value for name, value in changes.items()}
        return {name: value for name, value in claims.items() if value is not REMOVED}

    def id_token(
        self,
        claims: Mapping[str, Any],
        *,
        key: bytes | str | None = TEST_ONLY_PLATFORM_KEY,
        header: Mapping[str, Any] | None = None,
        algorithm: str = "RS256",
    ) -> str:
        """Any token at all: other claims, another key, another header, another algorithm."""
        kid = {"kid": self.practice.platform_key.kid}
        return jwt.encode(dict(claims), key, algorithm=algorithm, headers={**kid, **(header or {})})

    @contextmanager
    def serve(self) -> Iterator[str]:
        """Answer on a free port of 127.0.0.1; gives (and puts into force) the base address."""
        with serving(self.app) as base_url:
            self.practice.configuration = replace(self.configuration, base_url=base_url)
            yield base_url

    @contextmanager
    def serve_on_three_hosts(self) -> Iterator[Configuration]:
        """Answer as hosted Canvas: issuer, sign-in and school are three origins."""
        with ExitStack() as servers:
            school, issuer, sso = (servers.enter_context(serving(self.app)) for _ in range(3))
            hosts = Hosts(issuer=issuer, sso=sso)
            self.practice.configuration = replace(self.configuration, base_url=school, hosts=hosts)
            yield self.configuration


@contextmanager
def serving(app: WSGIApplication, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Run a WSGI application in a thread, by default on a free port; gives its base address."""
    server = make_practice_server(app, host=host, port=port)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@cache
def loaded_key(pem: bytes) -> RSAPrivateKey:
    """A test key, loaded once: loading costs fifty times a signature."""
    key = load_pem_private_key(pem, password=None)
    assert isinstance(key, RSAPrivateKey)
    return key


@cache
def _platform_key() -> PlatformKey:
    return PlatformKey(loaded_key(TEST_ONLY_PLATFORM_KEY))
