"""Service calls with access tokens, against a real server that fails in every way we know."""

from uuid import UUID

import pytest

from lti_tool.errors import NotFoundError, PlatformError
from lti_tool.lti.connector import ServiceCall
from tests.lti_tool.lti.a_platform import a_registration, later
from tests.lti_tool.lti.a_server import Reply
from tests.lti_tool.lti.a_tool import KEY_ID, ATool, a_token_reply, store_key

SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"


@pytest.fixture
def tool(sqlite_db, server, http, now) -> ATool:
    server.will_answer("/token", a_token_reply("token-1"), a_token_reply("token-2"))
    server.will_answer("/service", Reply(200, b"done"))
    return ATool(sqlite_db, server, http, now)


def call(tool: ATool, scope: str = SCOPE):
    return tool.connector.call(
        tool.registration,
        ServiceCall("POST", f"{tool.server.url}/service", frozenset({scope}), body=b"x"),
    )


def failure(tool: ATool) -> PlatformError:
    with pytest.raises(PlatformError) as raised:
        call(tool)
    return raised.value


# --- tokens ---------------------------------------------------------------------------------------


def test_a_call_carries_the_token_that_was_asked_for(tool):
    assert call(tool).body == b"done"

    [asked] = tool.server.asked_at("/service")
    assert asked.headers["authorization"] == "Bearer token-1"
    assert asked.body == b"x"


def test_we_prove_ourselves_with_a_short_signed_assertion(tool):
    call(tool)

    header, claims = tool.assertion()
    at = int(tool.now.timestamp())
    assert header == {"alg": "RS256", "kid": str(KEY_ID), "typ": "JWT"}
    assert claims == {
        "iss": "client-1",
        "sub": "client-1",
        "aud": tool.registration.token_url,
        "iat": at - 5,
        "exp": at + 295,
        "jti": str(UUID(int=1)),
    }


def test_a_token_is_used_again_until_a_minute_before_its_end(tool):
    call(tool)
    tool.now = later(tool.now, seconds=3539)
    call(tool)
    assert len(tool.server.asked_at("/token")) == 1

    tool.now = later(tool.now, seconds=1)
    call(tool)

    assert [asked.headers["authorization"] for asked in tool.server.asked_at("/service")] == [
        "Bearer token-1",
        "Bearer token-1",
        "Bearer token-2",
    ]


def test_other_scopes_get_a_token_of_their_own(tool):
    call(tool)
    call(tool, scope="another")

    assert len(tool.server.asked_at("/token")) == 2


def test_another_registration_at_the_same_address_gets_a_token_of_its_own(tool, sqlite_db):
    call(tool)
    tool.registration = a_registration(sqlite_db, 2, token_url=tool.registration.token_url)
    store_key(sqlite_db, tool.registration.institution_id, tool.now)

    call(tool)

    assert len(tool.server.asked_at("/token")) == 2


@pytest.mark.parametrize(
    ("lifetime", "seconds"), [("600", 539), (None, 239), ("soon", 239), (10**9, 80_000)]
)
def test_a_lifetime_said_oddly_is_read_carefully(tool, lifetime, seconds):
    tool.server.will_answer("/token", a_token_reply(expires_in=lifetime))
    call(tool)
    tool.now = later(tool.now, seconds=seconds)

    call(tool)

    assert len(tool.server.asked_at("/token")) == 1


def test_a_token_that_lives_under_a_minute_is_used_once(tool):
    tool.server.will_answer("/token", a_token_reply(expires_in=30))

    call(tool)
    call(tool)

    assert len(tool.server.asked_at("/token")) == 2


def test_a_refused_token_is_replaced_once(tool):
    tool.server.will_answer("/service", Reply(401), Reply(200))

    assert call(tool).status == 200

    assert [asked.headers["authorization"] for asked in tool.server.asked_at("/service")] == [
        "Bearer token-1",
        "Bearer token-2",
    ]


def test_a_token_refused_twice_is_given_up(tool):
    tool.server.will_answer("/service", Reply(401, b"no"))

    error = failure(tool)

    assert (error.code, error.retryable, error.status) == ("platform.not-let-in", False, 401)
    assert len(tool.server.asked_at("/service")) == 2


@pytest.mark.parametrize(
    ("reply", "retryable"),
    [
        (Reply(400, b'{"error": "unsupported_grant_type"}'), False),
        (Reply(404, b"<html>"), False),
        (Reply(503), True),
        (a_token_reply(""), False),
        (a_token_reply("a\r\nX-Evil: 1"), False),
        (a_token_reply("tökén"), False),
        (Reply(200, b'["token"]'), False),
        (Reply(200, b'{"access_token": 7}'), False),
    ],
    ids=str,
)
def test_a_token_address_that_gives_none_is_named(tool, reply, retryable):
    tool.server.will_answer("/token", reply)

    error = failure(tool)

    assert (error.code, error.retryable) == ("platform.access-refused", retryable)
    assert error.status == reply.status
    assert tool.server.asked_at("/service") == []


def test_an_institution_without_a_key_can_not_call(tool, sqlite_db):
    other = a_registration(sqlite_db, 2, token_url=tool.registration.token_url)

    with pytest.raises(NotFoundError) as raised:
        tool.connector.call(other, ServiceCall("GET", f"{tool.server.url}/service", frozenset()))

    assert raised.value.code == "tool-keys.none"


# --- answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "retryable"),
    [
        (Reply(500), True),
        (Reply(502), True),
        (Reply(503), True),
        (Reply(429), True),
        (Reply(408), True),
        (Reply(403, b"403 Forbidden (Rate Limit Exceeded)\n"), True),
        (Reply(403, headers={"X-Rate-Limit-Remaining": "0.0"}), True),
        (Reply(403, headers={"X-Rate-Limit-Remaining": "598.7"}), False),
        (Reply(403, headers={"X-Rate-Limit-Remaining": "?"}), False),
        (Reply(403), False),
        (Reply(400), False),
        (Reply(404), False),
        (Reply(409), False),
        (Reply(422), False),
        (Reply(302, headers={"Location": "/login"}), False),
    ],
    ids=str,
)
def test_what_passes_by_itself_is_tried_again_and_nothing_else(tool, reply, retryable):
    tool.server.will_answer("/service", reply)

    error = failure(tool)

    assert (error.retryable, error.status) == (retryable, reply.status)
    assert str(reply.status) in str(error.sentence)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("-5", 0),
        ("9999999", 86_400),
        ("Mon, 23 Nov 2026 12:01:00 GMT", 60),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("Mon, 23 Nov 2026 12:01:00 -0000", None),
        ("soon", None),
        ("", None),
    ],
)
def test_the_platform_may_say_how_long_to_wait(tool, header, seconds):
    tool.server.will_answer("/service", Reply(503, headers={"Retry-After": header}))

    assert failure(tool).retry_after == seconds


def test_no_wait_is_kept_where_trying_again_is_useless(tool):
    tool.server.will_answer("/service", Reply(400, headers={"Retry-After": "5"}))

    assert failure(tool).retry_after is None


def test_nothing_of_an_answer_is_kept_in_the_error(tool):
    tool.server.will_answer("/service", Reply(400, b"Sam got 17"))

    error = failure(tool)

    assert "Sam" not in f"{error} {error.sentence} {vars(error)}"
