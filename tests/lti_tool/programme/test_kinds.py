"""A new activity kind joins without touching the others."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from lti_tool.programme.definition import Activity
from lti_tool.programme.evidence import Done
from lti_tool.programme.kinds import KINDS
from lti_tool.programme.kinds.kind import Kind
from lti_tool.programme.kinds.reflection import Words, count_words
from rubrics.reading.fields import Keys
from tests.lti_tool.programme.a_short_course import a_programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk(Activity):
    """A toy kind: a walk of some length."""

    yields: ClassVar = (Done,)

    kilometres: int


WALK = Kind(
    name="walk",
    keys=Keys(required=("kilometres",)),
    read=lambda fields, common: Walk(**common, kilometres=fields.whole("kilometres")),
)


def test_a_kind_of_ones_own_is_read_beside_those_there_are():
    programme = a_programme(
        "kind: page, title: First page, done_when: marked-done, text: Read.",
        "kind: walk, title: A walk, kilometres: 3",
        kinds={**KINDS, "walk": WALK},
    )
    walk = programme.activity("first-page")
    assert isinstance(walk, Walk)
    assert walk.kilometres == 3
    assert programme.activity("second-page").kind == "page"


def test_each_kind_is_known_by_its_own_name():
    assert {name: kind.name for name, kind in KINDS.items()} == {
        "page": "page",
        "reflection": "reflection",
    }


def test_an_empty_text_is_never_enough_whatever_the_file_says():
    assert Words(0, 20).least == 1
    assert Words(10, 20).least == 10


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), (" \n", 0), ("One", 1), ("One,\ttwo\n\nthree ", 3)]
)
def test_words_are_what_spaces_set_apart(text, count):
    assert count_words(text) == count
