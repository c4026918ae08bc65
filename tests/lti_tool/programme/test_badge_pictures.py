"""The shipped badge pictures: one family, plain shapes, drawable without fonts."""

import re
from pathlib import Path

import pytest
import resvg_py

import lti_tool.programme

BADGES = Path(lti_tool.programme.__file__).parent / "shipped" / "badges"
NAMES = sorted(path.name for path in BADGES.glob("*.svg"))


def test_every_strand_of_the_worked_programme_has_its_picture() -> None:
    assert NAMES == [
        "certificate.svg",
        "clinical.svg",
        "community.svg",
        "foundations.svg",
        "mindfulness.svg",
        "self-care.svg",
        "two-strands.svg",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_plain_shapes_in_one_colour(name: str) -> None:
    source = (BADGES / name).read_text(encoding="utf-8")
    assert set(re.findall(r"<(\w+)", source)) <= {"svg", "g", "circle", "ellipse", "path", "rect"}
    assert set(re.findall(r"#[0-9a-f]{6}", source)) == {"#17495c", "#ffffff"}


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_can_be_drawn_small(name: str) -> None:
    drawn = bytes(resvg_py.svg_to_bytes(svg_path=str(BADGES / name), width=64))
    assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(drawn[16:20], "big") == 64
