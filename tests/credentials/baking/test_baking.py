"""Badges in pictures: in and out again, and pictures made to do harm."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials import baking
from credentials.errors import BakingError, NoCredentialInImageError, UnreadableError
from tests.support.effort import calls_made_by
from tests.support.signed_badges import A_SVG, a_chunk, a_png

KEYWORD = b"openbadgecredential"
BADGE_CHUNK = (b"iTXt", KEYWORD + b"\0\0\0\0\0" + b"{}")

texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    min_size=1,
).map(lambda text: "{" + text + "}")


@given(texts)
def test_what_goes_into_a_png_comes_out_again(text):
    assert baking.unbake(baking.bake(a_png(), text)) == text


@given(texts)
def test_what_goes_into_an_svg_comes_out_again(text):
    assert baking.unbake(baking.bake(A_SVG, text)) == text


def test_a_png_keeps_one_badge_the_newest():
    baked = baking.bake(baking.bake(a_png(), "{1}"), "{2}")

    assert baking.unbake(baked) == "{2}"
    assert baked.count(KEYWORD) == 1


def test_a_png_keeps_everything_else_it_held():
    other = (b"tEXt", b"Comment\0hello")

    assert a_chunk(*other) in baking.bake(a_png(other), "{}")


def test_an_svg_keeps_its_own_bytes_around_the_badge():
    before, after = A_SVG.split(b"<g/>")
    baked = baking.bake(A_SVG, "{}")

    assert baked.startswith(before)
    assert baked.endswith(b"<g/>" + after)


def test_words_in_an_svg_are_not_taken_for_the_badge():
    worded = A_SVG.replace(b"<g/>", b"<text>hello</text>")

    assert baking.unbake(baking.bake(worded, "{}")) == "{}"


def test_a_jwt_in_an_svg_stands_in_an_attribute():
    baked = baking.bake(A_SVG, "eyJ.a.b")

    assert b'verify="eyJ.a.b"' in baked
    assert baking.unbake(baked) == "eyJ.a.b"


@pytest.mark.parametrize(
    ("picture", "sentence_id"),
    [
        (b"GIF89a", "baking.other-format"),
        (a_png()[:-1], "png.damaged"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg.damaged"),
        (b"<svg/>", "svg.damaged"),
        (baking.bake(A_SVG, "{}"), "svg.has-badge"),
        (a_png((b"juNk", bytes(baking.MAX_IMAGE_BYTES))), "baking.too-large"),
    ],
    ids=["gif", "cut short", "svg without inside", "no namespace", "baked svg", "huge"],
)
def test_a_picture_that_takes_no_badge_is_refused(picture, sentence_id):
    with pytest.raises(BakingError) as caught:
        baking.bake(picture, "{}")

    assert caught.value.sentence.id == sentence_id


def _with_bad_checksum():
    good = a_png(BADGE_CHUNK)
    place = good.index(KEYWORD)
    return good[:place] + b"O" + good[place + 1 :]


def _without_first_header():
    return a_png().replace(b"IHDR", b"IHdR", 1)


HUGE_LENGTH = a_png()[:8] + b"\xff\xff\xff\xffIHDR" + bytes(50)
PACKED = (b"iTXt", KEYWORD + b"\0\x01\0\0\0" + zlib.compress(b"{}"))
ENTITY = b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + A_SVG.split(b"\n")[1]
BADGE = b'<c xmlns="https://purl.imsglobal.org/ob/v3p0"/>'.replace(b"c ", b"credential ")


@pytest.mark.parametrize(
    ("picture", "sentence_id"),
    [
        (a_png(BADGE_CHUNK, BADGE_CHUNK), "png.two-badges"),
        (_with_bad_checksum(), "png.damaged"),
        (_without_first_header(), "png.damaged"),
        (HUGE_LENGTH, "png.damaged"),
        (a_png()[:8], "png.damaged"),
        (a_png((b"IHDR", b"")), "png.damaged"),
        (a_png(PACKED), "png.damaged"),
        (a_png((b"iTXt", KEYWORD + b"\0\0\0")), "png.damaged"),
        (a_png((b"iTXt", KEYWORD + b"\0\0\0\0\0\xff")), "png.damaged"),
        (a_png(*[(b"juNk", b"")] * 10_001), "png.damaged"),
        (a_png((b"juNk", bytes(baking.MAX_IMAGE_BYTES))), "baking.too-large"),
        (ENTITY, "svg.damaged"),
        (A_SVG.replace(b"<g/>", b"<g>" * 300 + b"</g>" * 300), "svg.damaged"),
        (A_SVG.replace(b"<g/>", b"<g>"), "svg.damaged"),
        (A_SVG.replace(b"<g/>", BADGE * 2), "svg.two-badges"),
    ],
    ids=[
        "two badges", "bad checksum", "no header", "huge length", "nothing in it", "second header",
        "packed badge", "chunk too short", "half a character", "endless chunks", "huge",
        "entity", "deep svg", "broken svg", "two badges in svg",
    ],
)  # fmt: skip
def test_a_picture_made_to_do_harm_is_unreadable(picture, sentence_id):
    with pytest.raises(UnreadableError) as caught:
        baking.unbake(picture)

    assert caught.value.sentence.id == sentence_id


@pytest.mark.parametrize(
    ("picture", "sentence_id"),
    [
        (a_png(), "png.no-badge"),
        (A_SVG, "svg.no-badge"),
        (a_png((b"iTXt", b"openbadges\0\0\0\0\0{}")), "png.older-format"),
        (
            A_SVG.replace(b"<g/>", b'<assertion xmlns="http://openbadges.org"/>'),
            "svg.older-format",
        ),
    ],
)
def test_a_picture_without_a_badge_says_so(picture, sentence_id):
    with pytest.raises(NoCredentialInImageError) as caught:
        baking.unbake(picture)

    assert caught.value.sentence.id == sentence_id


def an_svg_with(text):
    return A_SVG.replace(b"<g/>", BADGE.replace(b"/>", b">") + text + b"</credential>")


def test_text_in_many_pieces_is_read_whole():
    assert baking.unbake(an_svg_with(b"{\n" + b"&#33;\n" * 20_000 + b"}")).count("!") == 20_000


def test_an_svg_with_far_too_much_text_is_given_up_early():
    """Each line break is a piece of its own for the reader of XML."""
    picture = an_svg_with(b"x\n" * 200_000)

    def read():
        with pytest.raises(UnreadableError) as caught:
            baking.unbake(picture)
        assert caught.value.sentence.id == "svg.too-much"

    assert calls_made_by(read) < 1000


@given(st.binary(max_size=60))
def test_no_bytes_after_a_png_beginning_crash_the_reader(data):
    with pytest.raises(UnreadableError):
        baking.unbake(a_png()[:8] + data)
