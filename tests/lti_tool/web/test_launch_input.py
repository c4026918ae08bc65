"""Launches whose claims are strange: kept harmless, or refused with a page, never an error."""

import json

import jwt
import pytest

from lti_tool.store.tables.people import Person
from lti_tool.store.tables.platforms import Deployment
from tests.support.keys import TEST_ONLY_PLATFORM_KEY
from tests.support.launching import Lms, code_of
from tests.support.practice import READING, STUDENT, loaded_key


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("A" * 30_000, "A" * 200),
        ("Sam\x00 \u202eÖztürk\x07", "Sam Öztürk"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("\ud800", None),
        (["Sam"], None),
        ({"a": {"b": 1}}, None),
    ],
)
def test_a_strange_name_is_kept_harmless_or_not_at_all(tool, lms, name, kept):
    answer = lms.launch(name=name, given_name="", family_name="")

    assert answer.status_code == 303
    assert [person.name for person in tool.rows(Person)] == [kept]
    assert "<script>alert" not in lms.landing(answer).text


@pytest.mark.parametrize(
    ("size", "status", "code"),
    [
        (100_000, 401, "launch.token-too-large"),
        (1_000_000, 401, "launch.token-too-large"),
        (14_000_000, 413, "request.too-large"),
    ],
)
def test_a_launch_of_any_size_gets_a_page(small_lms, size, status, code):
    answer = small_lms.launch(name="A" * size)

    assert (answer.status_code, code_of(answer)) == (status, code)


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": "4\x00"},
        {"sub": "4" * 256},
        {"deployment_id": "1\x00"},
        {"context": {"id": "\x00"}},
        {"resource_link": {"id": "a\u202eb"}},
        {"sub": 4},
    ],
)
def test_an_id_that_can_not_be_kept_is_refused(tool, lms, changes):
    answer = lms.launch(**changes)

    assert (answer.status_code, code_of(answer)) == (401, "launch.name-unusable")
    assert [row.deployment_id for row in tool.rows(Deployment)] == ["1"]


def nested(depth: int) -> str:
    return '{"a":' * depth + "1" + "}" * depth


def test_claims_nested_deep_are_refused_and_shallower_ones_ignored(lms):
    assert lms.launch(extra=json.loads(nested(100))).status_code == 303

    login = lms.login(STUDENT, READING)
    claims = json.dumps(lms.platform.claims(login))[:-1] + ', "extra": ' + nested(5_000) + "}"
    answer = lms.post({"state": login.state, "id_token": signed_text(lms, claims)})

    assert (answer.status_code, code_of(answer)) == (401, "launch.token-unreadable")


def signed_text(lms: Lms, claims: str) -> str:
    """A token of claims that a JSON writer would refuse to write."""
    key = loaded_key(TEST_ONLY_PLATFORM_KEY)
    header = {"kid": lms.platform.practice.platform_key.kid}
    return jwt.PyJWS().encode(claims.encode(), key, algorithm="RS256", headers=header)


@pytest.mark.parametrize("shape", [[], "text", 7, None, {"id": []}])
def test_a_claim_of_another_shape_never_breaks_the_launch(sqlite_lms, shape):
    for claim in ("context", "resource_link", "custom", "launch_presentation", "endpoint"):
        answer = sqlite_lms.launch(**{claim: shape})

        assert answer.status_code in (303, 401), claim
