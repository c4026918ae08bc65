"""An LMS that registers tools, on loopback: Moodle's and Canvas' side of a registration."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import jwt
from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

from lti_tool.lti.registering.configuration import PLATFORM
from lti_tool.lti.registering.tool import SERVICES, TOOL

CANVAS = "https://canvas.instructure.com/lti/"
_CANVAS_PLACEMENTS = ("assignment_selection", "link_selection", "module_menu_modal")
_SIGNED_BY_NOBODY = "a secret of the LMS, which nobody else has to know"


@dataclass
class Registrar:
    """Registers a tool once for each token; `registered` is what tools sent, by client id."""

    family: str = "moodle"
    url: str = ""
    registered: dict[str, dict[str, Any]] = field(default_factory=dict)
    tools: dict[str, str] = field(default_factory=dict)
    """The client id of each tool, by the tool's own id, which is its deployment id."""
    configuration: dict[str, Any] = field(default_factory=dict)
    """Changes to what it says of itself."""
    refusal: tuple[int, str] | None = None
    """Status and body to answer every registration with, in place of the usual."""
    spent: set[str] = field(default_factory=set)
    asked: int = 0

    @property
    def configuration_url(self) -> str:
        """What it names as `openid_configuration`."""
        return f"{self.url}/openid-configuration?for=tools"

    def token(self, number: int = 1) -> str:
        """A registration token for a new tool."""
        return _signed({"sub": f"tool-{number}", "scope": "reg"})

    def update_token(self, tool_id: str) -> str:
        """What Moodle hands out when its administrator chooses to update a tool."""
        return _signed({"sub": tool_id, "scope": "reg-update"})

    def describe(self) -> dict[str, Any]:
        """Its openid configuration."""
        placements = [f"{CANVAS}{one}" for one in _CANVAS_PLACEMENTS]
        named = {f"{CANVAS}account_name": "Example College"} if self.family == "canvas" else {}
        document = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/auth",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "registration_endpoint": f"{self.url}/register",
            "scopes_supported": ["openid", *SERVICES],
            PLATFORM: {
                "product_family_code": self.family,
                "messages_supported": [
                    {"type": "LtiResourceLinkRequest"},
                    {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea", *placements]},
                ],
                **named,
            },
        }
        return document | self.configuration

    def register(self, token: str, tool: Mapping[str, Any]) -> Response:
        """Register or update the tool, or refuse it as these LMSs do."""
        self.asked += 1
        if self.refusal is not None:
            return Response(self.refusal[1], self.refusal[0], mimetype="text/html")
        if not token or token in self.spent:
            return Response("token_already_used", 401, mimetype="text/html")
        settings = tool[TOOL]
        if settings["domain"] != urlsplit(settings["target_link_uri"]).netloc:
            return Response("domain_targetlinkuri_mismatch", 400, mimetype="text/html")
        self.spent.add(token)
        client_id, tool_id = self._noted(jwt.decode(token, options={"verify_signature": False}))
        self.registered[client_id] = dict(tool)
        # An older Canvas names no deployment.
        deployment = {"deployment_id": tool_id} if self.family == "moodle" else {}
        answer = {"client_id": client_id, "scope": " ".join(SERVICES), TOOL: deployment}
        return jsonify({**tool, **answer})

    def _noted(self, claims: Mapping[str, str]) -> tuple[str, str]:
        if claims["scope"] == "reg-update":
            return self.tools[claims["sub"]], claims["sub"]
        tool_id = str(len(self.tools) + 1)
        self.tools[tool_id] = claims["sub"]
        return claims["sub"], tool_id


@contextmanager
def a_registrar(family: str = "moodle") -> Iterator[Registrar]:
    """A running LMS on a free port of 127.0.0.1."""
    registrar = Registrar(family)
    server = make_server("127.0.0.1", 0, _app(registrar), threaded=True)
    registrar.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield registrar
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _app(registrar: Registrar) -> Flask:
    app = Flask(__name__)

    @app.get("/openid-configuration")
    def configuration() -> Response:
        if request.args.get("for") != "tools":
            return Response("Not exactly the address that was given.", 404)
        return jsonify(registrar.describe())

    @app.get("/signed-out")
    def signed_out() -> Response:
        return Response("<!DOCTYPE html><title>Sign in</title>", mimetype="text/html")

    @app.post("/register")
    def register() -> Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return registrar.register(token, request.get_json())

    return app


def _signed(claims: Mapping[str, str]) -> str:
    return jwt.encode(dict(claims), _SIGNED_BY_NOBODY, algorithm="HS256")
