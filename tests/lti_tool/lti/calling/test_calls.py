"""Calls that end, whatever the other side does."""

import socket
from contextlib import suppress
from time import sleep

import pytest

from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import LONG, QUICK, Bounds, PlatformHttp
from lti_tool.lti.calling.deadline import Deadline
from tests.lti_tool.lti.a_server import Reply


def test_an_answer_is_returned_whatever_its_status(server, http):
    url = server.will_answer("/x", Reply(418, b"tea", {"X-Thing": "Yes"}))

    answer = http.send("POST", url, headers={"Accept": "text/plain"}, body=b"hello")

    assert (answer.status, answer.body, answer.headers["x-thing"]) == (418, b"tea", "Yes")
    assert server.asked[0].body == b"hello"
    assert server.asked[0].headers["accept"] == "text/plain"


def test_every_call_says_who_is_calling(server, http):
    http.send("GET", server.will_answer("/x", Reply()))

    assert "Testamur" in server.asked[0].headers["user-agent"]


def test_a_redirect_is_not_followed(server, http):
    url = server.will_answer("/x", Reply(302, headers={"Location": server.url + "/elsewhere"}))

    assert http.send("GET", url).status == 302
    assert server.asked_at("/elsewhere") == []


def test_cookies_are_not_kept(server, http):
    url = server.will_answer("/x", Reply(headers={"Set-Cookie": "a=b; Path=/"}))

    http.send("GET", url)
    http.send("GET", url)

    assert "cookie" not in server.asked[1].headers


def test_a_netrc_file_does_not_replace_our_access_token(server, http, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))

    http.send("GET", server.will_answer("/x", Reply()), headers={"Authorization": "Bearer t"})

    assert server.asked[0].headers["authorization"] == "Bearer t"


def test_an_answer_of_just_the_limit_is_read(server, http):
    url = server.will_answer("/x", Reply(body=b"x" * QUICK.most_bytes))

    assert len(http.send("GET", url).body) == QUICK.most_bytes


def test_a_larger_answer_is_refused_and_not_tried_again(server, http):
    url = server.will_answer("/x", Reply(body=b"x" * (QUICK.most_bytes + 1)))

    error = failure(http, url)

    assert (error.code, error.retryable) == ("platform.answer-too-large", False)


def test_a_list_may_be_larger(server, http):
    url = server.will_answer("/x", Reply(body=b"x" * (QUICK.most_bytes + 1)))

    assert len(http.send("GET", url, bounds=LONG).body) == QUICK.most_bytes + 1


@pytest.mark.parametrize("status", [404, 503])
def test_a_long_page_that_tells_of_an_error_is_cut(server, http, status):
    page = b"<!DOCTYPE html>" + b"x" * QUICK.most_bytes
    url = server.will_answer("/x", Reply(status, page))

    answer = http.send("GET", url)

    assert (answer.status, answer.body) == (status, page[: QUICK.most_bytes])


HURRIED = Bounds(most_bytes=1_000, pause=5.0, seconds=0.2)


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
    ],
    ids=["before the status", "among the headers", "in the body", "in a body without a length"],
)
def test_an_answer_in_drips_is_given_up_when_its_time_is_over(server, http, start):
    def drip(handler) -> None:
        with suppress(OSError):
            handler.wfile.write(start)
            for _ in range(500):
                handler.wfile.write(b"x")
                handler.wfile.flush()
                sleep(0.02)

    error = failure(http, server.will_answer("/x", Reply(write=drip)), HURRIED)

    assert (error.code, error.retryable) == ("platform.unreachable", True)


def test_a_kept_connection_is_timed_as_well(server, http):
    def fall_silent(handler) -> None:
        with suppress(OSError):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            handler.connection.recv(1)

    url = server.will_answer("/x", Reply(200, b"quick"), Reply(write=fall_silent))
    assert http.send("GET", url, bounds=HURRIED).body == b"quick"

    assert failure(http, url, HURRIED).code == "platform.unreachable"


def test_a_call_in_time_is_not_cut_afterwards(server, http):
    url = server.will_answer("/x", Reply(200, b"quick"))
    http.send("GET", url, bounds=HURRIED)
    sleep(2 * HURRIED.seconds)

    assert http.send("GET", url, bounds=HURRIED).body == b"quick"


