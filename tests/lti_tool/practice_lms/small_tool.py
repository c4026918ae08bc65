"""A tool just big enough to be launched: the practice LMS's own tests have no need of ours."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import jwt
from flask import Blueprint, Flask, Response, current_app, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from jwt.algorithms import RSAAlgorithm

from tests.support.keys import TEST_ONLY_TOOL_KEY
from tests.support.practice import loaded_key

KID = "tool-key"
ANY_TIME = {"verify_aud": False, "verify_exp": False, "verify_iat": False}
"""The platform under test has a clock of its own."""

tool = Blueprint("tool", __name__)


def small_tool(
    *, auth_url: Callable[[], str], platform_keys: Callable[[], Mapping[str, Any]]
) -> Flask:
    """A Flask application with login, launch, key set, and a page with two forms."""
    app = Flask(__name__)
    app.extensions["platform"] = (auth_url, platform_keys)
    app.register_blueprint(tool)
    return app


def tool_key_set() -> dict[str, Any]:
    """The tool's public key, as it publishes it."""
    jwk = RSAAlgorithm.to_jwk(loaded_key(TEST_ONLY_TOOL_KEY).public_key(), as_dict=True)
    return {"keys": [jwk | {"kid": KID, "alg": "RS256", "use": "sig"}]}


@tool.post("/lti/login")
def login() -> ResponseReturnValue:
    auth_url, _ = current_app.extensions["platform"]
    state = secrets.token_urlsafe()
    asked = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": request.form["client_id"],
        "redirect_uri": url_for("tool.launch", _external=True),
        "login_hint": request.form["login_hint"],
        "lti_message_hint": request.form["lti_message_hint"],
        "nonce": secrets.token_urlsafe(),
        "state": state,
    }
    response = redirect(f"{auth_url()}?{urlencode(asked)}")
    response.set_cookie("__Host-launch", state, secure=True, samesite="None", partitioned=True)
    return response


@tool.post("/lti/launch")
def launch() -> ResponseReturnValue:
    _, platform_keys = current_app.extensions["platform"]
    if "error" in request.form:
        return Response(f"refused: {request.form['error']}", mimetype="text/plain")
    if request.cookies.get("__Host-launch") != request.form["state"]:
        return Response("another browser", status=403, mimetype="text/plain")
    id_token = request.form["id_token"]
    kid = jwt.get_unverified_header(id_token)["kid"]
    key = next(key for key in platform_keys()["keys"] if key["kid"] == kid)
    claims = jwt.decode(id_token, jwt.PyJWK(key), ["RS256"], options=ANY_TIME)
    return redirect(f"/seen/{claims['sub']}")


@tool.get("/seen/<sub>")
def seen(sub: str) -> ResponseReturnValue:
    return f"""<h1>Hello {sub}</h1><a href="/file"> A  file </a>
      <form id="note" method="post" action="/note" enctype="multipart/form-data">
        <textarea name="text">\nbefore</textarea><input type="file" name="picture">
        <button name="do" value="save">Save</button>
      </form>
      <form id="find" action="/find"><input name="q"></form>"""


@tool.post("/note")
def note() -> ResponseReturnValue:
    picture = request.files.get("picture")
    return jsonify(
        text=request.form["text"],
        do=request.form.get("do"),
        picture=picture.read().decode() if picture else None,
    )


@tool.get("/find")
def find() -> ResponseReturnValue:
    return f"<p>Looked for {request.args['q']}</p>"


@tool.get("/round")
def round_and_round() -> ResponseReturnValue:
    return '<form data-auto-submit action="/round"></form>'


@tool.get("/lti/jwks")
def jwks() -> ResponseReturnValue:
    return jsonify(tool_key_set())
