"""The platform's keys: fetched seldom, found when they change, kept while the page fails."""

from dataclasses import replace
from threading import Barrier, Event, Thread

import pytest
import structlog
from sqlalchemy import delete, select

from lti_tool.errors import LaunchRejectedError
from lti_tool.lti.platform_keys import SAMPLE_KID, PlatformKeyStore, as_jwk, usable_keys
from lti_tool.store.tables.platforms import PlatformKeys
from tests.lti_tool.lti.a_platform import (
    KID,
    KeyPage,
    a_jwks,
    captured,
    later,
    other_key,
    private_key,
    unreachable,
)


def test_keys_are_fetched_once_for_many_launches(platform):
    for _ in range(5):
        platform.launch()

    assert platform.page.asked == 1


def test_another_process_reads_what_was_fetched_from_the_table(platform_on_both):
    platform = platform_on_both
    platform.launch()
    other_page = KeyPage(unreachable())

    key = PlatformKeyStore(platform.db, other_page).find(
        platform.registration, KID, now=platform.now
    )

    assert key.public_numbers() == private_key().public_key().public_numbers()
    assert other_page.asked == 0


def test_a_new_key_is_found_by_fetching_again(platform_on_both):
    platform = platform_on_both
    platform.launch()
    platform.page.answer = a_jwks("new-key", other_key())

    found = find(platform, "new-key", seconds=10)

    assert found == "found"
    assert platform.page.asked == 2
    with platform.db.begin() as session:
        assert session.scalars(select(PlatformKeys)).one().jwks["keys"][0]["kid"] == "new-key"


def test_unknown_keys_make_at_most_one_fetch_in_ten_seconds(platform):
    platform.launch()

    codes = {find(platform, f"unknown-{second}", seconds=second) for second in range(20)}

    assert codes == {"launch.key-unknown"}
    assert platform.page.asked == 2


def test_a_page_that_never_answered_is_asked_again_after_ten_seconds(platform):
    platform.page.answer = unreachable()

    codes = {find(platform, KID, seconds=second) for second in range(20)}

    assert codes == {"launch.platform-keys-unreachable"}
    assert platform.page.asked == 2
    platform.page.answer = a_jwks()
    assert find(platform, KID, seconds=20) == "found"


@pytest.mark.parametrize(
    "answer", [unreachable(), {"error": "down"}, {"keys": []}, {"keys": "x"}, [], "", None]
)
def test_a_failing_page_does_not_replace_good_keys(platform, answer):
    platform.launch()
    platform.page.answer = answer

    assert find(platform, KID, days=6) == "found"
    assert platform.page.asked == 2


def test_keys_of_a_week_ago_are_no_longer_trusted(platform):
    platform.launch()
    platform.page.answer = unreachable()

    assert find(platform, KID, days=7, seconds=1) == "launch.platform-keys-unreachable"


def test_a_withdrawn_key_stops_working_within_the_hour(platform):
    platform.launch()
    platform.page.answer = a_jwks("new-key", other_key())

    assert find(platform, KID, minutes=59) == "found"
    assert find(platform, KID, minutes=60) == "launch.key-unknown"


