"""Base58 multibase and Ed25519 Multikey text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.keys import multikey
from tests.support.signed_badges import KEY


@given(st.binary(max_size=80))
def test_bytes_come_back(data):
    assert multikey.decode(multikey.encode(data)) == data


def test_the_example_of_the_base58_draft_is_reproduced():
    assert multikey.encode(b"Hello World!") == "z2NEpo7TZRRrLZSi2U"
    assert multikey.encode(bytes.fromhex("0000287fb4cd")) == "z11233QC4"


@pytest.mark.parametrize("text", ["", "u12", "z0", "zO", "z" + "1" * 500])
def test_other_text_is_refused(text):
    with pytest.raises(ValueError, match="base58"):
        multikey.decode(text)


def test_a_public_key_comes_back():
    assert multikey.decode_public_key(KEY.public_multikey) == KEY.private_key.public_key()


@pytest.mark.parametrize("data", [b"\x80\x24" + bytes(33), b"\xed\x01" + bytes(31)])
def test_a_key_of_another_kind_or_length_is_refused(data):
    with pytest.raises(ValueError, match=r"Ed25519|32 bytes"):
        multikey.decode_public_key(multikey.encode(data))
