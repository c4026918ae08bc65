"""One address for all of Moodle's services: find who handles a call, and refuse in its words."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.course import Course
from lti_tool.practice_lms.moodle.addresses import SERVICES
from lti_tool.practice_lms.plain.guard import may_fail
from lti_tool.practice_lms.state import practice

UTF_8 = "; charset=utf-8"
METHODS = ("GET", "POST", "PUT", "DELETE")


class CallRefusedError(Exception):
    """A service call is turned away; the reason stands in the status line too (point 51).

    `empty_as` is the media type of an answer whose body is only `[]`.
    """

    def __init__(self, status: int, reason: str, *, empty_as: str | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.empty_as = empty_as


@dataclass(frozen=True, slots=True)
class Resource:
    """What one kind of address takes and who handles it.

    `service` is the name by which it can be made to fail.
    """

    service: str
    template: str
    methods: tuple[str, ...]
    formats: tuple[str, ...]
    handle: Callable[..., ResponseReturnValue]


def services(resources: tuple[Resource, ...]) -> Blueprint:
    """A blueprint that hands each call to the resource that fits it."""
    blueprint = Blueprint("moodle_services", __name__)
    blueprint.register_error_handler(CallRefusedError, _refuse)

    @blueprint.route(f"{SERVICES}/<path:rest>", methods=METHODS)
    def call(rest: str) -> ResponseReturnValue:
        for resource in resources:
            match = re.fullmatch(resource.template, f"/{rest}")
            if match and _is_taken(resource):
                return may_fail(resource.service)(resource.handle)(**match.groupdict())
        words = (f"/{rest}", _accept() if request.method == "GET" else "", _content_type())
        raise CallRefusedError(400, "No handler found for " + " ".join(words))

    return blueprint


def require_scope(*scopes: str, type_id: str | None = None) -> None:
    """Let a call through only with a token that carries one of the scopes.

    Every lack is a 401 without a word on what is missing (point 39), another tool's number in
    the address too; an address without a number is taken (`ags-lineitems`).
    """
    here = practice()
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    number = type_id or request.args.get("type_id", here.configuration.deployment_id)
    # A number with more behind it counts up to there, as PHP reads it.
    is_ours = number.split("/")[0] == here.configuration.deployment_id
    may = here.access_tokens.may(text, scopes, now=here.surroundings.now())
    if kind != "Bearer" or not may or not is_ours:
        raise CallRefusedError(401, "Unauthorized")


def known_course(course_id: str) -> Course:
    """The course in the address. A token reads every course of the site (point 55)."""
    course = practice().course(course_id)
    if course is None:
        raise CallRefusedError(404, f"Not Found: Course {course_id} doesn't exist")
    return course


def answer(
    document: object,
    media_type: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A JSON answer in this media type."""
    return Response(
        json.dumps(document),
        status=status,
        headers=dict(headers or {}),
        content_type=media_type + UTF_8,
    )


def read_json() -> dict[str, object] | None:
    """The JSON object in the body; None when there is none."""
    document = request.get_json(force=True, silent=True)
    return document if isinstance(document, dict) else None


def _is_taken(resource: Resource) -> bool:
    """Media types are compared as whole texts, and `*/*` will do for reading (point 44)."""
    if request.method not in resource.methods:
        return False
    if request.method == "GET":
        accept = _accept()
        return not accept or "*/*" in accept or accept in resource.formats
    return request.method == "DELETE" or _content_type() in resource.formats


def _accept() -> str:
    return request.headers.get("Accept", "")


def _content_type() -> str:
    return request.headers.get("Content-Type", "").split(";")[0]


def _refuse(error: CallRefusedError) -> ResponseReturnValue:
    phrase = " ".join(error.reason.split("\n")).replace("\r", "").strip()
    status = f"{error.status} {phrase}"
    if error.empty_as is not None:
        return Response("[]", status=status, content_type=error.empty_as + UTF_8)
    asked = {
        "method": request.method,
        "url": request.full_path.rstrip("?"),
        "accept": _accept(),
        "contentType": _content_type(),
    }
    body = {"status": error.status, "reason": error.reason, "request": asked}
    return Response(json.dumps(body), status=status, content_type="application/json" + UTF_8)
