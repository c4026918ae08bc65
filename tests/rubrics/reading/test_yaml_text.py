"""Strict YAML: what is read, what is refused, where and in which words."""

from contextlib import suppress
from typing import Any

import pytest

from rubrics.reading.faults import Reading, StopReadingError
from rubrics.reading.nodes import Place, plain, step_down
from rubrics.reading.yaml_text import MAX_BYTES, decode, read_nodes


def _read(text) -> tuple[Any, list[str]]:
    reading = Reading("f.yaml")
    node = None
    with suppress(StopReadingError):
        node = read_nodes(text, reading)
    return node, [f"{one.line}:{one.column}: {one.sentence.id}" for one in reading.faults]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: text", "text"),
        ("a: '1'", "1"),
        ("a: 12", 12),
        ("a: -3", -3),
        ("a: 1.5", 1.5),
        ("a: true", True),
        ("a: false", False),
        ("a: null", None),
        ("a:", None),
        ("a: 75%", "75%"),
        ("a: P14D", "P14D"),
        ('a: "2026-09-01"', "2026-09-01"),
        ('a: "yes"', "yes"),
        ("a: [1, b]", [1, "b"]),
        ("a: {b: {c: d}}", {"b": {"c": "d"}}),
        ("a: |\n  one\n  two\n", "one\ntwo\n"),
        ('a: "\\ud83c\\udf3f"', "\U0001f33f"),
        ('a: "one\\ttwo\\n\\xe4\\xa0\\ufffd"', "one\ttwo\n\xe4\xa0\ufffd"),
    ],
)
def test_plain_values_are_read(text, value):
    node, faults = _read(text)
    assert faults == []
    assert plain(node) == {"a": value}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "1:1: file.empty"),
        ("# only a remark\n", "1:1: file.empty"),
        ("a: 1\n---\nb: 2\n", "2:1: file.second-document"),
        ("a: &x 1", "1:4: file.anchor"),
        ("a: &x [1]\nb: *x", "2:4: file.anchor"),
        ("a: !!str 1", "1:4: file.tag"),
        ("a: !own {b: 1}", "1:4: file.tag"),
        ("&k a: 1", "1:1: file.anchor"),
        ("a: 1\n<<: {b: 2}", "2:1: file.key-strange"),
        ("? [a]\n: b", "1:3: file.key-strange"),
        ("a: 1\nb: 2\na: 3", "3:1: file.key-repeated"),
        ("a: 2026-09-01", "1:4: file.date-unquoted"),
        ("a: yes", "1:4: file.word-unsure"),
        ("a: Off", "1:4: file.word-unsure"),
        ("a: 12:30", "1:4: file.word-unsure"),
        ("a: 012", "1:4: file.word-unsure"),
        ("a: 1e5", "1:4: file.word-unsure"),
        ("a: .inf", "1:4: file.word-unsure"),
        ("a: 12345678901234567890", "1:4: file.word-unsure"),
        ('a: "\\ud83c"', "1:4: file.half-character"),
        ("a:\n\tb: 1", "2:1: file.tab"),
        ("a: b: c", "1:5: file.colon"),
        ("a: 1\n b: 2", "2:3: file.colon"),
        ("a: @b", "1:4: file.start-character"),
        ("a: 1\n- b", "2:1: file.indent"),
        ("a: 1\nb\nc: 2", "2:1: file.colon-missing"),
        ('a: "\\q"', "1:6: file.escape"),
        ("a: 'b\n", "1:4: file.quote-open"),
        ('a: "b\n', "1:4: file.quote-open"),
        ("a: [1,\nb: 2", "1:4: file.bracket-open"),
        ("a: }", "1:4: file.syntax"),
        ("a: ok\nb: \x01", "2:4: file.control-character"),
        ('a: ok\nb: "seen\\v"', "2:4: file.control-character"),
        ('a: "seen\\x7f"', "1:4: file.control-character"),
        ('a: "seen\\0"', "1:4: file.control-character"),
        ('a: "seen\\x80"', "1:4: file.control-character"),
        ('a: "seen\\uFFFE"', "1:4: file.control-character"),
        ('"a\\e": seen', "1:1: file.control-character"),
        ("a: " + "[" * 40 + "]" * 40, "1:27: file.too-deep"),
        ("[" + "a," * 30_000 + "]", "1:40000: file.too-many-values"),
    ],
)
def test_what_the_format_does_not_allow_is_refused_at_its_place(text, fault):
    assert fault in _read(text)[1]


def test_reading_goes_on_after_a_fault():
    node, faults = _read("a: &x 1\nb: 2026-01-01\nb: 3\n")
    assert plain(node) == {"a": 1, "b": "2026-01-01"}
    assert [fault.split(":")[0] for fault in faults] == ["1", "2", "3"]


def test_values_know_their_place():
    node, _ = _read("a:\n  - b: 1\n  - c\n")
    found: Any = node
    for step in ("a", 0, "b"):
        found = step_down(found, step)
    assert found.place == Place(2, 8)


def test_a_step_into_nothing_finds_nothing():
    node, _ = _read("a: 1")
    assert step_down(node, "b") is None
    assert step_down(node, 0) is None
    assert step_down(node.entries["a"], "b") is None


def test_a_byte_order_mark_is_no_text():
    assert decode(b"\xef\xbb\xbfa: 1", Reading("f.yaml")) == "a: 1"


def test_bytes_that_are_not_utf8_are_refused_where_they_begin():
    reading = Reading("f.yaml")
    assert decode(b"a: 1\nb: \xff", reading) is None
    assert str(reading.faults[0]).startswith("f.yaml:2:4: The file is not UTF-8")


def test_a_file_larger_than_the_bound_is_not_read():
    reading = Reading("f.yaml")
    assert decode(b"#" * (MAX_BYTES + 1), reading) is None
    assert "larger than 256 KiB" in str(reading.faults[0])


def test_a_complaint_without_a_mark_is_placed_at_the_top():
    from ruamel.yaml.error import MarkedYAMLError

    from rubrics.reading.syntax import explain_syntax

    place, sentence = explain_syntax(MarkedYAMLError())
    assert (place, sentence.id) == (Place(1, 1), "file.syntax")
