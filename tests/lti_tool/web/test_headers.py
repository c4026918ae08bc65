"""Headers of every answer: who may frame it, what may run in it, who may keep it."""

import pytest
from werkzeug.test import TestResponse

from lti_tool.web.visits import cookie_name
from tests.lti_tool.web.routes import PUBLIC, READING, meant_for
from tests.support.builders import LMS
from tests.support.elements import Page

KEPT = {
    "static",
    "issuer.achievement",
    "issuer.image",
    "issuer.key_document",
    "issuer.logo",
    "issuer.profile",
    "issuer.status_list",
    "launches.jwks",
}


def policy_of(answer: TestResponse) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


def test_every_page_runs_and_loads_only_what_is_ours(shared_scene):
    for endpoint in shared_scene.rules("GET"):
        answer = shared_scene.get(meant_for(endpoint), endpoint)
        policy = policy_of(answer)
        assert policy["default-src"] == policy["base-uri"] == "'none'", endpoint
        assert policy["script-src"] == policy["style-src"] == "'self'", endpoint
        assert policy["form-action"] == "'self'", endpoint
        assert "unsafe-" not in str(policy), endpoint
        assert answer.headers["X-Content-Type-Options"] == "nosniff", endpoint
        assert answer.headers["Referrer-Policy"] == "same-origin", endpoint
        assert "camera=()" in answer.headers["Permissions-Policy"], endpoint
        assert "Server" not in answer.headers, endpoint


def test_no_page_has_script_or_style_of_its_own(shared_scene):
    for endpoint in (*READING, *PUBLIC):
        answer = shared_scene.get(meant_for(endpoint), endpoint)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        root = Page(answer.text).root
        assert all(script.attributes.get("src") for script in root.all("script")), endpoint
        assert not root.all("style"), endpoint
        found = {name for element in root.all() for name in element.attributes}
        assert not [name for name in found if name == "style" or name.startswith("on")], endpoint


def test_only_the_lms_of_the_launch_frames_a_page_of_a_visit(shared_scene):
    for endpoint in READING:
        who = meant_for(endpoint)
        came_by_launch = shared_scene.people[who].actor.course_id is not None
        framed_by = policy_of(shared_scene.get(who, endpoint))["frame-ancestors"]
        assert framed_by == (LMS if came_by_launch else "'none'"), endpoint


def test_nobody_frames_a_public_page(shared_scene):
    for endpoint in PUBLIC - {"registering.show"}:
        assert policy_of(shared_scene.get("nobody", endpoint))["frame-ancestors"] == "'none'", (
            endpoint
        )


def test_any_lms_frames_the_registration_address_that_it_was_given(shared_scene):
    """Hosted Canvas frames it from a host that it names nowhere; the address is a secret."""
    answer = shared_scene.get("nobody", "registering.show")
    assert policy_of(answer)["frame-ancestors"] == "*"


def test_a_visit_that_ended_says_so_inside_any_frame(shared_scene):
    """We don't know whose frame it is any more; a blank one would say nothing at all."""
    for endpoint in READING:
        answer = shared_scene.get("nobody", endpoint)
        assert policy_of(answer)["frame-ancestors"] == "*", endpoint
        main = Page(answer.text).root.one("main")
        assert not main.all("a") + main.all("form"), endpoint


@pytest.mark.parametrize(
    "origin",
    ["https://lms.example.edu *", "https://a.example;script-src *", "javascript:", "'self'"],
)
def test_an_origin_that_is_none_never_gets_into_the_policy(shared_scene, origin):
    visit = shared_scene.visit_framed_by("writer", (origin, LMS))

    assert policy_of(visit.get("badges"))["frame-ancestors"] == LMS


def test_only_public_answers_are_kept_by_caches(shared_scene):
    for endpoint in shared_scene.rules("GET"):
        kept = shared_scene.get(meant_for(endpoint), endpoint).headers["Cache-Control"]
        assert (kept != "no-store") is (endpoint in KEPT), endpoint


def test_no_page_has_a_secret_in_an_address(shared_scene):
    for endpoint in READING:
        visit = shared_scene.people[meant_for(endpoint)]
        cookie = visit.client.get_cookie(cookie_name(visit.number))
        assert cookie is not None
        answer = shared_scene.get(meant_for(endpoint), endpoint)
        addresses = [answer.headers.get("Location", "")]
        if answer.mimetype == "text/html" and answer.status_code == 200:
            addresses += [
                str(value)
                for element in Page(answer.text).root.all()
                for name, value in element.attributes.items()
                if name in ("href", "src", "action", "formaction")
            ]
        assert not [one for one in addresses if cookie.value in one or visit.form_key in one]
        assert cookie.value not in answer.get_data(as_text=False).decode(errors="replace")
