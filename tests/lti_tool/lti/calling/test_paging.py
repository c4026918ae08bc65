"""Lists read to their end, or not at all."""

from itertools import count
from time import monotonic, sleep

import pytest

from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import QUICK
from lti_tool.lti.calling.paging import MOST_PAGES, MOST_SECONDS
from lti_tool.lti.connector import ServiceCall
from tests.lti_tool.lti.a_platform import later
from tests.lti_tool.lti.a_server import Reply
from tests.lti_tool.lti.a_tool import ATool, a_token_reply

SCOPES = frozenset({"https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"})


@pytest.fixture
def tool(sqlite_db, server, http, now) -> ATool:
    server.will_answer("/token", a_token_reply())
    return ATool(sqlite_db, server, http, now)


def read(tool: ATool) -> list[bytes]:
    call = ServiceCall("GET", f"{tool.server.url}/list", SCOPES, {"Accept": "text/x"})
    return [page.body for page in tool.connector.read_pages(tool.registration, call)]


def failure(tool: ATool) -> PlatformError:
    with pytest.raises(PlatformError) as raised:
        read(tool)
    return raised.value


def a_page(body: bytes, link: str) -> Reply:
    return Reply(200, body, {"link": link})


def test_a_list_of_one_page_is_read(tool):
    tool.server.will_answer("/list", Reply(200, b"all"))

    assert read(tool) == [b"all"]


@pytest.mark.parametrize(
    "link",
    [
        '<{url}/list?page=2>; rel="next"',
        "<{url}/list?page=2>;rel=next",
        '<{url}/list?page=1>; rel="current",<{url}/list?page=2>; rel="next",<{url}/x>; rel="last"',
        '<{url}/list?a=1;b=2>; rel="first",<{url}/list?page=2>; title="x"; rel="last next"',
        '</list?page=2>; REL="Next"',
        "<?page=2>; rel=\"next\"; type='x'",
        "<{url}/list?page=2>; rel=\xe2\x80\x9cnext\xe2\x80\x9d",
    ],
)
def test_the_next_page_is_read_however_it_is_named(tool, link):
    tool.server.will_answer(
        "/list", a_page(b"one", link.format(url=tool.server.url)), Reply(200, b"two")
    )

    assert read(tool) == [b"one", b"two"]
    assert tool.server.asked[-1].path == "/list?page=2"
    assert tool.server.asked[-1].headers["accept"] == "text/x"


def test_moodles_broken_line_item_paging_is_read(tool):
    # Captured: ags-lineitems.json, "list with limit".
    address = f"{tool.server.url}/list?type_id=1&amp;limit=1&amp;from=1"
    link = f"<{address}>; rel=\xe2\x80\x9cnext\xe2\x80\x9d"
    tool.server.will_answer("/list", a_page(b"one", link), Reply(200, b"two"))

    assert read(tool) == [b"one", b"two"]
    assert tool.server.asked[-1].path == "/list?type_id=1&limit=1&from=1"


@pytest.mark.parametrize(
    "link", ['<{url}/list?page=2>; rel="prev"', "<{url}/list?page=2>", "x", ""]
)
def test_a_header_that_names_no_next_page_ends_the_list(tool, link):
    tool.server.will_answer("/list", a_page(b"one", link.format(url=tool.server.url)))

    assert read(tool) == [b"one"]


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/list",
        "http://127.0.0.1:1/list",
        "//evil.example/list",
        "http://user@127.0.0.1/list",
        "javascript:alert(1)",
        "http://[",
    ],
)
def test_our_access_token_is_not_taken_to_another_host(tool, target):
    tool.server.will_answer("/list", a_page(b"one", f'<{target}>; rel="next"'))

    error = failure(tool)

    assert (error.code, error.retryable) == ("platform.pages-elsewhere", False)
    assert len(tool.server.asked_at("/list")) == 1


def test_a_page_that_comes_again_ends_in_an_error(tool):
    tool.server.will_answer(
        "/list", a_page(b"one", "</list?page=2>; rel=next"), a_page(b"two", "</list>; rel=next")
    )

    assert failure(tool).code == "platform.pages-endless"


def test_a_list_without_end_is_given_up(tool):
    replies = [a_page(b"", f"</list?page={number}>; rel=next") for number in range(MOST_PAGES + 9)]
    tool.server.will_answer("/list", *replies)

    assert failure(tool).code == "platform.pages-endless"
    assert len(tool.server.asked_at("/list")) == MOST_PAGES


def test_a_list_that_takes_too_long_is_given_up_and_asked_for_again_later(tool):
    # Page by page within all bounds, an LMS could hold a worker for hours, and the others' grades.
    moments = count()
    tool.connector = tool.another_process(now=lambda: later(tool.now, seconds=10 * next(moments)))
    replies = [a_page(b"", f"</list?page={number}>; rel=next") for number in range(MOST_PAGES)]
    tool.server.will_answer("/list", *replies)

    error = failure(tool)

    assert (error.code, error.retryable) == ("platform.unreachable", True)
    assert len(tool.server.asked_at("/list")) < MOST_SECONDS / 10


def test_somebody_who_waits_is_not_kept_waiting_for_a_long_list(tool):
    moments = count()
    patient = tool.another_process(now=lambda: later(tool.now, seconds=10 * next(moments)))
    tool.connector = patient.within(30)
    replies = [a_page(b"", f"</list?page={number}>; rel=next") for number in range(9)]
    tool.server.will_answer("/list", *replies)

    assert failure(tool).code == "platform.unreachable"
    assert len(tool.server.asked_at("/list")) <= 2


def test_a_page_gets_no_more_time_than_its_list_has_left(tool):
    tool.connector = tool.connector.within(0.3)
    tool.server.will_answer("/list", Reply(write=lambda handler: sleep(2)))
    began = monotonic()

    assert failure(tool).code == "platform.unreachable"
    assert monotonic() - began < 1.5


def test_a_list_with_a_failing_page_is_no_list(tool):
    tool.server.will_answer("/list", a_page(b"one", "</list?page=2>; rel=next"), Reply(503))

    error = failure(tool)

    assert (error.retryable, error.status) == (True, 503)


def test_a_page_may_be_larger_than_an_ordinary_answer(tool):
    tool.server.will_answer("/list", Reply(200, b"x" * (QUICK.most_bytes + 1)))

    assert len(read(tool)[0]) == QUICK.most_bytes + 1
