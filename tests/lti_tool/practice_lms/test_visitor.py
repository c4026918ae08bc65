"""A visitor goes through a launch over real HTTP as a browser without scripts would."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests

from lti_tool.practice_lms.app import real_surroundings
from lti_tool.practice_lms.forms import FormError, read_forms, read_links
from lti_tool.practice_lms.visitor import Page, Visitor
from tests.lti_tool.practice_lms.service_calls import ask_token, assertion
from tests.lti_tool.practice_lms.small_tool import small_tool
from tests.support.practice import READING, STUDENT, PracticePlatform, a_configuration, serving


@dataclass(frozen=True)
class _World:
    platform: PracticePlatform
    platform_url: str
    tool_url: str
    visitor: Visitor


@pytest.fixture
def world() -> Iterator[_World]:
    tool = small_tool(
        auth_url=lambda: platform.configuration.url("/auth"),
        platform_keys=lambda: platform.practice.platform_key.key_set(),
    )
    with serving(tool, host="localhost") as tool_url, requests.Session() as session:
        platform = PracticePlatform(None, a_configuration(tool_url=tool_url))
        with platform.serve() as platform_url:
            yield _World(platform, platform_url, tool_url, Visitor(session))


def test_a_launch_is_followed_to_the_tools_page(world):
    page = world.visitor.launch(f"{world.platform_url}/as/{STUDENT}/launch/{READING}")
    assert page.url == f"{world.tool_url}/seen/4"
    assert "Hello 4" in page.text


def test_another_browser_is_another_visitor(world):
    begun = world.visitor.get(f"{world.platform_url}/as/{STUDENT}/launch/{READING}")
    answered = world.visitor.submit(begun, "/lti/login")
    with requests.Session() as session:
        assert Visitor(session).submit(answered, "/lti/launch").status == 403


def test_a_form_is_filled_in_and_sent_with_a_file(world):
    page = world.visitor.get(f"{world.tool_url}/seen/4")
    sent = world.visitor.submit(
        page,
        "note",
        values={"text": "after"},
        files={"picture": ("a.txt", b"content")},
        button="save",
    )
    assert sent.response.json() == {"text": "after", "do": "save", "picture": "content"}
    assert sent.text == ""


def test_a_form_untouched_sends_what_it_held(world):
    page = world.visitor.get(f"{world.tool_url}/seen/4")
    assert world.visitor.submit(page, "note").response.json()["text"] == "before"


def test_a_search_form_writes_its_fields_into_the_address(world):
    page = world.visitor.get(f"{world.tool_url}/seen/4")
    found = world.visitor.submit(page, "/find", values={"q": "öäü"})
    assert "Looked for öäü" in found.text


def test_a_page_that_sends_itself_on_for_ever_is_left(world):
    with pytest.raises(FormError, match="never came to rest"):
        world.visitor.launch(f"{world.tool_url}/round")


def test_a_form_that_is_not_there_is_named_with_those_that_are(world):
    page = world.visitor.get(f"{world.tool_url}/seen/4")
    with pytest.raises(FormError, match=r"0 forms like “sign-in”\. It has: note, find"):
        page.form("sign-in")
    with pytest.raises(FormError, match="2 forms"):
        page.form()


def test_a_link_is_found_by_its_words(world):
    page = world.visitor.get(f"{world.tool_url}/seen/4")
    assert page.link("A file") == f"{world.tool_url}/file"
    with pytest.raises(FormError, match=r"no link “Another”\. It has: A file"):
        page.link("Another")


def test_secure_cookies_stay_at_home():
    with requests.Session() as session:
        Visitor(session)
        session.cookies.set("secret", "1", domain="lms.example", path="/", secure=True)
        request = requests.Request("GET", "http://lms.example/").prepare()
        session.get_adapter(request.url).add_headers(request)
        assert "Cookie" not in request.headers


def test_the_platform_fetches_the_tools_keys_over_http(world):
    assert ask_token(world.platform, assertion(world.platform)).status_code == 200


def test_a_key_set_that_is_no_object_is_refused(world):
    tool = small_tool(auth_url=str, platform_keys=dict)
    tool.add_url_rule("/list", view_func=list)
    with serving(tool) as tool_url, pytest.raises(ValueError, match="must be a JSON object"):
        real_surroundings().fetch_key_set(f"{tool_url}/list")


PAGE = """
<form id="whole" action="send?x=1" method="POST">
  <input name="plain" value="1"><input name="off" value="1" disabled><input value="nameless">
  <input type="checkbox" name="ticked" checked><input type="checkbox" name="empty" value="yes">
  <input type="radio" name="level" value="a"><input type="radio" name="level" value="b" checked>
  <select name="one"><option value="x">X<option value="y">Y</select>
  <select name="two"><option value="x">X</option><option value="y" selected>Y</option></select>
  <input type="submit" name="do" value="go"><button type="button" name="no">No</button>
</form>
<option value="stray"></option></textarea>
<input name="outside" value="in" form="whole"><input name="lost" form="nowhere">
<a name="anchor">Not a link</a>
"""


def test_a_form_sends_what_a_browser_would_send():
    (form,) = read_forms(PAGE, "http://localhost/dir/page")
    assert (form.action, form.method) == ("http://localhost/dir/send?x=1", "POST")
    assert form.fields == (
        ("plain", "1"),
        ("ticked", "on"),
        ("level", "b"),
        ("one", "x"),
        ("two", "y"),
        ("outside", "in"),
    )
    assert read_links(PAGE, "http://localhost/") == ()


def test_a_field_may_be_given_several_values():
    (form,) = read_forms(PAGE, "http://localhost/")
    sent = form.filled({"empty": ["yes", "no"], "level": "a"}, button="go")
    assert sent[-4:] == (("empty", "yes"), ("empty", "no"), ("level", "a"), ("do", "go"))
    assert ("level", "b") not in sent


def test_a_field_or_button_that_is_not_there_is_named():
    (form,) = read_forms(PAGE, "http://localhost/")
    with pytest.raises(FormError, match="no field typo"):
        form.filled({"typo": "1"})
    with pytest.raises(FormError, match=r"no button no\. It has: do=go"):
        form.filled({}, button="no")


def test_a_form_without_action_sends_to_its_own_page():
    (form,) = read_forms("<form></form>", "http://localhost/here?x=1")
    assert (form.action, form.method) == ("http://localhost/here?x=1", "GET")


def test_a_button_may_send_its_form_to_another_address():
    html = """<form action="/draft"><input name="text" value="a">
    <button type="submit" formaction="/text/submit">Hand in</button><button>Save</button></form>"""
    (form,) = read_forms(html, "http://localhost/page")
    assert form.action == "http://localhost/draft"
    assert [one.action for one in form.by_other_buttons()] == ["http://localhost/text/submit"]


def test_a_form_is_found_by_where_a_button_sends_it():
    response = requests.Response()
    response.url = "http://localhost/page"
    response.headers["Content-Type"] = "text/html"
    response._content = b"""<form action="/draft"><button formaction="/hand-in">Hand in</button>
    </form>"""
    assert Page(response).form("/hand-in").action == "http://localhost/hand-in"
    assert Page(response).form().action == "http://localhost/draft"
