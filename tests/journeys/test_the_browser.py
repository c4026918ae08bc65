"""The browser of the journeys is as strict as real ones, and hears what pages complain of."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.journeys.looking import Eye
from tests.support import browser
from tests.support import chromium as finding
from tests.support.browser import NoBrowserError, Window


class FramedSite(BaseHTTPRequestHandler):
    """/outer frames localhost, which sets two cookies and then shows which came back."""

    def do_GET(self) -> None:
        """Answer one of the three pages."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Security-Policy", "script-src 'none'")
        self.end_headers() if self.path != "/set" else self._set_cookies()
        self.wfile.write(self._body().encode())

    def _set_cookies(self) -> None:
        self.send_header("Set-Cookie", "plain=1; Secure; SameSite=None; Path=/")
        own = "__Host-own=1; Secure; SameSite=None; Path=/; Partitioned"
        self.send_header("Set-Cookie", own)
        self.end_headers()

    def _body(self) -> str:
        address = f"http://localhost:{self.connection.getsockname()[1]}"
        pages = {
            "/outer": f'<iframe class="tool" src="{address}/set"></iframe>',
            "/set": '<a href="/seen">See</a>',
            "/script": "<script>document.title = 'ran'</script>",
            "/hard-to-use": '<html lang="en"><body><p>No title</p><img src="/seen" width="2000">',
        }
        return pages.get(self.path, f"<p>{self.headers.get('Cookie', 'none')}</p>")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def framed_site() -> Iterator[str]:
    """The address of a page that frames another site."""
    with ThreadingHTTPServer(("127.0.0.1", 0), FramedSite) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_framed_site_keeps_only_its_partitioned_cookie(window: Window, framed_site: str) -> None:
    window.complaints.expect("favicon")
    tab = window.new_tab()
    tab.page.goto(f"{framed_site}/outer")

    tab.tool.get_by_role("link", name="See").click()

    assert tab.tool.locator("p").inner_text() == "__Host-own=1"


def test_a_page_that_offends_its_policy_is_heard(window: Window, framed_site: str) -> None:
    window.new_tab().page.goto(f"{framed_site}/script")

    with pytest.raises(AssertionError, match="Against the content security policy: script-src"):
        window.complaints.assert_none()

    window.complaints.expect("Content Security Policy", "content security policy")


def test_an_eye_sees_what_keeps_people_from_using_a_page(window: Window, framed_site: str) -> None:
    window.complaints.expect("favicon")
    eye = Eye(window.new_tab().page)
    eye.page.goto(f"{framed_site}/hard-to-use")

    eye.look("a poor page")

    with pytest.raises(AssertionError) as told:
        eye.assert_nothing_wrong()
    faults = str(told.value)
    assert "image-alt: Images must have alternative text" in faults
    assert "it is wider than its window at 320 px, dark" in faults
    assert "it has no title" in faults


def test_without_a_browser_nothing_is_passed_over_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(finding, "find", lambda: None)

    with pytest.raises(NoBrowserError, match="CHROMIUM="), browser.running():
        pass
