"""Refusals: every code in use has plain words, and every one with words is in use."""

import re
from pathlib import Path

import pytest

import lti_tool.lti
from lti_tool.lti.refusals import CODES, refused

ROOM = Path(lti_tool.lti.__file__).parent
_CODE = re.compile(r'"((?:launch|login)\.[a-z-]+)"')


def test_the_codes_raised_are_the_codes_with_words():
    used = {
        code
        for path in ROOM.rglob("*.py")
        if path.name != "refusals.py"
        for code in _CODE.findall(path.read_text())
    }

    assert used == CODES


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_refusal_says_what_happened_and_what_to_do(code):
    error = refused(code)

    words = f"{error.sentence} {error.remedy}"
    assert str(error.sentence).endswith(".")
    assert str(error.remedy).endswith(".")
    assert not re.search(r"invalid|nonce|error|token|JWT|claim", words, re.IGNORECASE)
    assert 400 <= error.http_status < 600
