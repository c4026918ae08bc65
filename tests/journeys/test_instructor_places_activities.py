"""An instructor places activities from the course's editor; students open what was placed.

In a browser that blocks third-party cookies, the tool in the LMS's frame and on another site.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import jwt
import requests
from playwright.sync_api import Route, expect

from lti_tool.practice_lms.claims import LTI
from tests.journeys.acting import text_box, title_of
from tests.journeys.school import CONDUCT, INSTRUCTOR_ID, READING, REFLECTION, School
from tests.support.browser import Tab, Window

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
RETURN_PATH = "/course/2/placed?data=eyJub25jZSI6IjEifQ.c2ln"


@dataclass
class Editor:
    """The course's editor: asks the tool, and takes what the browser brings back."""

    school: School
    window: Window
    answers: list[dict[str, Any]] = field(default_factory=list)

    def ask(self) -> Tab:
        """Open the tool to choose activities, in the LMS's frame."""
        address = f"{self.school.site.lms_url}{RETURN_PATH}"
        self.window.context.route(address, self._take)
        settings = {"accept_types": ["ltiResourceLink"], "accept_multiple": True}
        self.school.change_next_claims(
            {
                LTI + "message_type": "LtiDeepLinkingRequest",
                LTI + "resource_link": None,
                DL + "deep_linking_settings": {**settings, "deep_link_return_url": address},
            }
        )
        tab = self.window.new_tab()
        tab.page.goto(self.school.frame_url(INSTRUCTOR_ID, READING))
        return tab

    def items(self) -> list[dict[str, Any]]:
        """What came back, once."""
        [answer] = self.answers
        return list(answer[f"{DL}content_items"])

    def _take(self, route: Route) -> None:
        [token] = parse_qs(route.request.post_data or "")["JWT"]
        settings = json.loads(self.school.site.practice_settings.read_text("utf-8"))
        published = requests.get(settings["tool"]["jwks_url"], timeout=10).json()["keys"]
        kid = jwt.get_unverified_header(token)["kid"]
        key = next(jwt.PyJWK(one) for one in published if one["kid"] == kid)
        issuer = self.school.site.lms_url
        self.answers.append(jwt.decode(token, key, algorithms=["RS256"], audience=issuer))
        page = "<!doctype html><title>Editor</title><h1>Taken</h1>"
        route.fulfill(body=page, content_type="text/html")


def open_placed(school: School, window: Window, person_id: str, item: Mapping[str, Any]) -> Tab:
    """Open a link that the LMS made of a placed item."""
    school.change_next_claims(
        {
            LTI + "resource_link": {"id": f"placed {item['title']}", "title": item["title"]},
            LTI + "custom": item["custom"],
            LTI + "target_link_uri": item["url"],
        }
    )
    tab = window.new_tab()
    tab.page.goto(school.frame_url(person_id, CONDUCT))
    return tab


def test_two_activities_are_placed_and_a_student_opens_them(school: School, window: Window) -> None:
    editor, student = Editor(school, window), school.new_student()
    tool = editor.ask().tool
    expect(title_of(tool)).to_have_text("Choose activities")
    for title in (READING, REFLECTION):
        tool.get_by_role("checkbox", name=title).check()

    tool.get_by_role("button", name="Add the ticked ones").click()

    expect(title_of(tool)).to_have_text("Taken")
    reading, reflection = editor.items()
    assert [reading["title"], reflection["title"]] == [READING, REFLECTION]
    opened = open_placed(school, window, student.id, reading)
    expect(title_of(opened.tool)).to_have_text(READING)
    opened.tool.get_by_role("button", name="Mark as done").click()
    expect(opened.tool.locator(".notice")).to_contain_text("Noted")
    opened = open_placed(school, window, student.id, reflection)
    expect(text_box(opened.tool)).to_be_editable()


def test_giving_up_leads_back_to_the_editor(school: School, window: Window) -> None:
    editor = Editor(school, window)
    tool = editor.ask().tool

    tool.get_by_role("button", name="Go back without adding anything").click()

    expect(title_of(tool)).to_have_text("Taken")
    assert editor.items() == []
