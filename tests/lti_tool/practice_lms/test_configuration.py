"""The settings file is read whole, or refused with the place of the fault."""

import json

import pytest

from lti_tool.practice_lms.configuration import UNKNOWN_TOOL
from lti_tool.practice_lms.course import Role
from lti_tool.practice_lms.default_course import a_link, default_settings
from lti_tool.practice_lms.profiles import Privacy, Profile, Storage
from lti_tool.practice_lms.settings_file import ConfigurationError, read_configuration

TOOL = {
    "login_url": "http://localhost/login",
    "launch_url": "http://localhost/launch",
    "jwks_url": "http://localhost/jwks",
    "name": "Tool",
}


def _settings(**changes):
    links = [a_link(1, "Read", "taster/read", is_graded=True)]
    settings = default_settings(
        base_url="http://127.0.0.1:8001", client_id="client", tool=TOOL, links=links
    )
    return settings | changes


def test_the_default_settings_are_read():
    configuration = read_configuration(json.dumps(_settings()))
    assert [user.role for user in configuration.course.users] == [
        Role.INSTRUCTOR,
        Role.STUDENT,
        Role.STUDENT,
        Role.STUDENT,
    ]
    assert configuration.course.links[0].is_graded
    assert configuration.platform_key_file is None
    assert configuration.url("/token") == "http://127.0.0.1:8001/token"


def test_addresses_and_a_key_file_are_read():
    addresses = [{"label": "Employer", "url": "http://localhost/verify"}]
    text = json.dumps(_settings(addresses=addresses, platform_key_file="key.pem", controls=True))
    configuration = read_configuration(text)
    assert configuration.addresses[0].label == "Employer"
    assert str(configuration.platform_key_file) == "key.pem"
    assert configuration.controls


def test_manners_hosts_and_more_courses_are_read():
    more = {"id": "9", "title": "Copy", "label": "C", "users": [], "links": [], "history": ["2"]}
    settings = _settings(
        profile="canvas",
        hosts={"issuer": "https://issuer.example", "sso": "https://sso.example"},
        storage="silent",
        more_courses=[{**more, "concluded": True, "deployment_id": "51:abc"}],
        tool={**TOOL, "privacy": "anonymous", "custom": {"history": "$Context.id.history"}},
    )
    configuration = read_configuration(json.dumps(settings))
    assert configuration.profile is Profile.CANVAS
    assert configuration.storage is Storage.SILENT
    assert configuration.issuer == "https://issuer.example"
    assert configuration.sso_url("/x") == "https://sso.example/x"
    assert configuration.tool.privacy is Privacy.ANONYMOUS
    copy = configuration.courses[1]
    assert (copy.history, copy.is_concluded) == (("2",), True)
    assert configuration.deployment_of(copy) == "51:abc"
    assert configuration.deployment_of(configuration.course) == "1"


def test_a_tool_may_still_be_unknown():
    configuration = read_configuration(json.dumps(_settings(tool="not registered yet")))
    assert configuration.tool is UNKNOWN_TOOL


def test_what_a_person_and_a_link_may_say_is_read():
    student = {**_settings()["users"][1], "sourced_id": "S1", "suspended": True, "observes": ["4"]}
    link = a_link(1, "Read", "taster/read", is_graded=True) | {
        "due_at": "2026-12-01T00:00:00+00:00",
        "allowed_attempts": 2,
        "published": False,
        "review_custom": {"review": "yes"},
    }
    course = read_configuration(json.dumps(_settings(users=[student], links=[link]))).course
    assert (course.users[0].sourced_id, course.users[0].is_suspended) == ("S1", True)
    assert course.users[0].observes == ("4",)
    assert (course.links[0].allowed_attempts, course.links[0].is_published) == (2, False)
    assert course.links[0].due_at.year == 2026


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[]", "one JSON object"),
        (json.dumps(_settings(tool=None)), "part tool is missing"),
        (json.dumps(_settings(tool={**TOOL, "name": ""})), "Write name as a text in tool"),
        (json.dumps(_settings(profile="blackboard")), "profile must be one of: plain, moodle"),
        (json.dumps(_settings(storage="full")), "storage must be one of"),
        (json.dumps(_settings(hosts=[])), "part hosts is missing"),
        (json.dumps(_settings(tool={**TOOL, "privacy": "some"})), "privacy in tool must be"),
        (json.dumps(_settings(users={})), "part users must be a list"),
        (json.dumps(_settings(users=[{"id": "1"}])), "role in users, entry 1"),
        (json.dumps(_settings(links=[{"id": "1"}])), "Write title as a text in links, entry 1"),
        (
            json.dumps(
                _settings(links=[a_link(1, "A", "b", is_graded=True) | {"score_maximum": 0}])
            ),
            "score_maximum in links, entry 1",
        ),
        (
            json.dumps(_settings(links=[a_link(1, "A", "b", is_graded=True)] * 2)),
            "Two links have the same id: 1",
        ),
    ],
)
def test_a_fault_is_named_with_its_place(text, words):
    with pytest.raises(ConfigurationError, match=words):
        read_configuration(text)
