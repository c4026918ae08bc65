"""A real Chromium for journeys: blocks third-party cookies, reports what pages complain of."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    FrameLocator,
    Page,
    WebError,
    expect,
    sync_playwright,
)

from tests.support import chromium

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--test-third-party-cookie-phaseout",
)
PATIENCE = 20_000
"""How long a condition may take to come true, in milliseconds; far more than it needs."""

REFUSED = "Failed to load resource"
"""How Chromium begins what it says about an answer of 400 or more, and about no answer."""

_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`Against the content security policy: ${event.violatedDirective} ` +
    `${event.blockedURI} in ${document.URL}`);
});
"""


class NoBrowserError(Exception):
    """There is no Chromium on this machine, so nothing was tested."""


@contextmanager
def running() -> Iterator[Browser]:
    """A Chromium without a window; raises NoBrowserError when there is none."""
    path = chromium.find()
    if path is None:
        raise NoBrowserError(
            "No Chromium was found, so the journeys can't be walked. "
            "Install one, or name one: CHROMIUM=/path/to/chromium"
        )
    # Chromium can't build its sandbox for root.
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*FLAGS]
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            browser.close()


class Complaints:
    """What the pages of a window complained of: errors of scripts, the console, the policy."""

    def __init__(self, context: BrowserContext) -> None:
        self._heard: list[str] = []
        self._expected: tuple[str, ...] = ()
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)

    def expect(self, *parts: str) -> None:
        """Complaints with one of these parts in them belong to the story."""
        self._expected = parts

    def assert_none(self) -> None:
        """Nothing was complained of but what was expected."""
        unexpected = [
            heard for heard in self._heard if not any(part in heard for part in self._expected)
        ]
        assert not unexpected, "\n".join(unexpected)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._heard.append(f"{message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: WebError) -> None:
        self._heard.append(str(error.error))


@dataclass(frozen=True)
class Tab:
    """One tab: the page of the LMS, and the tool in its frame."""

    page: Page
    tool: FrameLocator


@dataclass(frozen=True)
class Window:
    """A browser with cookies of its own, which its tabs share."""

    context: BrowserContext
    complaints: Complaints

    def new_tab(self) -> Tab:
        """An empty tab."""
        page = self.context.new_page()
        return Tab(page, page.frame_locator("iframe.tool"))


@contextmanager
def window(
    browser: Browser, *, width: int = 1280, scripts: bool = True, dark: bool = False
) -> Iterator[Window]:
    """A new window; at its end nothing may have been complained of."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        java_script_enabled=scripts,
        color_scheme="dark" if dark else "light",
        locale="en-GB",
        timezone_id="Europe/London",
    )
    context.set_default_timeout(PATIENCE)
    opened = Window(context, Complaints(context))
    try:
        yield opened
        opened.complaints.assert_none()
    finally:
        context.close()
