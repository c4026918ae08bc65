"""Look at pages as everybody has to use them: narrow and wide, light and dark, by axe-core.

JOURNEY_PICTURES=FOLDER keeps a picture of every page looked at, in three widths, for people to see.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

NARROW, MIDDLE, WIDE = 320, 780, 1280
HEIGHT = 800
GRAVE = frozenset({"serious", "critical"})

_AXE = Axe()


class Eye:
    """Looks at one tab's pages and remembers what is wrong with which."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._faults: list[str] = []

    def look(self, name: str) -> None:
        """Look at the page as it is now; `name` says which one it is."""
        self.page.wait_for_load_state("load")
        faults = [] if self.page.title().strip() else ["it has no title"]
        faults += self._as_seen(NARROW, "dark")
        faults += self._as_seen(WIDE, "light")
        self._faults += [f"{name} ({self.page.url}): {fault}" for fault in faults]
        if folder := os.environ.get("JOURNEY_PICTURES"):
            self._take_pictures(Path(folder), name)

    def assert_nothing_wrong(self) -> None:
        """No page had a grave fault."""
        assert not self._faults, "\n".join(self._faults)

    def _as_seen(self, width: int, scheme: str) -> list[str]:
        self._turn(width, scheme)
        where = f"at {width} px, {scheme}"
        faults = [f"{one} {where}" for one in self._grave_violations()]
        if self.page.evaluate("document.scrollingElement.scrollWidth > innerWidth"):
            faults.append(f"it is wider than its window {where}")
        return faults

    def _grave_violations(self) -> list[str]:
        violations = _AXE.run(self.page).response["violations"]
        return [_told(one) for one in violations if one["impact"] in GRAVE]

    def _turn(self, width: int, scheme: str) -> None:
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")

    def _take_pictures(self, folder: Path, name: str) -> None:
        stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        for width in (NARROW, MIDDLE, WIDE):
            self._turn(width, "dark" if width == MIDDLE else "light")
            self.page.screenshot(path=folder / f"{stem}-{width}.png", full_page=True)


def _told(violation: Mapping[str, Any]) -> str:
    where = ", ".join(str(node["target"]) for node in violation["nodes"])
    return f"{violation['id']}: {violation['help']} ({where})"
