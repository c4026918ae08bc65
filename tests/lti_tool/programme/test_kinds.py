"""A new activity kind joins without touching the others."""

from dataclasses import dataclass
from typing import ClassVar

from lti_tool.programme.definition import Activity
from lti_tool.programme.evidence import Done
from lti_tool.programme.kinds import KINDS
from lti_tool.programme.kinds.kind import Kind
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
