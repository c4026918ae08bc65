"""One school and one Chromium for all journeys; windows are new for each test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from tests.journeys.earning import Earned, earn
from tests.journeys.school import School, open_school
from tests.support import browser
from tests.support.browser import Window

NewWindow = Callable[..., Window]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep everything that needs the browser in one process, so that it starts once."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; a missing one is an error and never a skipped test."""
    with browser.running() as running:
        yield running


@pytest.fixture(scope="session")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """Tool, worker and practice LMS, running."""
    with open_school(tmp_path_factory.mktemp("school")) as opened:
        yield opened


@pytest.fixture
def new_window(chromium: Browser) -> Iterator[NewWindow]:
    """Opens windows, each with cookies of its own; when the test ends none may have complained."""
    with ExitStack() as windows:
        yield lambda **options: windows.enter_context(browser.window(chromium, **options))


@pytest.fixture
def window(new_window: NewWindow) -> Window:
    """A window of somebody who has been nowhere yet."""
    return new_window()


@pytest.fixture(scope="session")
def earned(school: School) -> Earned:
    """A certificate that nobody revokes."""
    return earn(school)
