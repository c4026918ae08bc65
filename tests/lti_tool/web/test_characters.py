"""Addresses and forms with characters that can't be kept get a page, and change nothing."""

from tests.lti_tool.web.routes import PUBLIC, READING, WRITING, meant_for, with_key
from tests.support.launching import code_of

STRANGE = ("a%00b", "%ff%e2%80%ae", "9" * 3_000)
WORDS = ("\u202e\uffff\x07 NaN -1", "9" * 5_000)


def test_strange_addresses_get_a_page(scene):
    for endpoint in (*READING, *PUBLIC):
        who = meant_for(endpoint)
        visit = scene.people[who]
        for name in scene.rules("GET")[endpoint].arguments:
            for strange in STRANGE:
                path = scene.path(endpoint, "GET", **{"visit": visit.number, name: strange})
                answer = visit.client.get(path, buffered=True)
                shut = answer.status_code in (401, 403, 404)
                # Whether a link's secret is one is not told before it is used.
                assert shut or endpoint == "launches.enter", (endpoint, name, strange)


def test_nothing_is_where_an_address_asks_with_a_nul(scene):
    answer = scene.people["administrator"].get("office/awards?id=a%00b")

    assert (answer.status_code, code_of(answer)) == (404, "request.not-found")


def test_a_form_with_a_nul_changes_nothing(scene):
    before = scene.rows()

    for endpoint in WRITING:
        who = meant_for(endpoint)
        form = with_key(scene, who, endpoint)
        for name in form.keys() - {"visit_key"} or {"anything"}:
            answer = scene.send(who, endpoint, {**form, name: "a\0b"})
            assert (answer.status_code, code_of(answer)) == (422, "request.unkeepable"), endpoint
    answer = scene.send(who, endpoint, {**form, "a\0b": ""})
    assert answer.status_code == 422

    assert scene.rows() == before


def test_other_strange_words_never_break_a_form(scene):
    for endpoint in WRITING:
        who = meant_for(endpoint)
        form = with_key(scene, who, endpoint)
        for name in form.keys() - {"visit_key"}:
            for strange in WORDS:
                answer = scene.send(who, endpoint, {**form, name: strange})
                assert answer.status_code < 500, (endpoint, name, strange[:9])


def test_bytes_that_are_no_text_never_break_a_form(small_scene):
    visit = small_scene.people["administrator"]
    path = small_scene.path("office.people.grant", "POST", visit=visit.number)

    answer = visit.client.post(
        path,
        data=b"role=marker&who=\xff\xfe&visit_key=" + visit.form_key.encode(),
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code in (403, 422)


def test_an_address_says_which_methods_it_takes(shared_scene):
    visit = shared_scene.people["writer"]

    answer = visit.client.delete(visit.path("badges"))

    assert answer.status_code == 405
    assert {"GET", "HEAD"} <= set(answer.headers["Allow"].split(", "))


def test_a_form_of_many_megabytes_is_refused_inside_the_frame_it_was_sent_from(shared_scene):
    visit = shared_scene.people["writer"]
    path = shared_scene.path("submissions.save_draft", "POST", visit=visit.number)

    answer = visit.client.post(path, data={"text": "A" * 13_000_000})

    assert (answer.status_code, code_of(answer)) == (413, "request.too-large")
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
