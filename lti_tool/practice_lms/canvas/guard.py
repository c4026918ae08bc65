"""What every call to Canvas's services must bring, and the two shapes of its refusals (5.7)."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec

import jwt
from flask import Blueprint, Response, json, jsonify, request
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.course import Course
from lti_tool.practice_lms.state import Practice, practice

Arguments = ParamSpec("Arguments")
View = Callable[Arguments, ResponseReturnValue]

TYPES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    412: "precondition_failed",
    422: "unprocessable_entity",
}
NO_AGENT = (
    "You are not authorized to access this site because you have not provided a valid user agent."
)
MISSING = "The specified resource does not exist."
CONCLUDED = "This course has concluded. AGS requests will no longer be accepted for this course."
UTF_8 = "; charset=utf-8"


class CallRefusedError(Exception):
    """A call is turned away by an LTI service: one object under `errors`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body: object = {"errors": {"type": TYPES[status], "message": message}}


class GenericRefusedError(CallRefusedError):
    """A call is turned away by the layer below: a list under `errors`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, message)
        self.body = {"errors": [{"message": message}]}


class EmptyRefusedError(CallRefusedError):
    """A call is turned away without a word."""

    def __init__(self, status: int) -> None:
        super().__init__(status, "")
        self.body = None


def service_blueprint(name: str) -> Blueprint:
    """A blueprint whose routes are service calls."""
    blueprint = Blueprint(name, __name__)
    blueprint.before_request(_require_user_agent)
    blueprint.after_request(_tell_cost)
    blueprint.register_error_handler(CallRefusedError, _refuse)
    return blueprint


def make_token(here: Practice, scopes: list[str]) -> str:
    """An access token for an hour: a token of Canvas's own, opaque to the tool (section 4)."""
    now = int(here.surroundings.now().timestamp())
    claims = {
        "iss": here.configuration.issuer,
        "sub": here.configuration.client_id,
        "iat": now,
        "exp": now + 3600,
        "jti": here.surroundings.new_id(),
        "scopes": " ".join(scopes),
    }
    return jwt.encode(claims, here.secret, algorithm="HS256")


def needs_scope(*scopes: str) -> Callable[[View[Arguments]], View[Arguments]]:
    """Let a call through only with a token that carries one of the scopes."""

    def decorate(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
            granted = _token_scopes(practice())
            if granted.isdisjoint(scopes):
                raise CallRefusedError(401, "Insufficient permissions")
            return view(*args, **kwargs)

        return guarded

    return decorate


def known_course(course_id: str) -> Course:
    """The course in the address."""
    course = practice().course(course_id)
    if course is None:
        raise CallRefusedError(404, "Context not found")
    return course


def open_course(course_id: str) -> Course:
    """The course in the address, which must not have ended (section 5.6)."""
    course = known_course(course_id)
    if not course.is_concluded:
        return course
    if practice().configuration.is_older:
        raise GenericRefusedError(404, MISSING)
    raise CallRefusedError(422, CONCLUDED)


def read_document(media_type: str) -> dict[str, object]:
    """The JSON object in the body, in LTI's media type or in JSON's own (section 5.1)."""
    document = request.get_json(force=True, silent=True)
    if request.mimetype not in (media_type, "application/json") or not isinstance(document, dict):
        raise GenericRefusedError(400, "The body could not be read.")
    return document


def answer(
    document: object,
    media_type: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A JSON answer in this media type; header names are in lower case (section 4)."""
    body = json.dumps(document)
    response = Response(body, status=status, content_type=media_type + UTF_8)
    response.headers.extend(dict(headers or {}))
    return response


def _token_scopes(here: Practice) -> set[str]:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not text:
        raise CallRefusedError(401, "Missing access token")
    if text.count(".") != 2:
        raise CallRefusedError(401, "Invalid access token format")
    try:
        claims = jwt.decode(
            text,
            here.secret,
            algorithms=["HS256"],
            options={"verify_exp": False, "verify_iat": False},
        )
    except jwt.PyJWTError as error:
        text = "Access token invalid - signature likely incorrect"
        raise CallRefusedError(401, text) from error
    if claims["exp"] <= here.surroundings.now().timestamp():
        raise CallRefusedError(401, "Access token expired")
    if claims["sub"] != here.configuration.client_id or not here.configuration.tool.is_on:
        raise CallRefusedError(401, "Unknown or inactive Developer Key")
    return set(claims["scopes"].split())


def _require_user_agent() -> ResponseReturnValue | None:
    """Hosted Canvas refuses calls without one since January 2026."""
    if request.headers.get("User-Agent"):
        return None
    return jsonify({"error": "Forbidden", "message": NO_AGENT}), 403


def _tell_cost(response: Response) -> Response:
    response.headers.setdefault("x-request-cost", "0.31")
    response.headers.setdefault("x-rate-limit-remaining", "598.7")
    return response


def _refuse(error: CallRefusedError) -> ResponseReturnValue:
    body = "" if error.body is None else json.dumps(error.body)
    return Response(body, status=error.status, content_type="application/json" + UTF_8)
