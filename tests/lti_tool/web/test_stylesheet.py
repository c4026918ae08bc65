"""The stylesheet keeps its promises: contrast of every token, light and dark."""

import re
from pathlib import Path

import pytest

import lti_tool.web

CSS = Path(lti_tool.web.__file__).parent / "static" / "testamur.css"
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\}", CSS.read_text(encoding="utf-8"), re.DOTALL)[:2]
)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, "relative luminance")."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("word", ["ink", "soft", "accent", "good", "wait", "stop"])
@pytest.mark.parametrize("ground", ["ground", "paper", "tint"])
def test_words_stand_out_seven_to_one(scheme: dict[str, str], word: str, ground: str) -> None:
    assert contrast(scheme[word], scheme[ground]) >= 7


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "paper", "tint"])
def test_edges_of_fields_stand_out_four_and_a_half_to_one(
    scheme: dict[str, str], ground: str
) -> None:
    assert contrast(scheme["edge"], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_words_on_a_button_stand_out(scheme: dict[str, str]) -> None:
    assert contrast(scheme["accent-ink"], scheme["accent"]) >= 7
