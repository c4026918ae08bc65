"""The door to the network, against real sockets on this machine."""

import json
import socket
import threading
import time
from contextlib import contextmanager

import pytest

from credentials import budget, fetching
from credentials.errors import BlockedAddressError, FetchError, TimedOutError, TooLargeError
from credentials.fetching import Fetcher


@contextmanager
def serving(*, chunks, pause=0.0):
    """A server that answers every connection with these bytes; gives its host and port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                try:
                    for chunk in chunks:
                        connection.sendall(chunk)
                        time.sleep(pause)
                except OSError:
                    continue

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def page(body, *, status="200 OK", headers=()):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def fetch(answer, *, pause=0.0, **options):
    chunks = [answer] if isinstance(answer, bytes) else answer
    with serving(chunks=chunks, pause=pause) as host:
        return Fetcher([host], **options).get_json(f"http://{host}/did.json")


def test_json_from_a_named_loopback_host_is_fetched_over_plain_http():
    assert fetch(page(json.dumps({"id": "did:web:x"}).encode())) == {"id": "did:web:x"}


@pytest.mark.parametrize(
    "url",
    [
        "http://badges.example/did.json",
        "http://127.0.0.1:9/did.json",
        "https://127.0.0.1/did.json",
        "https://127.1/did.json",
        "https://2130706433/did.json",
        "https://0x7f000001/did.json",
        "https://0177.0.0.1/did.json",
        "https://0/did.json",
        "https://[::1]/did.json",
        "https://[::ffff:127.0.0.1]/did.json",
        "https://[::ffff:7f00:1]/did.json",
        "https://[64:ff9b::7f00:1]/did.json",
        "https://10.0.0.8/did.json",
        "https://172.16.3.4/did.json",
        "https://192.168.1.1/did.json",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/did.json",
        "https://[fe80::1]/did.json",
        "https://[fd00::1]/did.json",
        "https://224.0.0.1/did.json",
        "https://localhost/did.json",
        "https://user@localhost/did.json",
        "http://localhost:8000@evil.example/did.json",
        "http://evil.example@localhost:8000/did.json",
        "http://localhost:80001/did.json",
        "file:///etc/passwd",
        "ftp://badges.example/did.json",
        "//badges.example/did.json",
        "https:///did.json",
        "https://[::1/did.json",
        "",
    ],
)
def test_an_address_that_is_not_public_https_is_never_visited(url):
    with pytest.raises(BlockedAddressError):
        Fetcher(["localhost:8000"]).get_json(url)


def test_a_name_no_service_can_know_could_not_be_reached():
    with pytest.raises(FetchError):
        Fetcher().get_json("https://a..example/did.json")


def test_plain_http_is_only_ever_for_this_machine():
    with pytest.raises(ValueError, match=r"badges\.example"):
        Fetcher(["badges.example"])
    with pytest.raises(ValueError, match="machine"):
        Fetcher(["localhost.evil.example:80"])
    assert Fetcher(["demo.localhost:8000", "[::1]:80"]).plain_http_hosts


def test_a_redirect_is_not_followed():
    with pytest.raises(FetchError, match="302"):
        fetch(page(b"", status="302 Found", headers=["Location: http://169.254.169.254/"]))


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "204 No Content"])
def test_an_answer_other_than_the_page_is_an_error(status):
    with pytest.raises(FetchError, match=status[:3]):
        fetch(page(b"{}", status=status))


def test_a_packed_answer_is_refused_because_it_could_grow():
    with pytest.raises(FetchError):
        fetch(page(b"x", headers=["Content-Encoding: gzip"]))


def test_an_answer_that_is_too_large_is_cut_off():
    with pytest.raises(TooLargeError):
        fetch(page(b"[" + b" " * 2000 + b"]"), max_bytes=1000)


def test_an_answer_that_is_not_json_is_told():
    with pytest.raises(FetchError, match="cannot be read"):
        fetch(page(b"<html>"))


def test_a_server_that_hangs_up_could_not_be_reached():
    with pytest.raises(FetchError) as caught:
        fetch(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}")

    assert caught.value.sentence.id in ("fetching.unreachable", "fetching.not-json")


def test_nobody_listening_could_not_be_reached():
    with serving(chunks=[]) as host:
        pass
    with pytest.raises(FetchError, match="could not be reached"):
        Fetcher([host]).get_json(f"http://{host}/did.json")


@pytest.mark.parametrize(
    "drips",
    [[b"HTTP/1.1 200 OK\r\n"] + [b"X: y\r\n"] * 50, [page(b"x" * 50)[:-50]] + [b"x"] * 50],
    ids=["headers", "body"],
)
def test_a_server_that_drips_is_cut_off_in_time(drips):
    started = time.monotonic()
    with pytest.raises(TimedOutError):
        fetch(drips, pause=0.1, seconds=0.5)

    assert time.monotonic() - started < 2


def test_a_server_that_stays_silent_is_cut_off_in_time():
    with pytest.raises(TimedOutError):
        fetch([b"", b""], pause=0.6, seconds=0.3)


def test_a_connection_opened_after_the_deadline_is_cut_at_once():
    ours, theirs = socket.socketpair()
    deadline = fetching.Deadline(has_passed=True)

    with ours, theirs, deadline.within(60):
        deadline.watch(ours)
        assert theirs.recv(1) == b""


@pytest.fixture
def dead_name_service(monkeypatch):
    """Looking up a name hangs until the test is over."""
    is_over = threading.Event()

    def hang(*_arguments, **_options):
        is_over.wait(30)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    before = threading.active_count()
    yield
    is_over.set()
    while threading.active_count() > before:
        time.sleep(0.01)


@pytest.mark.usefixtures("dead_name_service")
def test_a_name_that_is_looked_up_forever_is_left_behind_in_time():
    started = time.monotonic()
    with pytest.raises(TimedOutError):
        Fetcher(seconds=0.3).get_json("https://badges.example/did.json")

    assert time.monotonic() - started < 2


@pytest.mark.usefixtures("dead_name_service")
def test_no_more_lookups_hang_at_once_than_a_machine_can_bear():
    before = threading.active_count()
    for _ in range(fetching.MAX_AT_ONCE):
        with pytest.raises(TimedOutError):
            Fetcher(seconds=0.01).get_json("https://badges.example/did.json")
    with pytest.raises(FetchError, match="could not be asked just now"):
        Fetcher(seconds=60).get_json("https://badges.example/did.json")

    assert threading.active_count() <= before + 2 * fetching.MAX_AT_ONCE


def test_several_slow_pages_share_one_allowance_of_time():
    started = time.monotonic()
    with serving(chunks=[b"", b""], pause=0.6) as host, budget.at_most(0.3), budget.at_most(60):
        for _ in range(5):
            with pytest.raises(TimedOutError):
                Fetcher([host]).get_json(f"http://{host}/did.json")

    assert time.monotonic() - started < 2
