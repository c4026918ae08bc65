"""Masked launches: what tells who somebody is never stays; what tells what went wrong does."""

import json

import pytest

from lti_tool.lti.reading.claims import AGS, DEEP_LINKING, LTI
from lti_tool.lti.reading.masking import HIDDEN, masked, masked_header, masked_login
from tests.lti_tool.lti.test_captured_launches import MOODLE, canvas_claims, moodle_claims

PERSONAL = ("name", "given_name", "family_name", "middle_name", "email", "picture", "nickname")
CANVAS = ("id_token_student.json", "id_token_instructor.json", "id_token_deep_linking.json")
LAUNCHES = dict.fromkeys(MOODLE, moodle_claims) | dict.fromkeys(CANVAS, canvas_claims)


def personal_texts(claims):
    """Whatever in a launch says who somebody is."""
    texts = {claims.get(name) for name in PERSONAL}
    for part in ("lis", "ext", "lti1p1"):
        texts |= set((claims.get(f"{LTI}{part}") or {}).values())
    custom = claims.get(f"{LTI}custom") or {}
    texts |= {custom.get(name) for name in ("user_username", "person_sourcedid", "pm_token")}
    return {text for text in texts if isinstance(text, str) and text and "$" not in text}


@pytest.mark.parametrize("name", LAUNCHES)
def test_nothing_personal_of_a_captured_launch_stays(name):
    claims = LAUNCHES[name](name)

    kept = json.dumps(masked(claims), ensure_ascii=False)

    assert not [text for text in personal_texts(claims) if f'"{text}"' in kept]
    assert "sesskey=" not in kept.replace(f"sesskey={HIDDEN}", "")


def test_what_an_administrator_compares_stays():
    claims = canvas_claims("id_token_student.json")

    kept = masked(claims)

    for name in ("iss", "aud", "azp", f"{LTI}deployment_id", f"{LTI}roles", f"{LTI}context"):
        assert kept[name] == claims[name]
    assert kept["exp"] == "1772467200 (2026-03-02T16:00:00+00:00)"
    assert kept[AGS]["scope"] == claims[AGS]["scope"]


def test_a_variable_that_was_not_filled_in_is_seen():
    custom = {"user": "$User.id", "text": "${Person.name}", "empty": "", "named": "Sam", "n": 7}

    assert masked({f"{LTI}custom": custom})[f"{LTI}custom"] == {
        "user": "$User.id",
        "text": "${Person.name}",
        "empty": "",
        "named": HIDDEN,
        "n": HIDDEN,
    }


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("ana@example.edu ${Person.sourcedId}", "${Person.sourcedId}…"),
        ("$Person.sourcedId of Ana", "$Person.sourcedId…"),
        ("$Canvas.user.id/$Canvas.course.id", "$Canvas.user.id$Canvas.course.id…"),
        ("$heila", HIDDEN),
        ("${Sheila", HIDDEN),
    ],
)
def test_what_was_filled_in_beside_a_variable_is_hidden(sent, kept):
    assert masked({f"{LTI}custom": {"who": sent}})[f"{LTI}custom"] == {"who": kept}


@pytest.mark.parametrize(
    ("sub", "kept"),
    [
        ("c23ac2e4-f234-570d-b19c-a419cc413fbd", "c23a…"),
        ("4", HIDDEN),
        ("", ""),
        ("$User.id", "$User.id"),
        (["4"], [HIDDEN]),
        (None, None),
        (17, HIDDEN),
    ],
)
def test_an_id_of_a_person_keeps_its_beginning_at_most(sub, kept):
    assert masked({"sub": sub}) == {"sub": kept}


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://lms.example/a?b=1&c=2&d#e", "https://lms.example/a?b=…&c=…&d=…"),
        ("https://sam:secret@lms.example/", "https://…@lms.example/"),
        ("no address", "no address"),
        ("", ""),
        (7, HIDDEN),
    ],
)
def test_an_address_loses_what_is_in_its_query(address, kept):
    claims = {DEEP_LINKING: {"deep_link_return_url": address}}

    assert masked(claims) == {DEEP_LINKING: {"deep_link_return_url": kept}}


@pytest.mark.parametrize("shape", ["text", 7, [], ["Sam"], None, True])
def test_a_claim_of_another_shape_is_hidden_or_empty(shape):
    kept = masked({f"{LTI}context": shape})[f"{LTI}context"]

    assert kept in (HIDDEN, [], [HIDDEN], None, True)


def test_claims_nobody_knows_show_their_names_only():
    assert masked({"https://lms.example/student": {"number": "S-1", "a": {"b": ["c"]}}}) == {
        "https://lms.example/student": {"number": HIDDEN, "a": {"b": [HIDDEN]}}
    }


@pytest.mark.parametrize("moment", ["soon", None, True, 1e300, float("inf"), -1e300])
def test_a_moment_that_is_none_stays_readable(moment):
    json.dumps(masked({"exp": moment}), allow_nan=False)


def nested(depth):
    value: dict[str, object] = {"a": "b"}
    for _ in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "claims",
    [
        {f"claim-{number}" * 50: "x" for number in range(5_000)},
        {"iss": "\x00\ud800\u202e" * 10_000, "aud": ["x" * 1_000] * 5_000},
        {"aud": nested(500)},
        {"unknown": nested(200)},
        {f"{LTI}custom": {f"\x00{number}": number for number in range(5_000)}},
        {"iat": 10**4_000},
    ],
)
def test_whatever_is_sent_little_is_kept_and_a_database_takes_it(claims):
    kept = json.dumps(masked(claims), ensure_ascii=False)

    assert len(kept) < 20_000
    assert "\\u0000" not in kept
    kept.encode()


def test_a_header_shows_key_and_algorithm():
    header = {"alg": "RS256", "kid": "k1", "jku": "https://evil.example/", "jwk": {"n": "1"}}

    assert masked_header(header) == {
        "alg": "RS256",
        "kid": "k1",
        "jku": HIDDEN,
        "jwk": {"n": HIDDEN},
    }


def test_a_login_shows_where_it_came_from_and_not_who_it_is_for():
    sent = {
        "iss": "https://lms.example",
        "client_id": "c",
        "login_hint": "535fa085f22b4655f48cd5a36a9215f64c062838",
        "lti_message_hint": "eyJ0",
    }

    assert masked_login(sent) == {
        "iss": "https://lms.example",
        "client_id": "c",
        "login_hint": "535f…",
        "lti_message_hint": HIDDEN,
    }
