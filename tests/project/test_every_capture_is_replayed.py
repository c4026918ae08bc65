"""Every message of a real LMS is used by a test: one that is not would guard nothing."""

import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
CAPTURES = sorted((TESTS / "vectors" / "lms").glob("*/*"))
NUMBERED = re.compile(r"_page\d$")


@cache
def _written_tests() -> str:
    files = (path for path in TESTS.rglob("*.py") if ".venv" not in path.parts)
    return "\n".join(path.read_text("utf-8") for path in files if path != Path(__file__))


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_captured_message_is_named_by_a_test_that_replays_it(capture):
    # Pages of one answer are read in a loop over their numbers.
    stem = NUMBERED.sub("_page{number}", capture.stem)
    names = [
        rf"[\"'/]{re.escape(stem)}{re.escape(capture.suffix)}[\"']",
        # Some helpers add the ending by themselves; "errors" alone would be any word.
        *([rf"[\"']{re.escape(stem)}[\"']"] if "-" in stem else []),
    ]

    assert re.search("|".join(names), _written_tests())


def test_there_are_captures_of_both_lmss():
    assert {path.parent.name for path in CAPTURES} == {"canvas", "moodle"}
