"""An instructor chooses activities inside the course's editor, and the LMS takes them."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from lti_tool.lti.roles import CourseRole
from lti_tool.programme.shipped import shipped, shipped_image, shipped_text
from lti_tool.store.tables.audit import AuditEvent
from lti_tool.store.tables.platforms import Registration, ResourceLink
from lti_tool.store.tables.programmes import BadgeImage, ProgrammeVersion
from lti_tool.usecases import programmes
from tests.support.builders import FIRST_PAGE, REFLECTION, TASTER, a_visit, an_institution
from tests.support.elements import Page
from tests.support.launching import LMS_URL, Lms, code_of
from tests.support.placing import (
    DL,
    RETURN_URL,
    SETTINGS,
    ask,
    handed_back,
    items_of,
    send,
    taken,
    what_it_takes,
)
from tests.support.practice import REMOVED, STUDENT
from tests.support.tool_key import give_tool_key
from tests.support.wired import BASE_URL

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
SCRIPT = '"><script>alert(1)</script>'


@pytest.fixture
def lms(sqlite_lms: Lms) -> Lms:
    """Connected to a tool that can sign; nothing here depends on the kind of database."""
    wired = sqlite_lms.tool.wired
    with wired.db.begin() as session:
        give_tool_key(session, an_institution(session).id, wired.master)
    return sqlite_lms


def placed(lms: Lms, *activities: str, **fields: str):
    """What the LMS makes links of when these are chosen."""
    return items_of(taken(lms, handed_back(send(lms, ask(lms), *activities, **fields))))


def policy(answer) -> dict[str, str]:
    directives = answer.headers["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (one.partition(" ") for one in directives)}


def test_a_deep_linking_launch_lands_where_activities_are_chosen(lms):
    path = ask(lms)
    page = Page(lms.browser.get(path.removesuffix("place"), follow_redirects=True).text).root

    assert page.one("h1").text == "Choose activities"
    assert [one.text for one in page.all("legend")] == ["Foundations"]
    boxes = page.all("input", type="checkbox", name="activity")
    assert [box.attributes["value"] for box in boxes] == [
        f"{TASTER}/{one.id}" for one in shipped(TASTER).activities
    ]
    assert lms.tool.rows(ResourceLink) == []


def test_two_activities_come_to_the_course_one_with_a_column(lms):
    page, reflection = placed(lms, REFLECTION, FIRST_PAGE)

    assert page["title"] == "Stress, strain and recovery in medical training"
    assert page["url"] == f"{BASE_URL}/activities/{FIRST_PAGE}"
    assert page["custom"]["activity"] == FIRST_PAGE
    assert "lineItem" not in page
    assert reflection["custom"]["activity"] == REFLECTION
    assert reflection["lineItem"] == {
        "scoreMaximum": 1,
        "label": reflection["title"],
        "resourceId": REFLECTION,
        "tag": "reflection",
        "submissionReview": {
            "reviewableStatus": ["Submitted", "Completed"],
            "url": f"{BASE_URL}/activities/{REFLECTION}",
        },
    }


def test_what_was_placed_opens_for_students_from_its_target_and_from_its_parameter(lms):
    for item in placed(lms, FIRST_PAGE, REFLECTION):
        for changes in (
            {"target_link_uri": item["url"], "custom": item["custom"]},
            {"target_link_uri": item["url"], "custom": {}},
            {"custom": item["custom"]},
        ):
            landed = lms.landing(lms.launch(STUDENT, **changes))
            assert landed.status_code == 200
            assert item["title"] in landed.text


def test_a_placed_link_recognises_the_course_it_was_copied_from(lms):
    [item] = placed(lms, FIRST_PAGE)

    assert item["custom"]["context_id_history"] == "$Context.id.history"


def test_what_is_only_read_gets_a_column_when_that_is_wanted(lms):
    page, reflection = placed(lms, FIRST_PAGE, REFLECTION, columns="on")

    assert (page["lineItem"]["tag"], reflection["lineItem"]["tag"]) == ("page", "reflection")
    assert "submissionReview" not in page["lineItem"]


@pytest.mark.parametrize(
    ("takes", "claims"),
    [
        (what_it_takes(accept_lineitem=False), {}),
        (what_it_takes(), {"endpoint": {"scope": ["https://other.example/scope"]}}),
    ],
    ids=["the LMS takes none", "we may post no scores"],
)
def test_no_column_is_offered_that_would_stay_empty(lms, takes, claims):
    path = ask(lms, takes=takes, **claims)
    assert "takes no columns" in lms.browser.get(path).text

    answer = handed_back(send(lms, path, REFLECTION, columns="on"))

    assert all("lineItem" not in item for item in items_of(taken(lms, answer)))


@pytest.mark.parametrize(
    "claims",
    [{"endpoint": REMOVED}, {"endpoint": {"scope": [SCORE]}}],
    ids=["it says nothing about grades", "it grants scores"],
)
def test_a_column_is_offered_when_scores_may_be_posted(lms, claims):
    answer = handed_back(send(lms, ask(lms, **claims), REFLECTION))

    assert "lineItem" in items_of(taken(lms, answer))[0]


def test_canvas_keeps_the_name_and_text_that_the_teacher_typed(lms):
    with lms.tool.wired.db.begin() as session:
        session.execute(update(Registration).values(product_family="canvas"))

    [item] = placed(lms, REFLECTION)

    assert item["https://canvas.instructure.com/lti/preserveExistingAssignmentName"] is True
    assert "text" not in item
    assert "submissionReview" not in item["lineItem"]


def test_where_one_is_taken_one_can_be_chosen(lms):
    path = ask(lms, takes=what_it_takes(accept_multiple=False))
    page = Page(lms.browser.get(path).text).root
    assert page.one("h1").text == "Choose an activity"
    assert page.all("input", type="radio", name="activity") != []

    [item] = items_of(taken(lms, handed_back(send(lms, path, FIRST_PAGE))))
    both = send(lms, path, FIRST_PAGE, REFLECTION)

    assert item["custom"]["activity"] == FIRST_PAGE
    assert both.status_code == 422
    assert "takes one activity at this place" in both.text


@pytest.mark.parametrize("activities", [(), (FIRST_PAGE, f"{TASTER}/no-such-thing")])
def test_without_a_proper_choice_the_page_stays_and_keeps_what_was_ticked(lms, activities):
    answer = send(lms, ask(lms), *activities, columns="on")

    assert answer.status_code == 422
    page = Page(answer.text).root
    assert page.one(role="alert").text == "Choose what to place, then go on."
    ticked = [
        box.attributes.get("value") for box in page.all("input") if "checked" in box.attributes
    ]
    assert ticked == [*activities[:1], None]


def test_giving_up_tells_the_lms_that_nothing_was_chosen(lms):
    answer = send(lms, ask(lms), REFLECTION, do="give-up")

    claims = taken(lms, handed_back(answer))
    assert items_of(claims) == []
    assert claims[f"{DL}msg"] == "Nothing was chosen, so nothing was added."
    assert "Nothing is added to your course." in answer.text


def test_the_lms_reads_how_many_were_chosen(lms):
    one, two = (send(lms, ask(lms), *names) for names in ([REFLECTION], [REFLECTION, FIRST_PAGE]))

    said = [taken(lms, handed_back(answer))[f"{DL}msg"] for answer in (one, two)]
    assert said == ["One activity was chosen.", "2 activities were chosen."]


def test_the_answer_is_signed_when_it_is_submitted(lms):
    path = ask(lms)
    lms.browser.get(path)
    lms.tool.clock.move(timedelta(minutes=30))

    assert taken(lms, handed_back(send(lms, path, FIRST_PAGE)))


def test_no_two_answers_carry_the_same_random_value(lms):
    path = ask(lms)
    answers = [taken(lms, handed_back(send(lms, path, FIRST_PAGE))) for _ in range(2)]

    assert answers[0]["nonce"] != answers[1]["nonce"]


@pytest.mark.parametrize("data", ["csrftoken:c7fbba78", 'a "quoted" <value>'])
def test_the_lms_own_data_goes_back_unchanged(lms, data):
    answer = send(lms, ask(lms, takes=what_it_takes(data=data)), FIRST_PAGE)

    assert taken(lms, handed_back(answer))[f"{DL}data"] == data


def test_data_that_was_not_sent_is_not_sent_back(lms):
    assert f"{DL}data" not in taken(lms, handed_back(send(lms, ask(lms), FIRST_PAGE)))


def test_the_form_may_go_to_the_lms_and_nowhere_else(lms):
    path = ask(lms)
    asked, answered = lms.browser.get(path), send(lms, path, FIRST_PAGE)

    assert policy(asked)["form-action"] == "'self'"
    assert policy(answered)["form-action"] == LMS_URL
    assert "unsafe" not in answered.headers["Content-Security-Policy"]
    assert answered.headers["Referrer-Policy"] == "origin"
    assert answered.headers["Cache-Control"] == "no-store"


def test_markup_in_the_return_address_stays_an_address(lms):
    url = f"{RETURN_URL}&x={SCRIPT}"
    answer = send(lms, ask(lms, takes=what_it_takes(deep_link_return_url=url)), FIRST_PAGE)

    assert handed_back(answer).url == url
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://lms.example/\n x", "https://user@lms.example/", "", None]
)
def test_an_address_that_is_none_leads_nowhere(lms, url):
    path = ask(lms, takes=what_it_takes(deep_link_return_url=url))
    landed = lms.browser.get(path.removesuffix("place"))

    assert "didn't say where your choice is to go" in Page(landed.text).root.one("main").text
    assert lms.browser.get(path).status_code == 404


def test_markup_in_a_title_is_text_on_the_page_and_in_the_answer(lms):
    title = f"Strain {SCRIPT}"
    republish(lms, "Stress, strain and recovery in medical training", title.replace('"', "'"))

    path = ask(lms)
    shown = lms.browser.get(path)
    [item] = items_of(taken(lms, handed_back(send(lms, path, FIRST_PAGE))))

    assert "<script>alert" not in shown.text
    assert item["title"] == title.replace('"', "'")


def republish(lms: Lms, old: str, new: str) -> None:
    """Publish a second version of the taster in which these words are others."""
    source = shipped_text(TASTER).replace(f"title: {old}", f'title: "{new}"')
    source = source.replace('version: "1"', 'version: "2"')
    images = {badge.image: shipped_image(badge.image).decode() for badge in shipped(TASTER).badges}
    with lms.tool.wired.db.begin() as session:
        institution_id = an_institution(session).id
        programmes.publish(session, institution_id, source, images, now=lms.tool.clock())


@pytest.mark.parametrize("roles", [["Learner"], ["Mentor"], ["Learner", "Mentor"], ["Member"]])
def test_who_does_not_run_the_course_places_nothing(lms, roles):
    path = ask(lms, roles=[f"{MEMBERSHIP}{role}" for role in roles])

    answer = lms.browser.get(path)

    assert (answer.status_code, code_of(answer)) == (403, "placing.teachers-only")


@pytest.mark.parametrize(
    "roles",
    [
        [f"{MEMBERSHIP}ContentDeveloper"],
        [f"{MEMBERSHIP}Administrator"],
        ["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"],
    ],
    ids=["designer", "administrator of the course", "administrator of the account"],
)
def test_whoever_the_lms_lets_into_its_editor_may_place(lms, roles):
    path = ask(lms, roles=roles)

    assert taken(lms, handed_back(send(lms, path, FIRST_PAGE)))


def test_a_place_that_takes_files_only_says_so_and_leads_back(lms):
    path = ask(lms, takes=what_it_takes(accept_types=["file"]))
    page = Page(lms.browser.get(path).text).root

    assert "takes files or pages, but no activities" in page.text
    assert page.all("input", name="activity") == []
    assert send(lms, path, FIRST_PAGE).status_code == 422
    assert items_of(taken(lms, handed_back(send(lms, path, do="give-up")))) == []


def test_without_a_published_programme_the_page_says_what_to_do(lms):
    with lms.tool.wired.db.begin() as session:
        session.execute(delete(BadgeImage))
        session.execute(delete(ProgrammeVersion))
    page = Page(lms.browser.get(ask(lms)).text).root

    assert "No programme is published here yet" in page.text
    assert [one.text for one in page.all("button", name="do")] == [
        "Go back without adding anything"
    ]


def test_a_launch_that_asked_for_nothing_places_nothing(small_scene):
    visit = a_visit(small_scene.world.wired, roles=[CourseRole.INSTRUCTOR])

    read, sent = visit.get("place"), visit.post("place", {"activity": FIRST_PAGE})

    assert (read.status_code, sent.status_code) == (404, 404)
    assert "Open its editor and choose this tool there" in read.text


def test_one_visit_can_not_sign_the_answer_of_another(lms):
    path, other = ask(lms), lms.in_another_browser()
    theirs = Page(other.browser.get(ask(other)).text).root.all("input", name="visit_key")[0]

    answer = other.browser.post(
        path, data={"visit_key": theirs.attributes["value"], "activity": FIRST_PAGE}
    )

    assert (answer.status_code, code_of(answer)) == (401, "visit.ended")
    assert "JWT" not in answer.text


def test_what_was_placed_stands_in_the_audit_and_what_was_given_up_does_not(lms):
    path = ask(lms)
    send(lms, path, do="give-up")
    send(lms, path, REFLECTION)

    [event] = [one for one in lms.tool.rows(AuditEvent) if one.action == "activities.placed"]
    assert event.details == {"activities": [REFLECTION]}
    assert event.actor_id is not None


def test_the_settings_are_no_part_of_another_launch(lms):
    answer = lms.launch(**{SETTINGS: what_it_takes()})

    assert lms.landing(answer).request.path.endswith("/pages/stress-and-recovery")
