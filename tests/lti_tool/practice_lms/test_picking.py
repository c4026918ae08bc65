"""What a teacher chose in the tool becomes activities, by each LMS's rules."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from lti_tool.practice_lms.canvas.picking import PLACEMENTS
from lti_tool.practice_lms.claims import AGS, DEEP_LINKING, LTI
from lti_tool.practice_lms.growing import add_links
from tests.lti_tool.practice_lms.launches import captured, claims_at, claims_of, put_tool
from tests.lti_tool.practice_lms.small_tool import KID
from tests.support.keys import TEST_ONLY_OTHER_PLATFORM_KEY, TEST_ONLY_TOOL_KEY
from tests.support.practice import INSTRUCTOR, READING, REFLECTION, STUDENT, loaded_key

NOW = 1795424400
ITEMS = DEEP_LINKING + "content_items"
SETTINGS = DEEP_LINKING + "deep_linking_settings"
SENT_TO_MOODLE = captured("moodle/deep-linking-response-sent.json")["claims"]
SENT_TO_CANVAS = captured("canvas/deep_linking_response.json")
GRADED, UNGRADED = SENT_TO_CANVAS["payload"][ITEMS]


def _asked(platform, placement=""):
    path = f"/as/{INSTRUCTOR}/courses/2/pick"
    path += f"?placement={placement}" if placement else ""
    return claims_at(platform, path, INSTRUCTOR)


def _signed(platform, *, key=TEST_ONLY_TOOL_KEY, kid=KID, **changes):
    """A good response with these claims changed; None leaves a claim out."""
    claims = {
        "iss": platform.configuration.client_id,
        "aud": platform.configuration.issuer,
        "iat": NOW,
        "exp": NOW + 300,
        "nonce": "response-1",
        LTI + "deployment_id": platform.configuration.deployment_id,
        LTI + "message_type": "LtiDeepLinkingResponse",
        LTI + "version": "1.3.0",
        ITEMS: [UNGRADED],
    } | changes
    told = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(told, loaded_key(key), "RS256", headers={"kid": kid})


def _return(platform, *, placement="", url=None, **response):
    address = url or _asked(platform, placement)[SETTINGS]["deep_link_return_url"]
    return platform.answer("POST", address, data={"JWT": _signed(platform, **response)})


def _added(platform):
    return platform.configuration.course.links[2:]


def test_moodle_creates_every_link_of_the_captured_response(moodle):
    answer = _return(moodle, **{ITEMS: SENT_TO_MOODLE[ITEMS]})
    assert answer.status_code == 200
    graded, ungraded = _added(moodle)
    assert (graded.title, graded.score_maximum) == ("Module 1: Graded reflection", 25)
    assert (graded.resource_id, graded.tag, graded.is_graded) == ("mod-1", "reflection", True)
    assert (ungraded.is_graded, ungraded.custom) == (False, {"module": "2"})
    launched = claims_of(moodle, STUDENT, graded.id)
    assert launched[LTI + "target_link_uri"] == "http://localhost:9001/launch?module=1"
    assert launched[AGS]["lineitem"].endswith("/lineitems/3/lineitem?type_id=1")
    item = moodle.practice.gradebook.own_line_item(graded.id)
    assert item.label == graded.title, "the title names the column, the line item's label doesn't"


def test_moodle_keeps_where_a_submission_is_reviewed(moodle):
    review = {"url": "http://localhost/review", "custom": {"review": "yes"}}
    item = {**UNGRADED, "lineItem": {"scoreMaximum": 1, "submissionReview": review}}
    _return(moodle, **{ITEMS: [item]})
    (link,) = _added(moodle)
    assert (link.review_url, link.review_custom) == (review["url"], review["custom"])


def test_moodle_takes_any_audience_and_any_age(moodle):
    assert _return(moodle, aud=None, iat=NOW - 10_000, nonce=None).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "another"},
        {"exp": NOW},
        {"key": TEST_ONLY_OTHER_PLATFORM_KEY},
        {"kid": "unknown"},
        {LTI + "message_type": "LtiResourceLinkRequest"},
    ],
    ids=str,
)
def test_moodle_refuses_a_response_with_one_fault_by_a_page(moodle, change):
    answer = _return(moodle, **change)
    assert (answer.status_code, _added(moodle)) == (404, ())
    assert "Choose the activities again" in answer.text


def test_moodle_refuses_who_has_no_session_key_of_a_teacher(moodle):
    url = _asked(moodle)[SETTINGS]["deep_link_return_url"]
    wrong = url.replace(parse_qs(urlsplit(url).query)["sesskey"][0], "x")
    assert _return(moodle, url=wrong).status_code == 403
    student = moodle.practice.session_key(STUDENT)
    assert _return(moodle, url=wrong.replace("sesskey=x", f"sesskey={student}")).status_code == 403


def test_canvas_makes_of_the_documented_items_what_is_documented(canvas):
    items = SENT_TO_CANVAS["payload"][ITEMS]
    answer = _return(canvas, placement="module_menu_modal", **{ITEMS: items})
    assert answer.status_code == 200
    assert "Added, not published yet" in answer.text
    graded, ungraded = _added(canvas)
    assert (graded.score_maximum, graded.resource_id, graded.tag) == (20, "act-7f3c", "reflection")
    assert graded.due_at.isoformat() == "2026-03-09T06:59:59+00:00"
    assert graded.text == "Write a reflection on your first placement week."
    assert (ungraded.is_graded, ungraded.custom) == (False, {"activity_key": "overview-1"})
    put_tool(canvas, custom={"due": "$Canvas.assignment.dueAt.iso8601"})
    custom = claims_of(canvas, STUDENT, graded.id)[LTI + "custom"]
    assert custom["due"] == custom["due_at"] == "2026-03-09T06:59:59Z"


@pytest.mark.parametrize(
    ("placement", "items", "published"),
    [
        ("assignment_selection", [GRADED], [True]),
        ("assignment_selection", [GRADED, UNGRADED], [True]),
        ("link_selection", [UNGRADED], [True]),
        ("link_selection", [GRADED], [False]),
        ("link_selection", [UNGRADED, UNGRADED], [False, False]),
        ("module_menu_modal", [UNGRADED], [False]),
        ("module_index_menu_modal", [GRADED], [False]),
        ("course_assignments_menu", [GRADED, UNGRADED], [False, False]),
    ],
)
def test_canvas_creates_by_the_button_that_was_pressed(canvas, placement, items, published):
    _return(canvas, placement=placement, **{ITEMS: items})
    assert [link.is_published for link in _added(canvas)] == published


def test_every_button_is_offered_to_teachers(canvas):
    page = canvas.answer("GET", f"/as/{INSTRUCTOR}/course").text
    for name, placement in PLACEMENTS.items():
        assert f"/choose/{name}" in page
        assert placement.label in page
        assert canvas.answer("GET", f"/as/{INSTRUCTOR}/courses/2/choose/{name}").status_code == 200
    assert "Add activities" not in canvas.answer("GET", f"/as/{STUDENT}/course").text


def test_canvas_refuses_an_item_without_maximum_and_goes_on(canvas):
    broken = {**GRADED, "lineItem": {"label": "No maximum"}}
    answer = _return(canvas, placement="link_selection", **{ITEMS: [broken, UNGRADED]})
    assert "lineItem.scoreMaximum is a required field" in answer.text
    assert [link.title for link in _added(canvas)] == ["Module overview"]


def test_canvas_takes_nothing_but_links(canvas):
    html = {"type": "html", "html": "<b>x</b>"}
    _return(canvas, placement="link_selection", **{ITEMS: [html]})
    assert _added(canvas) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "https://elsewhere.example"},
        {"iat": NOW - 301},
        {"iat": NOW + 31},
        {"exp": NOW},
        {"nonce": None},
        {"iat": None},
        {"exp": None},
        {"aud": None},
        {"key": TEST_ONLY_OTHER_PLATFORM_KEY},
        {"kid": "unknown"},
    ],
    ids=str,
)
def test_canvas_refuses_a_response_with_one_fault_as_documented(canvas, change):
    answer = _return(canvas, **change)
    theirs = SENT_TO_CANVAS["errors"][0]
    assert (answer.status_code, answer.json) == (theirs["status"], theirs["body"])
    assert _added(canvas) == ()


def test_canvas_doesn_t_look_at_deployment_and_message_type(canvas):
    change = {LTI + "deployment_id": None, LTI + "message_type": None}
    assert _return(canvas, **change).status_code == 200


@pytest.mark.parametrize("fault", ["iss", "off"])
def test_canvas_refuses_a_key_that_is_not_on(canvas, fault):
    url = _asked(canvas)[SETTINGS]["deep_link_return_url"]
    if fault == "off":
        put_tool(canvas, is_on=False)
    answer = _return(canvas, url=url, **({"iss": "another"} if fault == "iss" else {}))
    theirs = SENT_TO_CANVAS["errors"][1]
    assert (answer.status_code, answer.json) == (theirs["status"], theirs["body"])


def test_canvas_takes_a_nonce_once(canvas):
    assert _return(canvas).status_code == 200
    assert _return(canvas).status_code == 400


def test_the_return_address_must_be_kept_byte_for_byte(canvas, clock):
    url = _asked(canvas)[SETTINGS]["deep_link_return_url"]
    assert _return(canvas, url=url.split("?")[0]).status_code == 400
    clock.move(hours=1, seconds=1)
    later = int(clock.time.timestamp())
    answer = _return(canvas, url=url, iat=later, exp=later + 60)
    assert answer.status_code == 400


def test_a_key_set_out_of_reach_is_a_failed_verification(canvas):
    put_tool(canvas, jwks_url="http://localhost/nowhere")
    assert _return(canvas).status_code == 400


@pytest.mark.parametrize("lms", ["moodle", "canvas"])
def test_what_the_tool_says_is_shown_as_text(request, lms):
    platform = request.getfixturevalue(lms)
    answer = _return(platform, **{ITEMS: [], DEEP_LINKING + "errormsg": "<b>Sorry</b>"})
    assert "The tool says: &lt;b&gt;Sorry&lt;/b&gt;" in answer.text
    assert "Nothing was added" in answer.text


def test_cancelling_leads_to_a_page_of_canvas(canvas):
    cancel = _asked(canvas)[LTI + "launch_presentation"]["return_url"]
    page = canvas.answer("GET", f"{cancel}&lti_msg=Nothing+chosen")
    assert "The tool says: Nothing chosen" in page.text
    assert "Back to the front page" in page.text


def test_a_draft_is_shown_to_students_once_it_is_published(canvas):
    _return(canvas, placement="module_menu_modal")
    (link,) = _added(canvas)
    course = f"/as/{STUDENT}/course"
    assert link.title not in canvas.answer("GET", course).text
    canvas.answer("POST", f"/as/{INSTRUCTOR}/links/{link.id}/publish")
    assert link.title in canvas.answer("GET", course).text


def test_a_copied_course_is_made_by_a_button(canvas):
    answer = canvas.answer("POST", f"/as/{INSTRUCTOR}/courses/2/copy", follow_redirects=True)
    assert "copy 1" in answer.text
    made = canvas.configuration.more_courses[0]
    assert (made.history, len(made.links)) == (("2",), 2)
    answer = canvas.answer("POST", f"/as/{INSTRUCTOR}/links/{made.links[0].id}/duplicate")
    assert answer.location == f"/as/{INSTRUCTOR}/courses/{made.id}"
    assert len(canvas.practice.course(made.id).links) == 3
    assert canvas.answer("POST", f"/as/{STUDENT}/courses/2/copy").status_code == 403


@pytest.mark.parametrize("link", [READING, REFLECTION])
def test_a_link_that_is_gone_has_no_page(canvas, link):
    course = canvas.configuration.course
    canvas.practice.put_course(replace(course, links=()))
    assert canvas.answer("GET", f"/as/{STUDENT}/links/{link}").status_code == 404


def test_the_plain_lms_copies_nothing(platform):
    assert platform.answer("POST", f"/as/{INSTRUCTOR}/courses/2/copy").status_code == 404
    assert "Copy this course" not in platform.answer("GET", f"/as/{INSTRUCTOR}/course").text


def test_the_plain_lms_has_no_picker(platform):
    assert platform.answer("GET", f"/as/{INSTRUCTOR}/courses/2/pick").status_code == 404


def test_nothing_is_added_to_a_course_that_is_not_there(canvas):
    with pytest.raises(LookupError):
        add_links(canvas.practice, "99", [])
