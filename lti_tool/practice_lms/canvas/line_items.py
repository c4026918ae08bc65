"""Canvas's line items (section 5.2, `lineitems.json`, `lineitem_created.json`)."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, request
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.canvas.addresses import line_item_url
from lti_tool.practice_lms.canvas.guard import (
    MISSING,
    CallRefusedError,
    EmptyRefusedError,
    GenericRefusedError,
    answer,
    needs_scope,
    open_course,
    read_document,
    service_blueprint,
)
from lti_tool.practice_lms.canvas.identifiers import link_uuid
from lti_tool.practice_lms.canvas.paging import one_page
from lti_tool.practice_lms.course import Course, Link
from lti_tool.practice_lms.growing import add_links
from lti_tool.practice_lms.plain.guard import may_fail
from lti_tool.practice_lms.scopes import LINE_ITEM, LINE_ITEM_READ
from lti_tool.practice_lms.state import practice
from lti_tool.practice_lms.state.gradebook import LineItem

line_items = service_blueprint("canvas_line_items")

CONTAINER_MEDIA = "application/vnd.ims.lis.v2.lineitemcontainer+json"
ITEM_MEDIA = "application/vnd.ims.lis.v2.lineitem+json"
SUBMISSION_TYPE = "https://canvas.instructure.com/lti/submission_type"
LAUNCH_URL = "https://canvas.instructure.com/lti/launch_url"
NOT_LAUNCHED = ("none", "on_paper")
PAGE, LARGEST_PAGE = 10, 100


@line_items.get("/api/lti/courses/<course_id>/line_items")
@may_fail("line_items")
@needs_scope(LINE_ITEM, LINE_ITEM_READ)
def list_line_items(course_id: str) -> ResponseReturnValue:
    """All line items of this tool, or those the query asks for, ten on a page."""
    course = open_course(course_id)
    items = practice().gradebook.line_items(course.id)
    chosen = [item for item in items if _is_asked_for(item)]
    page, headers = one_page(chosen, size=PAGE, largest=LARGEST_PAGE)
    return answer([_listed(course, item) for item in page], CONTAINER_MEDIA, headers=headers)


@line_items.post("/api/lti/courses/<course_id>/line_items")
@may_fail("line_items")
@needs_scope(LINE_ITEM)
def make_line_item(course_id: str) -> ResponseReturnValue:
    """Make an assignment, or a further line item on one the tool has."""
    course = open_course(course_id)
    document = read_document(ITEM_MEDIA)
    for name in ("scoreMaximum", "label"):
        if not document.get(name):
            raise GenericRefusedError(400, f"{name} is missing")
    kind = document.get(SUBMISSION_TYPE)
    if isinstance(kind, dict) and kind.get("type") == "external_tool":
        made = _make_launchable(course, document, str(kind.get("external_tool_url", "")))
    elif isinstance(kind, dict) and kind.get("type") not in NOT_LAUNCHED:
        text = f"Invalid submission_type for new assignment: {kind.get('type')}"
        return {"error": text}, 400
    else:
        made = practice().gradebook.add_line_item(_read(course, document))
    return answer(_document(made), ITEM_MEDIA, status=201)


@line_items.get("/api/lti/courses/<course_id>/line_items/<int:number>")
@may_fail("line_items")
@needs_scope(LINE_ITEM, LINE_ITEM_READ)
def show_line_item(course_id: str, number: int) -> ResponseReturnValue:
    """One line item."""
    return answer(_document(known_item(open_course(course_id), number)), ITEM_MEDIA)


@line_items.put("/api/lti/courses/<course_id>/line_items/<int:number>")
@may_fail("line_items")
@needs_scope(LINE_ITEM)
def change_line_item(course_id: str, number: int) -> ResponseReturnValue:
    """Change what the body names, of the line item and of its assignment."""
    course = open_course(course_id)
    item, document = known_item(course, number), read_document(ITEM_MEDIA)
    link_id = document.get("resourceLinkId")
    if link_id is not None and (item.link_id is None or link_id != link_uuid(item.link_id)):
        text = "The specified LTI link ID is not associated with the line item."
        raise CallRefusedError(412, text)
    changed = replace(
        item,
        label=str(document.get("label", item.label)),
        score_maximum=_number(document.get("scoreMaximum", item.score_maximum)),
        resource_id=str(document.get("resourceId", item.resource_id)),
        tag=str(document.get("tag", item.tag)),
    )
    practice().gradebook.change_line_item(changed)
    if changed.is_own:
        _change_assignment(course, changed)
    return answer(_document(changed), ITEM_MEDIA)


@line_items.delete("/api/lti/courses/<course_id>/line_items/<int:number>")
@may_fail("line_items")
@needs_scope(LINE_ITEM)
def remove_line_item(course_id: str, number: int) -> ResponseReturnValue:
    """Remove a line item the tool made, with its assignment; the others are coupled."""
    course = open_course(course_id)
    item = known_item(course, number)
    if not item.is_made_by_tool:
        raise EmptyRefusedError(401)
    practice().gradebook.remove_line_item(item.number)
    if item.is_own:
        kept = tuple(link for link in course.links if link.id != item.link_id)
        practice().put_course(replace(course, links=kept))
    return Response(status=204)


def known_item(course: Course, number: int) -> LineItem:
    """The line item in the address.

    Raises:
        GenericRefusedError: when the course has none with this number, or it was removed.
    """
    item = practice().gradebook.line_item(number)
    if item is None or item.course_id != course.id:
        raise GenericRefusedError(404, MISSING)
    return item


def _is_asked_for(item: LineItem) -> bool:
    have = {
        "resource_link_id": link_uuid(item.link_id) if item.link_id else None,
        "resource_id": item.resource_id,
        "tag": item.tag,
    }
    return all(request.args.get(name, value) == value for name, value in have.items())


def _listed(course: Course, item: LineItem) -> Mapping[str, object]:
    document = _document(item)
    if "launch_url" not in request.args.getlist("include[]") or item.link_id is None:
        return document
    link = course.link(item.link_id)
    url = link.url if link and link.url else practice().configuration.tool.launch_url
    return {**document, LAUNCH_URL: url}


def _document(item: LineItem) -> dict[str, object]:
    """A line item as it is read; what is empty is left out, dates always are."""
    told: dict[str, object] = {
        "id": line_item_url(practice().configuration, item),
        "scoreMaximum": float(item.score_maximum),
        "label": item.label,
    }
    if item.resource_id:
        told["resourceId"] = item.resource_id
    if item.tag:
        told["tag"] = item.tag
    if item.link_id:
        told["resourceLinkId"] = link_uuid(item.link_id)
    if item.launch_url:
        launch = {"type": "external_tool", "external_tool_url": item.launch_url}
        told[SUBMISSION_TYPE] = launch
    return told


def _read(course: Course, document: Mapping[str, object]) -> LineItem:
    link_id = document.get("resourceLinkId")
    return LineItem(
        number=0,
        label=str(document["label"]),
        score_maximum=_number(document["scoreMaximum"]),
        link_id=None if link_id is None else _assignment(course, str(link_id)).id,
        resource_id=str(document.get("resourceId", "")),
        tag=str(document.get("tag", "")),
        course_id=course.id,
        is_made_by_tool=True,
    )


def _assignment(course: Course, uuid: str) -> Link:
    """The link of an assignment; a plain module item or a menu entry is none."""
    graded = (link for link in course.links if link.is_graded)
    link = next((link for link in graded if link_uuid(link.id) == uuid), None)
    if link is None:
        raise GenericRefusedError(404, MISSING)
    return link


def _make_launchable(course: Course, document: Mapping[str, object], url: str) -> LineItem:
    """An assignment that opens the tool, published at once."""
    here, asked = practice(), _read(course, document)
    link = Link(
        id="",
        title=asked.label,
        url=url,
        is_graded=True,
        score_maximum=asked.score_maximum,
        resource_id=asked.resource_id,
        tag=asked.tag,
    )
    (added,) = add_links(here, course.id, [link])
    item = here.gradebook.own_line_item(added.id)
    if item is None:
        raise GenericRefusedError(404, MISSING)
    made = replace(item, is_made_by_tool=True, launch_url=url)
    here.gradebook.change_line_item(made)
    return made


def _change_assignment(course: Course, item: LineItem) -> None:
    links = tuple(
        replace(link, title=item.label, score_maximum=item.score_maximum)
        if link.id == item.link_id
        else link
        for link in course.links
    )
    practice().put_course(replace(course, links=links))


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise GenericRefusedError(400, "scoreMaximum must be a number")
    return float(value)