def test_a_class_that_arrives_at_once_waits_for_one_fetch(platform):
    ready, found = Barrier(8), []

    def arrive() -> None:
        ready.wait(timeout=10)
        found.append(find(platform, KID))

    threads = [Thread(target=arrive) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == ["found"] * 8
    assert platform.page.asked == 1


def test_while_an_old_key_is_fetched_again_the_others_launch_with_it(platform):
    asked, may_answer = Event(), Event()

    def slow_page(url: str) -> object:
        asked.set()
        assert may_answer.wait(timeout=10)
        return a_jwks()

    pages = iter([KeyPage(), slow_page])
    platform.keys = PlatformKeyStore(platform.db, lambda url: next(pages)(url))
    assert find(platform, KID) == "found"
    thread = Thread(target=find, args=(platform, KID), kwargs={"hours": 2})
    thread.start()
    assert asked.wait(timeout=10)

    assert find(platform, KID, hours=2) == "found"

    may_answer.set()
    thread.join()


def test_a_failing_page_is_asked_for_an_old_key_only_every_five_minutes(platform):
    platform.launch()
    platform.page.answer = unreachable()

    found = {find(platform, KID, hours=2, seconds=second) for second in range(0, 600, 10)}

    assert found == {"found"}
    assert platform.page.asked == 3


def test_an_unknown_key_is_looked_for_even_so(platform):
    platform.launch()
    platform.page.answer = unreachable()
    find(platform, KID, hours=2)
    platform.page.answer = a_jwks("new-key", other_key())

    assert find(platform, "new-key", hours=2, seconds=10) == "found"


def test_a_page_that_comes_back_after_a_week_is_asked_again_at_once(platform):
    platform.launch()
    platform.page.answer = unreachable()
    find(platform, KID, days=8)
    platform.page.answer = a_jwks()

    assert find(platform, KID, days=8, seconds=10) == "found"


@pytest.mark.parametrize("file", ["canvas/jwks.json", "moodle/platform-jwks.json"])
def test_published_key_sets_of_real_platforms_are_read_whole(file):
    document = captured(file)
    published = document.get("response", document)["body"]

    assert set(usable_keys(published)) == {jwk["kid"] for jwk in published["keys"]}


def test_canvas_sample_key_is_logged_as_one_that_anybody_can_sign_with(platform):
    assert captured("canvas/jwks.json")["self_hosted_default_kid"] == SAMPLE_KID
    platform.page.answer = a_jwks(SAMPLE_KID)

    with structlog.testing.capture_logs() as logged:
        assert find(platform, SAMPLE_KID) == "found"

    assert [(line["event"], line["log_level"]) for line in logged] == [
        ("platform-keys.sample", "warning")
    ]


def test_keys_of_a_page_that_the_registration_no_longer_names_are_forgotten(platform):
    platform.launch()
    with platform.db.begin() as session:
        session.execute(delete(PlatformKeys))
    platform.registration = replace(platform.registration, jwks_url="https://new.example/jwks")
    platform.page.answer = a_jwks("new-key", other_key())

    assert find(platform, KID) == "launch.key-unknown"
    assert find(platform, "new-key") == "found"


def test_no_transaction_is_open_while_the_platform_is_asked(platform):
    def write_meanwhile(url: str) -> object:
        with platform.db.begin() as session:
            session.add(
                PlatformKeys(
                    institution_id=platform.registration.institution_id,
                    registration_id=platform.registration.id,
                    jwks={"keys": []},
                    fetched_at=platform.now,
                )
            )
        return a_jwks()

    store = PlatformKeyStore(platform.db, write_meanwhile)

    assert store.find(platform.registration, KID, now=platform.now).key_size == 2048


@pytest.mark.parametrize(
    "change",
    [
        {"kty": "EC"},
        {"use": "enc"},
        {"alg": "RS512"},
        {"kid": None},
        {"kid": ["platform-key"]},
        {"n": None},
        {"n": 7},
        {"n": "AQAB"},
        {"e": ""},
        {"n": "_" * 1_500},
    ],
)
def test_a_key_that_can_not_sign_launches_is_left_out(change):
    jwk = as_jwk(KID, private_key().public_key()) | change

    assert usable_keys({"keys": ["x", jwk]}) == {}


def test_a_key_without_use_and_algorithm_is_taken():
    jwk = as_jwk(KID, private_key().public_key())
    del jwk["use"], jwk["alg"]

    assert list(usable_keys({"keys": [jwk]})) == [KID]


def find(platform, kid: str, **afterwards: float) -> str:
    try:
        platform.keys.find(platform.registration, kid, now=later(platform.now, **afterwards))
    except LaunchRejectedError as error:
        return error.code
    return "found"
