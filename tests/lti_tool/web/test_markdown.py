"""Markdown of programme files becomes safe HTML."""

import pytest

from lti_tool.web.markdown import to_html


def test_the_usual_marks_become_elements():
    html = to_html("One **strong** word.\n\n- a\n- b\n\n3. third\n\n## Heading")
    for part in ("<strong>strong</strong>", "<li>a</li>", '<ol start="3">', "<h2>Heading</h2>"):
        assert part in html


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("a <b onclick='x()'>b</b>", "<b"),
        ("[a](javascript:alert(1))", "<a"),
        ("[a](data:text/html;base64,AAAA)", "<a"),
        ("![a](https://tracker.example/p.png)", "<img"),
        ("[a](https://example.org 'onmouseover=x')", "<a onmouseover"),
    ],
)
def test_nothing_that_acts_gets_through(text, never):
    assert never not in to_html(text)


def test_a_link_opens_without_telling_where_the_reader_was():
    html = to_html("[help](https://example.org)")
    assert html == '<p><a href="https://example.org" rel="noopener noreferrer">help</a></p>\n'


@pytest.mark.parametrize(("marks", "element"), [("#", "h2"), ("##", "h2"), ("#####", "h4")])
def test_the_pages_title_stays_its_only_first_heading(marks, element):
    assert to_html(f"{marks} Words") == f"<{element}>Words</{element}>\n"
