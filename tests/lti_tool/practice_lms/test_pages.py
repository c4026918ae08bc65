"""The pages a person sees, and what keeps them safe."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from lti_tool.practice_lms.configuration import Address
from tests.lti_tool.practice_lms.launches import put_link
from tests.lti_tool.practice_lms.service_calls import post_score
from tests.support.practice import INSTRUCTOR, READING, REFLECTION, STUDENT

PAGES = [
    "/",
    f"/as/{STUDENT}/course",
    f"/as/{STUDENT}/links/{READING}",
    f"/as/{STUDENT}/launch/{READING}",
    f"/as/{INSTRUCTOR}/gradebook",
    f"/as/{INSTRUCTOR}/people",
    "/as/99/course",
]


SCRIPTS = ["submit.js", "frame.js", "register.js", "picked.js", "storage.js"]
FILES = ["practice.css", *SCRIPTS, "icon.svg"]


class _Inline(HTMLParser):
    """Collects what the page's policy would forbid."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        names = {name for name, _ in attrs}
        if tag == "style" or "style" in names or (tag == "script" and "src" not in names):
            self.found.append(tag)
        self.found += [name for name in names if name.startswith("on")]


@pytest.mark.parametrize("url", PAGES)
def test_a_page_holds_no_inline_script_or_style_and_forbids_them(platform, url):
    answer = platform.answer("GET", url)
    reader = _Inline()
    reader.feed(answer.text)
    assert reader.found == []
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-src 'self' http://localhost;" in policy


@pytest.mark.parametrize("url", PAGES)
def test_a_page_has_a_language_a_title_and_one_heading(platform, url):
    text = platform.answer("GET", url).text
    assert '<html lang="en">' in text
    assert "· Practice LMS</title>" in text
    assert text.count("<h1>") == 1


OF_BOTH = [
    "/",
    "/admin/tools",
    "/admin/tools/register?url=http://localhost/register",
    f"/as/{INSTRUCTOR}/course",
    f"/as/{INSTRUCTOR}/courses/2/gradebook",
    f"/as/{INSTRUCTOR}/courses/2/people",
    f"/as/{INSTRUCTOR}/courses/2/choose",
    f"/as/{INSTRUCTOR}/courses/2/pick",
    f"/as/{STUDENT}/courses/2/tool",
    f"/as/{STUDENT}/links/{READING}",
    "/deep_linking_cancel?course=2",
    "/as/99/course",
]


@pytest.mark.parametrize("url", OF_BOTH)
@pytest.mark.parametrize("lms", ["moodle", "canvas"])
def test_the_pages_of_both_lmss_keep_to_the_same_rules(request, lms, url):
    answer = request.getfixturevalue(lms).answer("GET", url)
    reader = _Inline()
    reader.feed(answer.text)
    assert (reader.found, answer.text.count("<h1>")) == ([], 1)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_canvas_has_the_tool_in_the_course_s_menu(canvas):
    page = canvas.answer("GET", f"/as/{STUDENT}/course").text
    assert f'href="/as/{STUDENT}/courses/2/tool"' in page
    framed = canvas.answer("GET", f"/as/{STUDENT}/courses/2/tool").text
    assert f'src="/as/{STUDENT}/courses/2/launch"' in framed
    assert 'name="post_message_forwarding"' in framed


def test_canvas_s_storage_frame_knows_the_tool_s_origin(canvas):
    page = canvas.answer("GET", "/api/lti/platform_storage")
    assert 'data-storage="answers" data-tool="http://localhost"' in page.text
    assert (
        "frame-ancestors 'self' http://127.0.0.1:8001" in (page.headers["Content-Security-Policy"])
    )


def test_moodle_opens_no_storage_frame(moodle):
    assert "post_message_forwarding" not in moodle.answer("GET", f"/as/{STUDENT}/links/11").text


def test_the_gradebook_of_moodle_leads_to_what_can_be_reviewed(moodle):
    book = f"/as/{INSTRUCTOR}/gradebook"
    assert "reviews" not in moodle.answer("GET", book).text
    put_link(moodle, REFLECTION, review_url="http://localhost/review")
    assert f'href="/as/{INSTRUCTOR}/reviews/2/{STUDENT}"' in moodle.answer("GET", book).text


def test_the_front_page_offers_everybody_and_the_other_doors(platform):
    door = Address("Employer: check a badge", "http://localhost/verify")
    platform.practice.configuration = replace(platform.configuration, addresses=(door,))
    text = platform.answer("GET", "/").text
    for words in ("Ines Halvorsen", "Amara Lindqvist", door.label, door.url):
        assert words in text


def test_a_student_sees_the_activities_and_their_own_grade(platform):
    before = platform.answer("GET", f"/as/{STUDENT}/course").text
    assert "A page to read" in before
    assert "No grade yet" in before
    assert "Gradebook" not in before
    post_score(platform)
    assert "1 of 1" in platform.answer("GET", f"/as/{STUDENT}/course").text


def test_an_instructor_sees_gradebook_and_people(platform):
    post_score(platform)
    assert "1 of 1" in platform.answer("GET", f"/as/{INSTRUCTOR}/gradebook").text
    assert "amara@lms.example" in platform.answer("GET", f"/as/{INSTRUCTOR}/people").text
    assert "No grade yet" not in platform.answer("GET", f"/as/{INSTRUCTOR}/course").text


@pytest.mark.parametrize("place", ["gradebook", "people"])
def test_a_student_sees_neither_gradebook_nor_people(platform, place):
    assert platform.answer("GET", f"/as/{STUDENT}/{place}").status_code == 403


def test_the_tool_is_framed_with_a_name(platform):
    text = platform.answer("GET", f"/as/{STUDENT}/links/{REFLECTION}").text
    assert 'title="A short reflection, by The tool"' in text
    assert f'src="/as/{STUDENT}/launch/{REFLECTION}"' in text


def test_a_message_from_the_tool_is_shown_as_text(platform):
    url = f"/as/{STUDENT}/course?lti_errormsg=<b>Sorry</b>"
    assert "The tool says: &lt;b&gt;Sorry&lt;/b&gt;" in platform.answer("GET", url).text


@pytest.mark.parametrize("url", ["/as/99/course", f"/as/{STUDENT}/links/99", "/nowhere"])
def test_an_unknown_address_gets_a_page(platform, url):
    answer = platform.answer("GET", url)
    assert answer.status_code == 404
    assert "This page is not here" in answer.text
    assert "Back to the front page" in answer.text


def test_an_address_opened_in_the_wrong_way_gets_a_page(platform):
    answer = platform.answer("POST", "/")
    assert answer.status_code == 405
    assert "cannot be opened in this way" in answer.text


def test_a_refusal_of_ours_keeps_our_own_words(platform):
    text = platform.answer("GET", f"/as/{STUDENT}/gradebook").text
    assert "Only those who teach this course may see this page." in text


def test_a_course_without_activities_says_what_to_do(platform):
    course = replace(platform.configuration.course, links=())
    platform.practice.configuration = replace(platform.configuration, course=course)
    assert "no activities yet" in platform.answer("GET", f"/as/{STUDENT}/course").text


@pytest.mark.parametrize(
    "name",
    ["practice.css", "submit.js", "frame.js", "register.js", "picked.js", "storage.js", "icon.svg"],
)
def test_the_files_of_the_pages_are_served(platform, name):
    answer = platform.answer("GET", f"/static/{name}")
    assert answer.status_code == 200
    answer.close()
