"""Moodle's line items (points 43 to 47, `ags-lineitems`)."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from urllib.parse import urlencode

from flask import Response, request
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.moodle.addresses import line_item_url
from lti_tool.practice_lms.moodle.dispatch import (
    CallRefusedError,
    Resource,
    answer,
    known_course,
    read_json,
    require_scope,
)
from lti_tool.practice_lms.scopes import LINE_ITEM, LINE_ITEM_READ
from lti_tool.practice_lms.state import practice
from lti_tool.practice_lms.state.gradebook import LineItem

CONTAINER_MEDIA = "application/vnd.ims.lis.v2.lineitemcontainer+json"
ITEM_MEDIA = "application/vnd.ims.lis.v2.lineitem+json"


def handle_container(course_id: str) -> ResponseReturnValue:
    """List the line items of a course, or make one."""
    if request.method == "POST":
        return _make(course_id)
    require_scope(LINE_ITEM, LINE_ITEM_READ)
    if request.headers.get("Accept") != CONTAINER_MEDIA:
        # Here alone `*/*` will not do (point 44).
        raise CallRefusedError(400, "No context or unsupported content type")
    known_course(course_id)
    items = practice().gradebook.line_items(course_id)
    page, headers = _page([item for item in items if _is_asked_for(item)])
    return answer([document(item) for item in page], CONTAINER_MEDIA, headers=headers)


def handle_item(course_id: str, number: str) -> ResponseReturnValue:
    """Read, change or remove one line item."""
    readers = (LINE_ITEM, LINE_ITEM_READ) if request.method == "GET" else (LINE_ITEM,)
    require_scope(*readers)
    item = known_item(course_id, number)
    if request.method == "PUT":
        return _change(item)
    if request.method == "DELETE":
        practice().gradebook.remove_line_item(item.number)
        return Response(status=204, content_type="text/html; charset=utf-8")
    return answer(document(item), ITEM_MEDIA)


def known_item(course_id: str, number: str) -> LineItem:
    """The line item in the address.

    Raises:
        CallRefusedError: when the course or the line item is gone.
    """
    course = known_course(course_id)
    item = practice().gradebook.line_item(int(number))
    if item is None or item.course_id != course.id:
        raise CallRefusedError(404, f"Not Found: Grade item {number} doesn't exist")
    return item


def document(item: LineItem) -> dict[str, object]:
    """A line item as it is read. Dates are not kept, and `ltiLinkId` is Moodle's own (46)."""
    link = {"resourceLinkId": item.link_id, "ltiLinkId": item.link_id} if item.link_id else {}
    return {
        "id": line_item_url(practice().configuration, item),
        "label": item.label,
        "scoreMaximum": item.score_maximum,
        "resourceId": item.resource_id,
        "tag": item.tag,
        **link,
    }


def _is_asked_for(item: LineItem) -> bool:
    have = {"resource_link_id": item.link_id, "resource_id": item.resource_id, "tag": item.tag}
    return all(request.args.get(name, value) == value for name, value in have.items())


def _make(course_id: str) -> ResponseReturnValue:
    """Echo what was sent, with its id; nobody looks whether there is one like it (46)."""
    require_scope(LINE_ITEM)
    known_course(course_id)
    sent = read_json() or {}
    maximum = _maximum(sent)
    link_id = _known_link(course_id, sent.get("resourceLinkId"))
    made = practice().gradebook.add_line_item(
        LineItem(
            number=0,
            label=str(sent["label"]),
            score_maximum=maximum,
            link_id=link_id,
            resource_id=str(sent.get("resourceId", "")),
            tag=str(sent.get("tag", "")),
            course_id=course_id,
        )
    )
    here = line_item_url(practice().configuration, made)
    return answer({**sent, "id": here}, ITEM_MEDIA, status=201)


def _change(item: LineItem) -> ResponseReturnValue:
    """The column of an activity changes, the activity doesn't (point 46)."""
    sent = read_json() or {}
    changed = replace(
        item,
        score_maximum=_maximum(sent),
        label=str(sent["label"]),
        resource_id=str(sent.get("resourceId", "")),
        tag=str(sent.get("tag", "")),
    )
    practice().gradebook.change_line_item(changed)
    here = line_item_url(practice().configuration, changed)
    return answer({**sent, "id": here}, ITEM_MEDIA)


def _maximum(sent: dict[str, object]) -> float:
    maximum = sent.get("scoreMaximum")
    if not sent.get("label") or maximum is None:
        raise CallRefusedError(400, "No label or Score Maximum")
    if isinstance(maximum, bool) or not isinstance(maximum, int | float):
        raise CallRefusedError(400, "Bad Request")
    return maximum


def _known_link(course_id: str, link_id: object) -> str | None:
    if link_id is None:
        return None
    if known_course(course_id).link(str(link_id)) is None:
        raise CallRefusedError(403, "Forbidden")
    return str(link_id)


def _page(items: Sequence[LineItem]) -> tuple[Sequence[LineItem], dict[str, str]]:
    """All items, or one page with a header that no parser expects (point 45)."""
    limit = int(request.args.get("limit", 0))
    if not limit:
        return items, {}
    start = int(request.args.get("from", 0))
    places = {"first": 0, "canonical": start, "last": len(items) - limit + 1}
    if start:
        places["prev"] = max(start - limit, 0)
    if start + limit < len(items):
        places["next"] = start + limit
    order = ("first", "prev", "canonical", "next", "last")
    links = [_link(rel, places[rel], limit) for rel in order if rel in places]
    # Curly quotes in UTF-8, which a header carries as if they were Latin-1.
    return items[start : start + limit], {"Link": ", ".join(links).encode().decode("latin-1")}


def _link(rel: str, start: int, limit: int) -> str:
    query = {**request.args.to_dict(), "limit": str(limit), "from": str(start)}
    url = practice().configuration.url(f"{request.path}?{urlencode(query)}")
    return f"<{escape(url)}>; rel=“{rel}”"


RESOURCES = (
    Resource(
        service="line_items",
        template=r"/(?P<course_id>\d+)/lineitems",
        methods=("GET", "POST"),
        formats=(CONTAINER_MEDIA, ITEM_MEDIA),
        handle=handle_container,
    ),
    Resource(
        service="line_items",
        template=r"/(?P<course_id>\d+)/lineitems/(?P<number>\d+)/lineitem",
        methods=("GET", "PUT", "DELETE"),
        formats=(ITEM_MEDIA,),
        handle=handle_item,
    ),
)
