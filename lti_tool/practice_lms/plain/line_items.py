"""Line items: list them, read one, make one (AGS 2.0 section 3.2)."""

from flask import Response, json, request
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.plain.addresses import TYPE_ID, line_item_url
from lti_tool.practice_lms.plain.guard import (
    CallRefusedError,
    may_fail,
    needs_scope,
    read_object,
    require_accept,
    require_content,
    require_course,
    service_blueprint,
)
from lti_tool.practice_lms.plain.paging import one_page
from lti_tool.practice_lms.scopes import LINE_ITEM, LINE_ITEM_READ
from lti_tool.practice_lms.state import practice
from lti_tool.practice_lms.state.gradebook import LineItem

CONTAINER_MEDIA = "application/vnd.ims.lis.v2.lineitemcontainer+json"
ITEM_MEDIA = "application/vnd.ims.lis.v2.lineitem+json"

line_items = service_blueprint("line_items")


@line_items.get("/services/<course_id>/lineitems")
@may_fail("line_items")
@needs_scope(LINE_ITEM, LINE_ITEM_READ)
def list_line_items(course_id: str) -> ResponseReturnValue:
    """All line items, or those the query asks for."""
    require_course(course_id)
    require_type_id()
    require_accept(CONTAINER_MEDIA, wildcard=False)
    chosen = [item for item in practice().gradebook.line_items() if _is_asked_for(item)]
    page, headers = one_page(chosen)
    body = json.dumps([_document(item) for item in page])
    return Response(body, headers=headers, content_type=CONTAINER_MEDIA)


@line_items.post("/services/<course_id>/lineitems")
@may_fail("line_items")
@needs_scope(LINE_ITEM)
def make_line_item(course_id: str) -> ResponseReturnValue:
    """Make a line item, for a link or for none."""
    require_course(course_id)
    require_type_id()
    require_content(ITEM_MEDIA)
    item = practice().gradebook.add_line_item(_read(read_object()))
    return Response(json.dumps(_document(item)), status=201, content_type=ITEM_MEDIA)


@line_items.get("/services/<course_id>/lineitems/<int:number>/lineitem")
@may_fail("line_items")
@needs_scope(LINE_ITEM, LINE_ITEM_READ)
def read_line_item(course_id: str, number: int) -> ResponseReturnValue:
    """One line item."""
    item = find_line_item(course_id, number)
    require_accept(ITEM_MEDIA)
    return Response(json.dumps(_document(item)), content_type=ITEM_MEDIA)


def require_type_id() -> None:
    """Refuse an address whose query was lost or written into (captured point 43)."""
    if request.args.get("type_id") != TYPE_ID:
        raise CallRefusedError(400, "Keep the query of a service address as it was given.")


def find_line_item(course_id: str, number: int) -> LineItem:
    """The line item that the address names.

    Raises:
        CallRefusedError: when the address is not one we gave out.
    """
    require_course(course_id)
    require_type_id()
    item = practice().gradebook.line_item(number)
    if item is None:
        raise CallRefusedError(404, "There is no such line item.")
    return item


def _is_asked_for(item: LineItem) -> bool:
    have = {
        "resource_link_id": item.link_id,
        "resource_id": item.resource_id,
        "tag": item.tag,
    }
    return all(request.args.get(name, value) == value for name, value in have.items())


def _document(item: LineItem) -> dict[str, object]:
    document: dict[str, object] = {
        "id": line_item_url(practice().configuration, item),
        "label": item.label,
        "scoreMaximum": item.score_maximum,
        "resourceId": item.resource_id,
        "tag": item.tag,
    }
    return document if item.link_id is None else {**document, "resourceLinkId": item.link_id}


def _read(document: dict[str, object]) -> LineItem:
    label, maximum = document.get("label"), document.get("scoreMaximum")
    if not isinstance(label, str) or not label.strip():
        raise CallRefusedError(400, "A line item needs a label.")
    if isinstance(maximum, bool) or not isinstance(maximum, int | float) or maximum <= 0:
        raise CallRefusedError(400, "A line item needs a scoreMaximum above 0.")
    return LineItem(
        number=0,
        label=label,
        course_id=practice().configuration.course.id,
        score_maximum=float(maximum),
        link_id=_known_link(document.get("resourceLinkId")),
        resource_id=str(document.get("resourceId", "")),
        tag=str(document.get("tag", "")),
    )


def _known_link(link_id: object) -> str | None:
    if link_id is None:
        return None
    if not isinstance(link_id, str) or practice().configuration.course.link(link_id) is None:
        raise CallRefusedError(403, "There is no such resource link for this tool.")
    return link_id
