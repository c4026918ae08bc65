"""A copied course over the pages: told once, and nothing of the old course shows in it."""

import re

from werkzeug.test import TestResponse

from tests.support.builders import REFLECTION as REFLECTION_NAME
from tests.support.elements import Page
from tests.support.launching import Lms
from tests.support.practice import INSTRUCTOR, REFLECTION, STUDENT

TEXT = "What I wrote in the course before this one, about a night on the ward. " * 10


def open_copy(lms: Lms, user_id: str = INSTRUCTOR) -> TestResponse:
    """Open the reflection in a copy of the course."""
    return lms.landing(
        lms.launch(
            user_id,
            REFLECTION,
            context={"id": "77", "title": "The copy"},
            resource_link={"id": "700", "title": "A reflection"},
            custom={"activity": REFLECTION_NAME, "context_id_history": "2"},
        )
    )


def write_in_the_old_course(lms: Lms) -> None:
    theirs = lms.in_another_browser()
    page = theirs.landing(theirs.launch(STUDENT, REFLECTION))
    sent = theirs.browser.post(
        f"{page.request.path}/submit",
        data={"visit_key": key_of(page), "text": TEXT, "version": "0"},
    )
    assert sent.status_code == 303, sent.text


def key_of(page: TestResponse) -> str:
    found = re.search(r'name="visit_key" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def follow(lms: Lms, page: TestResponse, words: str) -> TestResponse:
    """The page behind a link."""
    (address,) = (
        str(link.attributes["href"]) for link in Page(page.text).root.all("a") if link.text == words
    )
    return lms.browser.get(address)


def test_whoever_teaches_a_copy_reads_once_where_it_comes_from(lms):
    title = lms.platform.configuration.courses[0].title
    lms.landing(lms.launch(INSTRUCTOR, REFLECTION))

    page = open_copy(lms)

    notice = Page(page.text).root.one("section", **{"aria-labelledby": "copied-title"})
    assert notice.one("h2").text == f"This course was copied from “{title}”"
    assert "You start fresh" in notice.text
    form = notice.one("form")
    answer = lms.browser.post(
        str(form.attributes["action"]), data={"visit_key": key_of(page)}, follow_redirects=True
    )
    assert "You start fresh" not in answer.text
    assert "You start fresh" not in open_copy(lms).text


def test_a_student_of_a_copy_reads_nothing_of_that(lms):
    assert "start fresh" not in open_copy(lms, STUDENT).text


def test_nobody_and_nothing_of_the_old_course_shows_in_the_copy(lms):
    write_in_the_old_course(lms)
    name = next(
        one.name for one in lms.platform.configuration.courses[0].users if one.id == STUDENT
    )

    page = open_copy(lms)

    assert name not in follow(lms, page, "People in this course").text
    assert "Nothing waits for your marks" in follow(lms, page, "Work to mark").text


def test_the_old_course_still_shows_what_is_its_own(lms):
    write_in_the_old_course(lms)
    open_copy(lms)

    page = lms.landing(lms.launch(INSTRUCTOR, REFLECTION))

    assert "Work that waits for you" in follow(lms, page, "Work to mark").text
