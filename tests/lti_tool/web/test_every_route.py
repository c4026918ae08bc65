"""What holds for every route there is; a route that is missing from the tables fails them."""

import pytest
from werkzeug.test import TestResponse

from lti_tool.web.headers import CROSS_SITE_BY_DESIGN
from lti_tool.web.visits import FORM_FIELD, HEADER
from tests.lti_tool.web.routes import (
    NO_VISIT,
    PEOPLE,
    PUBLIC,
    READING,
    WRITING,
    WRITTEN_BY_READING,
    column,
    fields_of,
    meant_for,
    with_key,
)
from tests.support.builders import LMS
from tests.support.scene import SECRET_TEXT
from tests.support.wired import BASE_URL


def test_every_route_is_in_a_table(shared_scene):
    assert set(shared_scene.rules("GET")) == {*READING, *PUBLIC, "launches.login"}
    assert set(shared_scene.rules("POST")) == {*WRITING, *NO_VISIT}
    for method in ("PUT", "PATCH", "DELETE"):
        assert not shared_scene.rules(method)
    of_visits = {name for name, rule in shared_scene.rules("GET").items() if "/v/" in rule.rule}
    assert of_visits == set(READING)


def test_everybody_opens_what_is_theirs_and_nothing_else(scene):
    opened = {who: {one: scene.get(who, one) for one in READING} for who in PEOPLE}

    for who, answers in opened.items():
        assert statuses(answers) == column(READING, who), who
        words = SECRET_TEXT[:40].encode()
        shown = {endpoint for endpoint, answer in answers.items() if words in answer.data}
        assert shown == READS_THE_TEXT.get(who, set()), who


def test_what_is_refused_changes_nothing(scene):
    before = scene.rows(but=WRITTEN_BY_READING)

    for who in PEOPLE:
        expected = {one: status for one, status in column(WRITING, who).items() if status >= 400}
        sent = {one: scene.send(who, one, with_key(scene, who, one)) for one in expected}
        assert statuses(sent) == expected, who
        assert scene.rows(but=WRITTEN_BY_READING) == before, who


@pytest.mark.parametrize("who", [who for who in PEOPLE if who != "nobody"])
def test_what_is_theirs_to_change_is_changed(scene, who):
    expected = {one: status for one, status in column(WRITING, who).items() if status < 400}

    sent = {one: scene.send(who, one, with_key(scene, who, one)) for one in expected}

    assert statuses(sent) == expected


READS_THE_TEXT = {
    "writer": {"submissions.write"},
    "instructor": {"marking.show"},
}


def statuses(answers: dict[str, TestResponse]) -> dict[str, int]:
    return {name: answer.status_code for name, answer in answers.items()}


def test_an_administrator_of_another_institution_changes_nothing_here(scene):
    who, ours = "administrator elsewhere", str(scene.world.institution_id.hex)

    def of_ours() -> dict[str, list[str]]:
        found = scene.rows().items()
        return {
            table: [row for row in rows if ours in row.replace("-", "")] for table, rows in found
        }

    before = of_ours()
    assert any(before.values())
    for endpoint in WRITING:
        scene.send(who, endpoint, with_key(scene, who, endpoint))

    assert of_ours() == before


@pytest.mark.parametrize("who", [name for name in PEOPLE if name != "holder"])
def test_nobody_opens_another_persons_visit(shared_scene, who):
    theirs = shared_scene.people["holder"]
    mine = shared_scene.people[who]
    data = {FORM_FIELD: mine.form_key}

    for endpoint in READING:
        path = shared_scene.path(endpoint, "GET", visit=theirs.number)
        assert mine.client.get(path).status_code == 401, endpoint
    for endpoint in WRITING:
        path = shared_scene.path(endpoint, "POST", visit=theirs.number)
        assert mine.client.post(path, data=data).status_code == 401, endpoint


FOREIGN_FORMS = {
    "without a form key": ({}, {}),
    "with a guessed form key": ({FORM_FIELD: "0" * 64}, {}),
    "with the form key in a header only guessed": ({}, {HEADER: "0" * 64}),
}
FOREIGN_SITES = {
    "from another site": {"Sec-Fetch-Site": "cross-site"},
    "from a neighbour": {"Sec-Fetch-Site": "same-site"},
    "by a page of another origin": {"Origin": "https://evil.example"},
    "by a page without an origin": {"Origin": "null"},
    "by the LMS": {"Origin": LMS, "Sec-Fetch-Site": "cross-site"},
}


@pytest.mark.parametrize(("key", "headers"), FOREIGN_FORMS.values(), ids=FOREIGN_FORMS)
def test_a_form_without_the_visits_key_changes_nothing(scene, key, headers):
    before = scene.rows()

    for endpoint in WRITING:
        fields = {**fields_of(scene, endpoint), **key}
        answer = scene.send(meant_for(endpoint), endpoint, fields, headers=headers)
        assert answer.status_code == 403, endpoint
        assert "visit.foreign-form" in answer.text

    assert scene.rows() == before


@pytest.mark.parametrize("headers", FOREIGN_SITES.values(), ids=FOREIGN_SITES)
def test_a_form_sent_from_elsewhere_changes_nothing_even_with_the_key(shared_scene, headers):
    scene, before = shared_scene, shared_scene.rows()

    for endpoint in {*WRITING, *NO_VISIT} - CROSS_SITE_BY_DESIGN:
        who = meant_for(endpoint)
        answer = scene.send(who, endpoint, with_key(scene, who, endpoint), headers=headers)
        assert answer.status_code == 403, endpoint
        assert "request.other-site" in answer.text

    assert scene.rows() == before


def test_a_form_from_our_own_page_is_taken(small_scene):
    headers = {"Origin": BASE_URL, "Sec-Fetch-Site": "same-origin"}
    who, endpoint = "writer", "activities_page.done"

    answer = small_scene.send(who, endpoint, with_key(small_scene, who, endpoint), headers=headers)

    assert answer.status_code == 303


def test_the_form_key_alone_proves_a_visit_where_cookies_are_blocked(small_scene):
    scene, who = small_scene, "writer"
    scene.people[who].client._cookies.clear()

    sent = scene.send(who, "activities_page.done", with_key(scene, who, "activities_page.done"))

    assert sent.status_code == 303


def test_the_key_of_one_visit_is_no_key_to_another(shared_scene):
    scene = shared_scene
    fields = {FORM_FIELD: scene.people["holder"].form_key}

    assert scene.send("writer", "activities_page.done", fields).status_code == 403


def test_opening_a_page_changes_nothing(scene):
    before = scene.rows(but=WRITTEN_BY_READING)

    for endpoint in {*READING, *PUBLIC}:
        answer = scene.get(meant_for(endpoint), endpoint)
        assert answer.status_code in (200, 303), endpoint
        assert scene.rows(but=WRITTEN_BY_READING) == before, endpoint
