"""What is sealed opens with its key, at its place, unchanged; otherwise not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.store.encryption import (
    KEY_BYTES,
    CannotOpenError,
    SealingKey,
    StudentKey,
    place_of,
)

KEY = SealingKey(b"k" * KEY_BYTES)
OTHER_KEY = SealingKey(b"o" * KEY_BYTES)
PLACE = place_of("inst", "drafts", "sealed_text", "row")


@given(st.text(), st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_text_opens_with_its_key_at_its_place(written, place):
    student = StudentKey(KEY)
    assert student.open(student.seal(written, place=place), place=place) == written


@given(st.binary(), st.data())
def test_a_changed_byte_anywhere_is_noticed(plain, data):
    sealed = bytearray(KEY.seal(plain, place=PLACE))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CannotOpenError):
        KEY.open(bytes(sealed), place=PLACE)


@given(st.binary(), st.data())
def test_sealed_bytes_cut_short_are_noticed(plain, data):
    sealed = KEY.seal(plain, place=PLACE)
    length = data.draw(st.integers(0, len(sealed) - 1))
    with pytest.raises(CannotOpenError):
        KEY.open(sealed[:length], place=PLACE)


def test_a_text_moved_to_another_row_does_not_open():
    sealed = KEY.seal(b"mine", place=PLACE)
    with pytest.raises(CannotOpenError, match="moved from its place"):
        KEY.open(sealed, place=place_of("inst", "drafts", "sealed_text", "another row"))


def test_another_students_key_does_not_open():
    sealed = KEY.seal(b"mine", place=PLACE)
    with pytest.raises(CannotOpenError, match="another key"):
        OTHER_KEY.open(sealed, place=PLACE)


def test_a_newer_format_is_refused_by_name():
    sealed = KEY.seal(b"mine", place=PLACE)
    with pytest.raises(CannotOpenError, match="newer version"):
        KEY.open(b"\x02" + sealed[1:], place=PLACE)


def test_the_same_text_never_looks_the_same_twice():
    assert KEY.seal(b"mine", place=PLACE) != KEY.seal(b"mine", place=PLACE)


def test_the_random_part_comes_from_whoever_seals():
    sealed = KEY.seal(b"mine", place=PLACE, random=lambda count: b"\x05" * count)
    assert sealed[:13] == b"\x01" + b"\x05" * 12
    assert KEY.open(sealed, place=PLACE) == b"mine"


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length):
    with pytest.raises(ValueError, match="32 bytes"):
        SealingKey(b"k" * length)


@pytest.mark.parametrize("shown", [repr, str, "{!r:}".format])
def test_no_key_shows_itself(shown):
    assert "kkk" not in shown(KEY)
    assert "kkk" not in shown(StudentKey(KEY))


def test_a_place_names_every_part():
    assert place_of("inst", "drafts", "sealed_text", 7) == "inst|drafts|sealed_text|7"
