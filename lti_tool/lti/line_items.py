"""Line items: the columns of a course's gradebook; list them, make one."""

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from lti_tool.errors import PlatformError
from lti_tool.lti.connector import Connector, ServiceCall
from lti_tool.lti.reading.addresses import split_address
from lti_tool.lti.registrations import RegistrationInfo
from lti_tool.sentence import say

LINE_ITEM_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
LINE_ITEM_READ_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
_CONTAINER = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_ITEM = "application/vnd.ims.lis.v2.lineitem+json"


@dataclass(frozen=True, slots=True)
class Column:
    """A line item as a course's container lists it (AGS 2.0 §3.2)."""

    url: str
    resource_id: str | None
    resource_link_id: str | None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A line item to make. `resource_link_id` ties it to a placement of ours."""

    label: str
    maximum: float
    resource_id: str
    tag: str
    resource_link_id: str | None


def list_line_items(
    connector: Connector,
    *,
    registration: RegistrationInfo,
    line_items_url: str,
    scope: str,
    resource_id: str | None = None,
    resource_link_id: str | None = None,
) -> tuple[Column, ...]:
    """A course's line items of one resource id or link, all pages of them. Raises PlatformError.

    The media type is asked for exactly and no page size at all: Moodle refuses any other type
    (README point 44), and its paging is broken (45), but without a limit it sends everything.
    """
    asked = {"resource_id": resource_id, "resource_link_id": resource_link_id}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    separator = "&" if urlsplit(line_items_url).query else "?"
    call = ServiceCall(
        method="GET",
        url=f"{line_items_url}{separator}{query}",
        scopes=frozenset({scope}),
        headers={"Accept": _CONTAINER},
    )
    pages = connector.read_pages(registration, call)
    found = (_column(one) for page in pages for one in _members(page.json()))
    # Some platforms don't know the filters and send every column of the course.
    return tuple(
        one
        for one in found
        if one is not None
        and resource_id in (None, one.resource_id)
        and resource_link_id in (None, one.resource_link_id)
    )


def make_line_item(
    connector: Connector,
    new: NewColumn,
    *,
    registration: RegistrationInfo,
    line_items_url: str,
) -> Column:
    """Make a line item; list them first, as no LMS notices that there is one. Raises PlatformError.

    An answer that got lost leaves a line item behind, which the next list shows.
    """
    body: dict[str, Any] = {
        "label": new.label,
        "scoreMaximum": new.maximum,
        "resourceId": new.resource_id,
        "tag": new.tag,
    }
    if new.resource_link_id is not None:
        body["resourceLinkId"] = new.resource_link_id
    call = ServiceCall(
        method="POST",
        url=line_items_url,
        scopes=frozenset({LINE_ITEM_SCOPE}),
        headers={"Content-Type": _ITEM, "Accept": _ITEM},
        body=json.dumps(body).encode(),
    )
    made = _column(connector.call(registration, call).json())
    if made is None:
        raise _unreadable()
    return replace(made, is_new=True)


def course_exists(
    connector: Connector, *, registration: RegistrationInfo, line_items_url: str, scope: str
) -> bool:
    """Whether the LMS still serves this course's gradebook; raises PlatformError if unsure.

    Older Canvas says 404 to everything about a course that has ended (README 5.6).
    """
    call = ServiceCall(
        method="GET",
        url=line_items_url,
        scopes=frozenset({scope}),
        headers={"Accept": _CONTAINER},
    )
    answer = connector.ask(registration, call)
    if 200 <= answer.status < 300:
        return True
    if answer.status in {404, 410, 422}:
        return False
    raise connector.refusal(answer)


def _members(document: object) -> list[object]:
    """The listed items; lti1p3platform wraps them in an object."""
    if isinstance(document, dict):
        document = next((value for value in document.values() if isinstance(value, list)), None)
    if not isinstance(document, list):
        raise _unreadable()
    return document


def _column(one: object) -> Column | None:
    """None for what has no address that could be called."""
    members = one if isinstance(one, dict) else {}
    url = members.get("id")
    if not isinstance(url, str) or split_address(url) is None:
        return None
    return Column(
        url=url,
        resource_id=_text(members.get("resourceId")),
        resource_link_id=_text(members.get("resourceLinkId")),
    )


def _text(value: object) -> str | None:
    """An id as text; row numbers are also sent as numbers."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None


def _unreadable() -> PlatformError:
    return PlatformError(
        "grades.columns-unreadable",
        say(
            "grades.columns-unreadable",
            "The learning platform's list of grade columns can't be read. Its administrator "
            "should check the addresses of the registration.",
        ),
        retryable=True,
        status=200,
    )
