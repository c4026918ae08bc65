"""Markdown of programme files as safe HTML: no raw HTML in, and only a few elements out."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_MARKDOWN = MarkdownIt("commonmark", {"html": False})

ELEMENTS = {
    *("p", "br", "hr", "blockquote", "pre", "code", "em", "strong"),
    *("h2", "h3", "h4", "ul", "ol", "li", "a"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"https", "http", "mailto", "tel"}

# The page's own title is its only h1, so every heading of the text goes one step down at most.
_HEADINGS = {"h1": "h2", "h5": "h4", "h6": "h4"}


def to_html(text: str) -> Markup:
    """Render CommonMark; what the allow-list doesn't name is left out."""
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return Markup(nh3.clean(html, tags=ELEMENTS, attributes=ATTRIBUTES, url_schemes=SCHEMES))  # noqa: S704 - cleaned
