"""The status list: bits in, text out, and text made to do harm."""

import base64
import gzip
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.errors import StatusListError
from credentials.status import MIN_LENGTH, StatusEntry, StatusList, bits_of
from tests.support.signed_badges import DID, NOW

entries = st.sets(st.integers(0, MIN_LENGTH - 1), max_size=20)


@given(entries)
def test_what_is_set_stays_set_through_encoding(indexes):
    status_list = StatusList()
    for index in indexes:
        status_list.set(index)

    decoded = StatusList.decode(status_list.encode())

    assert decoded.length == MIN_LENGTH
    assert all(decoded.is_set(index) for index in indexes)
    assert sum(decoded.is_set(index) for index in range(200)) == len(indexes & set(range(200)))


def test_clearing_an_entry_leaves_its_neighbours():
    status_list = StatusList()
    for index in (8, 9, 10):
        status_list.set(index)
    status_list.clear(9)

    assert [status_list.is_set(index) for index in (8, 9, 10)] == [True, False, True]


def test_the_first_entry_is_the_leftmost_bit():
    status_list = StatusList()
    status_list.set(0)
    packed = base64.urlsafe_b64decode(status_list.encode()[1:] + "===")

    assert gzip.decompress(packed)[0] == 0b1000_0000


def test_the_same_list_is_the_same_text():
    assert StatusList().encode() == StatusList().encode()


def test_the_example_of_the_standard_is_an_empty_list():
    """Bitstring Status List 1.0, example 2."""
    text = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"

    assert StatusList.decode(text).encode() == StatusList().encode()


@pytest.mark.parametrize("index", [-1, MIN_LENGTH])
def test_an_entry_outside_the_list_is_refused(index):
    with pytest.raises(StatusListError):
        StatusList().is_set(index)


@pytest.mark.parametrize("length", [8, MIN_LENGTH + 1, MIN_LENGTH * 65])
def test_a_list_too_short_to_hide_anybody_or_too_long_is_refused(length):
    with pytest.raises(StatusListError):
        StatusList(length)


def _text(data):
    return "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zabc",
        "u***",
        "ué",
        _text(b"not gzip"),
        _text(gzip.compress(bytes(100))),
        _text(gzip.compress(bytes(MIN_LENGTH // 8))[:-9]),
        _text(gzip.compress(bytes(100_000_000))),
        "u" + "A" * 3_000_000,
    ],
    ids=[
        "empty", "base58", "not base64", "not ascii", "not gzip", "too short", "cut off", "bomb",
        "endless",
    ],
)  # fmt: skip
def test_text_that_is_no_list_is_refused(text):
    with pytest.raises(StatusListError):
        StatusList.decode(text)


def test_a_subject_without_a_list_is_refused():
    with pytest.raises(StatusListError):
        bits_of({"encodedList": 5})


def test_the_list_becomes_a_credential_to_sign():
    url = "https://badges.example/status/1"
    page = StatusList().to_credential(
        list_url=url, issuer=DID, valid_from=NOW, ttl=timedelta(minutes=5)
    )

    assert (page["id"], page["issuer"]) == (url, DID)
    assert page["credentialSubject"]["ttl"] == 300_000
    assert page["credentialSubject"]["statusPurpose"] == "revocation"


def test_an_entry_says_where_to_look():
    assert StatusEntry("https://x.example/s", 5).to_json() == {
        "id": "https://x.example/s#5",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "5",
        "statusListCredential": "https://x.example/s",
    }
