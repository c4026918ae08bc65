"""One person's browser in the walkthrough: any page that is not a good one ends the step."""

import re
from types import TracebackType
from urllib.parse import urlsplit

import requests

from lti_tool.cli.trying.story import UnexpectedError
from lti_tool.practice_lms.visitor import Files, Page, Values, Visitor
from lti_tool.sentence import say

_VISIT = re.compile(r"^.*?/v/[^/]+")
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)


class Browser:
    """Opens, follows and fills in; keeps its own cookies until it is closed."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._visitor = Visitor(self._session)

    def __enter__(self) -> "Browser":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        self._session.close()

    def launch(self, url: str) -> Page:
        """Open a link of the course, through login and launch to the tool's own page."""
        return _good(self._visitor.launch(url))

    def open(self, url: str) -> Page:
        """Open an address."""
        return _good(self._visitor.get(url))

    def follow(self, page: Page, ending: str) -> Page:
        """Follow the first link of the page whose address matches `ending` to its end."""
        return self.open(address(page, ending))

    def send(
        self,
        page: Page,
        form: str = "",
        *,
        values: Values | None = None,
        files: Files | None = None,
        button: str = "",
    ) -> Page:
        """Fill in a form and send it."""
        return _good(self._visitor.submit(page, form, values=values, files=files, button=button))

    def save_draft(self, page: Page, text: str) -> None:
        """Send the writing form as the page's script does while somebody writes."""
        form = page.form("/draft")
        fields = {**dict(form.fields), "text": text}
        headers = {"X-Visit-Key": fields["visit_key"], "Accept": "application/json"}
        answer = self._session.post(form.action, data=fields, headers=headers, timeout=30)
        _good(Page(answer))


def address(page: Page, ending: str) -> str:
    """The first link of the page whose address matches `ending` to its end."""
    for url, _ in page.links:
        if re.search(f"{ending}$", urlsplit(url).path):
            return url
    raise UnexpectedError(
        say(
            "walkthrough.no-link",
            "The page “%(title)s” (%(url)s) has no link to “%(ending)s”.",
            title=_title(page),
            url=page.url,
            ending=ending,
        )
    )


def visit_of(page: Page) -> str:
    """The address that every page of this visit begins with."""
    found = _VISIT.match(page.url)
    if found is None:
        raise UnexpectedError(
            say("walkthrough.no-visit", "%(url)s belongs to no visit.", url=page.url)
        )
    return found.group()


def expect(page: Page, part: str) -> None:
    """Raise UnexpectedError unless the page's address has this part."""
    if part not in page.url:
        raise _unlike(page)


def _good(page: Page) -> Page:
    if page.status >= 400:
        raise _unlike(page)
    return page


def _unlike(page: Page) -> UnexpectedError:
    return UnexpectedError(
        say(
            "walkthrough.other-page",
            "%(url)s answered %(status)s with the page “%(title)s”.",
            url=page.url,
            status=page.status,
            title=_title(page),
        )
    )


def _title(page: Page) -> str:
    found = _HEADING.search(page.text)
    return " ".join(re.sub(r"<[^>]*>", " ", found.group(1)).split()) if found else "-"
