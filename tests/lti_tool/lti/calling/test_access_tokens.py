"""One access token for everybody who needs it, and no more requests than needed."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from time import sleep
from urllib.parse import parse_qs

import pytest

from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import PlatformHttp
from lti_tool.lti.connector import ServiceCall
from lti_tool.store.tables.platforms import AccessToken
from tests.lti_tool.lti.a_platform import later
from tests.lti_tool.lti.a_server import AServer, Asked, Reply
from tests.lti_tool.lti.a_tool import ATool, a_token_reply

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCORE, LINE_ITEM = f"{AGS}score", f"{AGS}lineitem"


@pytest.fixture
def tool(sqlite_db, server, http, now) -> ATool:
    server.will_answer("/token", a_token_reply("token-1"), a_token_reply("token-2"))
    server.will_answer("/service", Reply(200, b"done"))
    return ATool(sqlite_db, server, http, now)


def call(tool: ATool, *scopes: str) -> str:
    """Call the service; returns the access token it got last."""
    url = f"{tool.server.url}/service"
    tool.connector.call(
        tool.registration, ServiceCall("POST", url, frozenset(scopes or {SCORE}), body=b"x")
    )
    return tool.server.asked_at("/service")[-1].headers["authorization"].removeprefix("Bearer ")


def asked_scopes(tool: ATool) -> list[set[str]]:
    """The scopes of each token request so far."""
    return [
        set(parse_qs(asked.body.decode())["scope"][0].split())
        for asked in tool.server.asked_at("/token")
    ]


# --- one for all ----------------------------------------------------------------------------------


def test_another_process_uses_the_token_that_is_there(db, server, http, now):
    server.will_answer("/token", a_token_reply("token-1"), a_token_reply("token-2"))
    server.will_answer("/service", Reply(200))
    tool = ATool(db, server, http, now)
    call(tool)

    tool.connector = tool.another_process()

    assert call(tool) == "token-1"
    assert len(server.asked_at("/token")) == 1


def test_a_token_lies_sealed_in_the_table(tool, sqlite_db):
    call(tool)

    with sqlite_db.read() as session:
        [row] = session.query(AccessToken).all()
    assert b"token-1" not in row.sealed
    assert row.good_until == later(tool.now, seconds=3540)


def test_a_token_that_does_not_open_is_asked_for_again(tool, sqlite_db):
    call(tool, SCORE)
    with sqlite_db.begin() as session:
        [row] = session.query(AccessToken).all()
        row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])

    tool.connector = tool.another_process()

    assert call(tool, SCORE) == "token-2"


def test_threads_that_need_one_token_ask_once(tool):
    tool.server.replies["/token"] = [a_slow(a_token_reply("token-1")), a_token_reply("token-2")]
    together = Barrier(4)

    def work() -> None:
        together.wait(timeout=10)
        call(tool)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work) for _ in range(4)]:
            done.result()

    assert len(tool.server.asked_at("/token")) == 1


def test_a_token_refused_in_two_processes_is_replaced_once(tool):
    call(tool)
    first, second = tool.connector, tool.another_process()
    tool.connector = second
    call(tool)
    tool.server.will_answer("/service", Reply(401), Reply(200), Reply(401), Reply(200))

    tool.connector = first
    assert call(tool) == "token-2"
    tool.connector = second
    assert call(tool) == "token-2"

    assert len(tool.server.asked_at("/token")) == 2


def test_another_token_address_gets_another_token(tool):
    call(tool)
    tool.server.will_answer("/token-2", a_token_reply("token-9"))
    tool.registration = replace(tool.registration, token_url=f"{tool.server.url}/token-2")

    assert call(tool) == "token-9"


def test_another_client_id_of_a_new_registration_gets_another_token(tool):
    call(tool)
    tool.registration = replace(tool.registration, client_id="client-9")

    assert call(tool) == "token-2"


# --- who we say we are ----------------------------------------------------------------------------


def test_the_platforms_own_audience_is_named_where_the_registration_has_one(tool):
    tool.registration = replace(tool.registration, token_audience="https://lms.example/audience")

    call(tool)

    assert tool.assertion()[1]["aud"] == "https://lms.example/audience"


def test_each_assertion_has_an_id_of_its_own(tool):
    call(tool, SCORE)
    call(tool, LINE_ITEM)

    assert tool.assertion(0)[1]["jti"] != tool.assertion(1)[1]["jti"]


# --- scopes ---------------------------------------------------------------------------------------


def test_only_what_the_registration_grants_is_asked_for(tool):
    tool.registration = replace(tool.registration, scopes=(SCORE, "https://x.example/other"))

    call(tool, SCORE, LINE_ITEM)

    assert asked_scopes(tool) == [{SCORE}]


def test_a_registration_that_grants_nothing_of_it_is_not_believed(tool):
    # An administrator may have switched the scope on since.
    tool.registration = replace(tool.registration, scopes=("https://x.example/other",))

    call(tool, SCORE)

    assert asked_scopes(tool) == [{SCORE}]


def test_a_platform_that_refuses_all_for_one_scope_is_asked_for_the_others(tool):
    with_rules(tool.server, grants={SCORE})

    assert call(tool, SCORE, LINE_ITEM) == f"for {SCORE}"

    asked = asked_scopes(tool)
    assert asked[0] == {SCORE, LINE_ITEM}
    assert sorted(map(sorted, asked[1:3])) == [[LINE_ITEM], [SCORE]]
    assert asked[3:] == [{SCORE}]


def test_what_was_granted_in_the_end_is_remembered(tool):
    with_rules(tool.server, grants={SCORE})
    call(tool, SCORE, LINE_ITEM)
    before = len(asked_scopes(tool))

    call(tool, SCORE, LINE_ITEM)
    tool.connector = tool.another_process()
    call(tool, SCORE, LINE_ITEM)

    assert len(asked_scopes(tool)) == before


@pytest.mark.parametrize("scopes", [{SCORE}, {SCORE, LINE_ITEM}])
def test_no_scope_at_all_is_said_with_the_services_by_name(tool, scopes):
    with_rules(tool.server, grants=set())

    with pytest.raises(PlatformError) as raised:
        call(tool, *scopes)

    assert (raised.value.code, raised.value.retryable) == ("platform.scopes-refused", False)
    assert raised.value.status == 400
    assert "score" in str(raised.value.sentence)


def test_another_fault_while_scopes_are_tried_is_not_taken_for_a_refused_scope(tool):
    refusal = Reply(400, b'{"error": "invalid_scope"}')
    tool.server.will_answer("/token", refusal, Reply(503))

    with pytest.raises(PlatformError) as raised:
        call(tool, SCORE, LINE_ITEM)

    assert (raised.value.code, raised.value.retryable) == ("platform.access-refused", True)


@pytest.mark.parametrize("said", [f"{SCORE} x", [SCORE, 7], f" {SCORE}\n", "", None, 7])
def test_what_the_answer_says_of_scopes_is_read(tool, said):
    tool.server.will_answer("/token", a_token_reply("token-1", scope=said))

    assert tool.connector.granted_scopes(tool.registration, frozenset({SCORE})) == {SCORE}


def test_a_scope_dropped_without_a_word_is_noticed(tool):
    # Moodle grants what it knows of the request, and says so only in the answer's scope.
    tool.server.will_answer("/token", a_token_reply("token-1", scope=LINE_ITEM))

    with pytest.raises(PlatformError) as raised:
        call(tool, SCORE)

    assert (raised.value.code, raised.value.status) == ("platform.scopes-refused", 200)


def test_asking_what_is_granted_now_asks_anew(tool):
    call(tool)

    tool.connector.granted_scopes(tool.registration, frozenset({SCORE}))

    assert len(tool.server.asked_at("/token")) == 2


def test_what_is_granted_now_may_be_more_than_at_registration(tool):
    tool.registration = replace(tool.registration, scopes=(SCORE,))
    with_rules(tool.server, grants={SCORE, LINE_ITEM})
    both = frozenset({SCORE, LINE_ITEM})

    assert tool.connector.granted_scopes(tool.registration, both) == both


def a_slow(reply: Reply) -> Reply:
    """The same answer, long enough after the request for everybody to come."""

    def write(handler) -> None:
        sleep(0.2)
        handler.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(reply.body), reply.body)
        )

    return Reply(write=write)


def with_rules(server: AServer, *, grants: set[str]) -> None:
    """A token address that refuses the whole request for one scope too many, as Canvas does."""
    ordinary = server.reply_to

    def reply_to(asked: Asked) -> Reply:
        reply = ordinary(asked)
        if asked.path != "/token":
            return reply
        scopes = set(parse_qs(asked.body.decode())["scope"][0].split())
        if not scopes <= grants:
            return Reply(400, json.dumps({"error": "invalid_scope"}).encode())
        return a_token_reply(f"for {' '.join(sorted(scopes))}")

    server.reply_to = reply_to  # type: ignore[method-assign]


def test_the_fake_refuses_as_canvas_does(tool):
    with_rules(tool.server, grants={SCORE})
    http = PlatformHttp(private_hosts=["127.0.0.1"])
    body = f"scope={SCORE}%20{LINE_ITEM}".encode()

    assert http.send("POST", f"{tool.server.url}/token", body=body).status == 400
    http.close()
