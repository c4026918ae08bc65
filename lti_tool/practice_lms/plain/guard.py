"""What every service call must bring: a User-Agent, an access token, the right media types."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.profiles import Profile
from lti_tool.practice_lms.state import practice
from lti_tool.practice_lms.state.failures import Failure

Arguments = ParamSpec("Arguments")
View = Callable[Arguments, ResponseReturnValue]


class CallRefusedError(Exception):
    """A service call is turned away, with this status and reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def service_blueprint(name: str) -> Blueprint:
    """A blueprint whose routes are service calls."""
    blueprint = Blueprint(name, __name__)
    blueprint.before_request(_require_user_agent)
    blueprint.register_error_handler(CallRefusedError, _refuse)
    return blueprint


def needs_scope(*scopes: str) -> Callable[[View[Arguments]], View[Arguments]]:
    """Let a call through only with a token that carries one of the scopes.

    Every lack is a 401, never a 403: this is what Moodle does (captured point 39).
    """

    def decorate(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
            here = practice()
            kind, _, text = request.headers.get("Authorization", "").partition(" ")
            now = here.surroundings.now()
            if kind != "Bearer" or not here.access_tokens.may(text, scopes, now=now):
                raise CallRefusedError(401, "The access token is missing, too old or too weak.")
            return view(*args, **kwargs)

        return guarded

    return decorate


def may_fail(service: str) -> Callable[[View[Arguments]], View[Arguments]]:
    """Let a call fail in the way asked for beforehand, if any was asked."""

    def decorate(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def failing(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
            failure = practice().failures.take(service)
            if failure is None:
                return view(*args, **kwargs)
            answers = failure.status is None
            answer = view(*args, **kwargs) if answers or failure.after_storing else ""
            practice().surroundings.sleep(failure.delay)
            return answer if answers else _failed(failure)

        return failing

    return decorate


def _failed(failure: Failure) -> Response:
    headers = dict(failure.headers)
    kind = headers.pop("content-type", "text/plain")
    return Response(failure.body, status=failure.status, headers=headers, content_type=kind)


def require_course(course_id: str) -> None:
    """Refuse any course but ours."""
    if course_id != practice().configuration.course.id:
        raise CallRefusedError(404, "There is no such course.")


def require_accept(media_type: str, *, wildcard: bool = True) -> None:
    """Refuse a call that doesn't ask for this media type; some take `*/*` for it, some don't."""
    accepted = set(request.accept_mimetypes.values())
    if media_type not in accepted and not (wildcard and "*/*" in accepted):
        raise CallRefusedError(400, f"This address answers with {media_type} only.")


def require_content(media_type: str) -> None:
    """Refuse a body of any other media type; parameters such as charset are allowed."""
    if request.mimetype != media_type:
        raise CallRefusedError(400, f"This address takes {media_type} only.")


def read_object() -> dict[str, object]:
    """The JSON object in the body."""
    document = request.get_json(force=True, silent=True)
    if not isinstance(document, dict):
        raise CallRefusedError(400, "The body must be one JSON object.")
    return document


def _require_user_agent() -> None:
    """Hosted Canvas refuses calls without one since January 2026. Moodle doesn't mind."""
    is_moodle = practice().configuration.profile is Profile.MOODLE
    if not is_moodle and not request.headers.get("User-Agent"):
        raise CallRefusedError(403, "Name yourself in a User-Agent header.")


def _refuse(error: CallRefusedError) -> ResponseReturnValue:
    return jsonify({"status": error.status, "reason": error.reason}), error.status
