"""From one page of a list to the next: the Link header, as platforms really write it."""

import html
import re

from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import Answer
from lti_tool.lti.reading.addresses import joined, origin_of, with_https_where_known
from lti_tool.sentence import say

MOST_PAGES = 500
MOST_BYTES = 50_000_000
"""Of all pages of one list together: a roster of 80,000 people."""
MOST_SECONDS = 180.0
"""Of all pages of one list together: one LMS must not hold a worker for hours, page by page."""
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_REL = re.compile(r";\s*rel\s*=\s*(\"[^\"]*\"|[^\s;,]+)", re.IGNORECASE)
# “ and ” in UTF-8, read as Latin-1, which is how headers are read.
_CURLY = ("\xe2\x80\x9c", "\xe2\x80\x9d", "\u201c", "\u201d")


def next_page(answer: Answer, url: str) -> str | None:
    """The address of the page after the one that came from `url`; None on the last page.

    RFC 8288 §3. Moodle's line items write `&amp;` for `&` and rel in curly quotes, and are read
    all the same: a list cut short would look complete. Raises PlatformError
    `platform.pages-elsewhere` when the next page is not on the same host, for it would get our
    access token.
    """
    for target, parameters in _LINK.findall(answer.headers.get("link", "")):
        is_curly = any(quote in parameters for quote in _CURLY)
        if "next" in _relations(parameters):
            return _on_same_host(html.unescape(target) if is_curly else target, url)
    return None


def too_many_pages() -> PlatformError:
    """The error for a list that doesn't end."""
    return PlatformError(
        "platform.pages-endless",
        say(
            "platform.pages-endless",
            "The learning platform's list does not end, or comes back to a page we had. Its "
            "administrator should look at it.",
        ),
        retryable=False,
    )


def _relations(parameters: str) -> set[str]:
    for quote in _CURLY:
        parameters = parameters.replace(quote, '"')
    found = _REL.search(parameters)
    return set(found.group(1).strip('"').lower().split()) if found else set()


def _on_same_host(target: str, url: str) -> str:
    address = with_https_where_known(joined(url, target), (url,)) or ""
    if origin_of(address) is None or origin_of(address) != origin_of(url):
        raise PlatformError(
            "platform.pages-elsewhere",
            say(
                "platform.pages-elsewhere",
                "The learning platform says that its list goes on at another address, where this "
                "tool does not follow. Its administrator should check the platform's own address.",
            ),
            retryable=False,
        )
    return address