def test_a_connection_that_comes_after_the_time_is_cut_at_once():
    ours, theirs = socket.socketpair()
    with ours, theirs, Deadline(0.0) as deadline:
        while not deadline.has_passed:
            sleep(0.001)
        deadline.watch(ours)

        assert theirs.recv(1) == b""


def test_an_answer_that_breaks_off_is_tried_again(server, http):
    def break_off(handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")

    error = failure(http, server.will_answer("/x", Reply(write=break_off)))

    assert (error.code, error.retryable) == ("platform.unreachable", True)


def test_a_platform_that_is_down_is_tried_again(http):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    error = failure(http, f"http://127.0.0.1:{port}/")

    assert (error.code, error.retryable, error.status) == ("platform.unreachable", True, None)


@pytest.mark.parametrize(
    "url", ["ftp://x.edu/", "file:///etc/passwd", "https://user@x.edu/", "x", "https://x.edu:x/"]
)
def test_what_is_no_address_is_not_called(http, url):
    error = failure(http, url)

    assert (error.code, error.retryable) == ("platform.address-refused", False)


def test_json_is_read(server, http):
    assert http.get_json(server.will_answer("/x", Reply(body=b'{"keys": []}'))) == {"keys": []}


@pytest.mark.parametrize("body", [b"<html>", b"", b"\xff", b"[" * 60_000])
def test_what_is_no_json_is_said_to_be_unreadable(server, http, body):
    with pytest.raises(PlatformError) as raised:
        http.get_json(server.will_answer("/x", Reply(body=body)))

    assert raised.value.code == "platform.answer-unreadable"


def test_the_phrase_beside_the_status_is_read(server, http):
    def explain(handler) -> None:
        handler.wfile.write(b"HTTP/1.1 400 Incorrect score received\r\nContent-Length: 0\r\n\r\n")

    answer = http.send("POST", server.will_answer("/x", Reply(write=explain)))

    assert (answer.status, answer.reason) == (400, "Incorrect score received")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_json_document_that_moved_on_its_host_is_found(server, http, status):
    url = server.will_answer("/x", Reply(status, headers={"Location": "/y?a=b"}))
    server.will_answer("/y", Reply(body=b"7"))

    assert http.get_json(url) == 7
    assert server.asked[-1].path == "/y?a=b"


def test_two_moves_are_followed_and_no_third(server, http):
    url = server.will_answer("/1", Reply(302, headers={"Location": "/2"}))
    server.will_answer("/2", Reply(302, headers={"Location": "/3"}))
    server.will_answer("/3", Reply(body=b"7"))
    assert http.get_json(url) == 7

    server.will_answer("/3", Reply(302, headers={"Location": "/4"}))
    server.will_answer("/4", Reply(body=b"7"))

    with pytest.raises(PlatformError) as raised:
        http.get_json(url)
    assert (raised.value.code, raised.value.status) == ("platform.unreachable", 302)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:1/y",
        "https://127.0.0.1/y",
        "//evil.example/y",
        "file:///y",
        "",
    ],
)
def test_a_json_document_that_moved_elsewhere_is_not_followed(server, http, target):
    url = server.will_answer("/x", Reply(302, headers={"Location": target}))

    with pytest.raises(PlatformError) as raised:
        http.get_json(url)

    assert (raised.value.code, raised.value.status) == ("platform.unreachable", 302)


def test_a_move_to_what_is_no_address_is_a_failure_to_answer(server, http):
    url = server.will_answer("/x", Reply(302, headers={"Location": "http://["}))

    assert failure(http, url).code == "platform.unreachable"


def test_json_with_another_status_is_an_error_page(server, http):
    with pytest.raises(PlatformError) as raised:
        http.get_json(server.will_answer("/x", Reply(503, b'{"keys": []}')))

    assert (raised.value.code, raised.value.status) == ("platform.unreachable", 503)


def failure(http: PlatformHttp, url: str, bounds: Bounds = QUICK) -> PlatformError:
    with pytest.raises(PlatformError) as raised:
        http.send("GET", url, bounds=bounds)
    return raised.value
