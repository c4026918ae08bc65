"""Columns of a gradebook: listed whole, found by what is ours, made as each LMS wants it."""

import json
from dataclasses import replace

import pytest

from lti_tool.errors import PlatformError
from lti_tool.lti.line_items import (
    LINE_ITEM_READ_SCOPE,
    LINE_ITEM_SCOPE,
    Column,
    NewColumn,
    course_exists,
    list_line_items,
    make_line_item,
)
from tests.lti_tool.lti.a_platform import VECTORS
from tests.lti_tool.lti.a_server import Reply
from tests.lti_tool.lti.a_tool import ATool, a_token_reply

ITEMS = "/services.php/2/lineitems"
CANVAS = json.loads((VECTORS / "canvas" / "lineitems.json").read_text())
CREATED = json.loads((VECTORS / "canvas" / "lineitem_created.json").read_text())
MOODLE = {
    call["label"]: call
    for call in json.loads((VECTORS / "moodle" / "ags-lineitems.json").read_text())["calls"]
}
NEW = NewColumn(
    label="Module 2 completion",
    maximum=1,
    resource_id="mod-2",
    tag="completion",
    resource_link_id="2",
)


@pytest.fixture
def tool(sqlite_db, server, http, now) -> ATool:
    """A tool at an LMS."""
    server.will_answer("/token", a_token_reply())
    return ATool(sqlite_db, server, http, now)


def listed(tool: ATool, **filters: str) -> tuple[Column, ...]:
    return list_line_items(
        tool.connector,
        registration=tool.registration,
        line_items_url=f"{tool.server.url}{ITEMS}?type_id=1",
        scope=LINE_ITEM_READ_SCOPE,
        **filters,
    )


def answer_with(tool: ATool, body: object, status: int = 200) -> None:
    tool.server.will_answer(ITEMS, Reply(status, json.dumps(body).encode()))


def test_columns_are_asked_for_by_resource_id_in_the_exact_media_type_without_a_limit(tool):
    answer_with(tool, MOODLE["filter resource_id=mod-1"]["response"]["body"])

    [column] = listed(tool, resource_id="mod-1")

    assert column.url.endswith("/2/lineitems/2/lineitem?type_id=1")
    assert (column.resource_id, column.resource_link_id) == ("mod-1", "1")
    [asked] = tool.server.asked_at(ITEMS)
    assert asked.path == f"{ITEMS}?type_id=1&resource_id=mod-1"
    assert asked.headers["accept"] == "application/vnd.ims.lis.v2.lineitemcontainer+json"


def test_columns_are_asked_for_by_resource_link(tool):
    answer_with(tool, CANVAS["by_resource_link"]["body"])
    link = CANVAS["by_resource_link"]["body"][0]["resourceLinkId"]

    [column] = listed(tool, resource_link_id=link)

    assert column.resource_link_id == link


def test_a_platform_that_knows_no_filter_sends_every_column_and_ours_are_picked(tool):
    answer_with(tool, CANVAS["response"]["body"])

    assert [column.resource_id for column in listed(tool, resource_id="act-7f3c")] == ["act-7f3c"]


def test_pages_of_canvas_are_followed(tool):
    first, second, *_ = CANVAS["response"]["body"]
    following = f'<{tool.server.url}{ITEMS}?page=2>; rel="next"'
    tool.server.will_answer(
        ITEMS,
        Reply(200, json.dumps([first]).encode(), {"link": following}),
        Reply(200, json.dumps([second | {"resourceId": first["resourceId"]}]).encode()),
    )

    assert len(listed(tool, resource_id=first["resourceId"])) == 2


@pytest.mark.parametrize(
    "body",
    [
        {"lineItems": [{"id": "https://lms.example.edu/li/1", "resourceId": "a"}]},
        [
            {"id": "https://lms.example.edu/li/1", "resourceId": "a"},
            {"id": "javascript:alert(1)", "resourceId": "a"},
            {"resourceId": "a"},
            "no object",
        ],
    ],
    ids=["wrapped in an object", "beside what is no column"],
)
def test_columns_are_read_from_what_platforms_send(tool, body):
    answer_with(tool, body)

    assert [column.url for column in listed(tool, resource_id="a")] == [
        "https://lms.example.edu/li/1"
    ]


@pytest.mark.parametrize("link", [7, "7"], ids=["number", "text"])
def test_a_column_s_link_may_be_written_as_a_number(tool, link):
    answer_with(tool, [{"id": "https://lms.example.edu/li/1", "resourceLinkId": link}])

    [column] = listed(tool, resource_link_id="7")

    assert column.resource_link_id == "7"


@pytest.mark.parametrize("body", ["text", {"nothing": "listed"}, 5], ids=str)
def test_a_list_that_is_none_is_an_error_and_no_empty_list(tool, body):
    answer_with(tool, body)

    with pytest.raises(PlatformError) as raised:
        listed(tool, resource_id="a")

    assert (raised.value.code, raised.value.retryable) == ("grades.columns-unreadable", True)


def made(tool: ATool, new: NewColumn = NEW) -> Column:
    return make_line_item(
        tool.connector,
        new,
        registration=tool.registration,
        line_items_url=f"{tool.server.url}{ITEMS}?type_id=1",
    )


def test_a_column_is_made_for_a_placement_as_moodle_takes_it(tool):
    capture = MOODLE["create line item, linked to ungraded resource link 2"]
    answer_with(tool, capture["response"]["body"], status=201)

    column = made(tool)

    assert column.is_new
    assert column.url == capture["response"]["body"]["id"]
    [asked] = tool.server.asked_at(ITEMS)
    wanted = {"label", "scoreMaximum", "resourceLinkId", "resourceId", "tag"}
    captured = {name: value for name, value in capture["request"]["body"].items() if name in wanted}
    assert json.loads(asked.body) == captured
    assert asked.headers["content-type"] == capture["request"]["headers"]["Content-Type"]
    assert asked.headers["accept"] == capture["request"]["headers"]["Accept"]


def test_a_column_of_no_placement_names_none(tool):
    answer_with(tool, CREATED["create_plain_column"]["response"]["body"], status=201)

    made(tool, replace(NEW, resource_link_id=None))

    [asked] = tool.server.asked_at(ITEMS)
    assert "resourceLinkId" not in json.loads(asked.body)


def test_a_column_that_was_made_without_an_address_is_an_error(tool):
    answer_with(tool, {"label": "Module 2 completion"}, status=201)

    with pytest.raises(PlatformError) as raised:
        made(tool)

    assert raised.value.retryable


def test_a_column_that_is_not_taken_is_an_error(tool):
    capture = MOODLE["create: unknown resourceLinkId"]["response"]
    answer_with(tool, capture["body"], status=capture["status"])

    with pytest.raises(PlatformError) as raised:
        made(tool)

    assert not raised.value.retryable


@pytest.mark.parametrize(("status", "exists"), [(200, True), (404, False), (422, False)])
def test_a_course_that_has_ended_says_so_about_its_columns(tool, status, exists):
    answer_with(tool, [], status=status)

    assert exists is course_exists(
        tool.connector,
        registration=tool.registration,
        line_items_url=f"{tool.server.url}{ITEMS}",
        scope=LINE_ITEM_SCOPE,
    )


def test_a_platform_that_is_busy_says_nothing_about_a_course(tool):
    answer_with(tool, [], status=503)

    with pytest.raises(PlatformError):
        course_exists(
            tool.connector,
            registration=tool.registration,
            line_items_url=f"{tool.server.url}{ITEMS}",
            scope=LINE_ITEM_SCOPE,
        )
