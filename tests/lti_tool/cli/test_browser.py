"""The walkthrough's browser: a page that is not what it should be ends the step in plain words."""

import pytest
import requests

from lti_tool.cli.trying.browser import Browser, address, expect, visit_of
from lti_tool.cli.trying.certificate import ask_command, ask_public_page
from lti_tool.cli.trying.site import Site
from lti_tool.cli.trying.story import UnexpectedError
from lti_tool.practice_lms.visitor import Page
from tests.support.practice import serving


def a_page(html, url="http://localhost/v/7/badges"):
    response = requests.Response()
    response.url, response.status_code = url, 200
    response.headers["Content-Type"] = "text/html"
    response._content = html.encode()
    return Page(response)


@pytest.fixture
def tool():
    """A tool whose every page answers in the same way, and a site that has it."""

    def application(_environ, start_response):
        start_response(application.status, [("Content-Type", "text/html")])
        return [application.html]

    application.status = "200 OK"
    application.html = b'<h1>All <em>is</em> well</h1><form method="post" action="/verify">'
    application.html += b'<input name="recipient"><input type="file" name="badge"></form>'
    with serving(application) as url:
        application.url = url
        yield application


def a_site(tool, tmp_path):
    (tmp_path / "certificate.png").write_bytes(b"no picture")
    return Site(tmp_path, tool.url, "", {}, tmp_path, "", {})


def test_a_link_is_found_by_the_end_of_its_address():
    page = a_page('<a href="marking?x=1">Mark</a><a href="/v/7/marking/12">One</a>')
    assert address(page, "/marking") == "http://localhost/v/7/marking?x=1"
    assert address(page, "/marking/[0-9]+") == "http://localhost/v/7/marking/12"


def test_a_missing_link_is_told_with_the_heading_of_the_page():
    with pytest.raises(UnexpectedError, match=r"page “My badges” .* no link to “/badge\.png”"):
        address(a_page("<h1>My\n badges</h1>"), "/badge.png")


def test_the_visit_is_read_from_the_address():
    assert visit_of(a_page("")) == "http://localhost/v/7"
    with pytest.raises(UnexpectedError, match="belongs to no visit"):
        visit_of(a_page("", url="http://localhost/verify"))


def test_another_page_than_expected_is_told():
    expect(a_page(""), "/badges")
    with pytest.raises(UnexpectedError, match="answered 200 with the page “-”"):
        expect(a_page(""), "notice=released")


def test_a_page_that_refuses_is_told_with_its_heading(tool):
    tool.status = "403 Forbidden"
    with Browser() as browser, pytest.raises(UnexpectedError, match=r"403 .* “All is well”"):
        browser.open(tool.url)


def test_a_verdict_of_the_public_page_that_is_not_genuine_ends_the_step(tool, tmp_path):
    with pytest.raises(UnexpectedError, match="does not call it genuine"):
        ask_public_page(a_site(tool, tmp_path), tmp_path)


def test_a_badge_that_the_command_doubts_ends_the_step_and_leaves_the_report(tool, tmp_path):
    site = a_site(tool, tmp_path)
    with pytest.raises(UnexpectedError, match="ended with 2"):
        ask_command(site, tmp_path)
    assert '"unreadable"' in (tmp_path / "report.json").read_text("utf-8")
