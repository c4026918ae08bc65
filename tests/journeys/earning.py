"""Texts and certificates that a journey begins with, made over HTTP because that is quicker."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lti_tool.cli.trying.browser import Browser, address, visit_of
from lti_tool.cli.trying.coursework import COMMENT, REACHED, TEXT
from lti_tool.practice_lms.visitor import Page
from tests.journeys.school import (
    CONDUCT,
    INSTRUCTOR_ID,
    PROGRAMME,
    READING,
    REFLECTION,
    SAFE_WRITING,
    School,
    Student,
)

_CODE = re.compile(r"Code your markers see</dt><dd>([^<]+)<")
MARKS = {
    f"comment-{one.id}" if one.feedback_only else f"level-{one.id}": COMMENT
    if one.feedback_only
    else REACHED
    for one in PROGRAMME.rubric_of("first-reflection").criteria
}


@dataclass(frozen=True)
class Earned:
    """A certificate as its holder has it; `page` is its path within a visit."""

    holder: Student
    page: str
    data: bytes
    picture: bytes

    @property
    def document(self) -> Mapping[str, Any]:
        """The credential, parsed."""
        document: Mapping[str, Any] = json.loads(self.data)
        return document


def earn(school: School) -> Earned:
    """Let a newcomer do everything, the instructor release it and the worker sign it."""
    holder = school.new_student()
    with Browser() as student:
        for title in (READING, SAFE_WRITING, CONDUCT):
            student.send(student.launch(school.launch_url(holder.id, title)), "/done")
        receipt = _hand_in(school, student, holder)
        with _marked(school, _code_of(receipt)) as (instructor, ready, submission):
            instructor.send(ready, values={"submission": [submission]}, button="chosen")
        return _collect(school, student, holder, visit=visit_of(receipt))


def hand_in(school: School) -> str:
    """Let a newcomer hand a text in; returns the code that markers see."""
    with Browser() as student:
        return _code_of(_hand_in(school, student, school.new_student()))


def finish_marking(school: School) -> str:
    """Let a newcomer's text be marked but not released; returns its code."""
    code = hand_in(school)
    with _marked(school, code):
        return code


def _hand_in(school: School, browser: Browser, student: Student) -> Page:
    box = browser.launch(school.launch_url(student.id, REFLECTION))
    return browser.send(box, "/submit", values={"text": TEXT})


@contextmanager
def _marked(school: School, code: str) -> Iterator[tuple[Browser, Page, str]]:
    """The instructor's browser with the page of what is ready, and the submission's id."""
    with Browser() as instructor:
        course = instructor.launch(school.launch_url(INSTRUCTOR_ID, REFLECTION))
        queue = instructor.follow(course, "/marking")
        sheet = instructor.open(queue.link(code))
        instructor.send(sheet, values=MARKS, button="finish")
        submission = sheet.url.rpartition("/")[2]
        yield instructor, instructor.follow(queue, "/release"), submission


def _collect(school: School, browser: Browser, holder: Student, *, visit: str) -> Earned:
    pages: list[Page] = []

    def is_signed() -> bool:
        mine = browser.open(f"{visit}/badges")
        pages.append(browser.follow(mine, "/badges/[0-9a-f-]{36}"))
        return any(url.endswith("/credential.json") for url, _ in pages[-1].links)

    school.wait_for(is_signed, "The certificate is signed.")
    data, picture = (
        browser.open(address(pages[-1], ending)).response.content
        for ending in ("/credential.json", "/badge.png")
    )
    return Earned(holder, pages[-1].url.removeprefix(visit), data, picture)


def _code_of(receipt: Page) -> str:
    found = _CODE.search(receipt.text)
    assert found, receipt.text
    return found.group(1)
