"""What a file must hold before it is published, told at its line, and what its pictures must."""

from datetime import UTC, datetime

import pytest

from lti_tool.errors import InvalidInputError
from lti_tool.programme.loading import load_programme
from lti_tool.programme.shipped import shipped, shipped_image, shipped_text
from lti_tool.usecases import publishable
from tests.support.builders import TASTER

TEXT = shipped_text(TASTER)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PICTURE = "badges/foundations.svg"
DRAWN = shipped_image(PICTURE).decode()


def faults(old="", new=""):
    assert old in TEXT
    programme = load_programme(TEXT.replace(old, new, 1) if old else TEXT, path="taster.yaml")
    return [str(fault) for fault in publishable.faults(programme, now=NOW)]


def line_of(text):
    return TEXT[: TEXT.index(text)].count("\n") + 1


def test_the_shipped_programme_can_be_published():
    assert faults() == []


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_only_what_is_final_is_published(status):
    (fault,) = faults("status: published", f"status: {status}")
    assert fault == (
        f"taster.yaml:{line_of('status: published')}:9: This file says that it is “{status}”, so "
        "students can't be put on it. Once everything in it is final, write “status: published” "
        "here."
    )


def test_rules_nobody_acts_on_yet_are_told_at_their_line():
    (fault,) = faults("{markers: 1,", "{markers: 2,")
    assert fault.startswith(f"taster.yaml:{line_of('{markers: 1,')}:")
    assert "“markers” has a say in who earns a badge" in fault
    (fault,) = faults("    title: Foundations\n", "    title: Foundations\n    opens: later\n")
    assert "“opens” has a say in who earns a badge" in fault


def test_other_parts_nobody_acts_on_yet_are_no_obstacle():
    assert faults("language: en\n", "language: en\nworkload_hours: 2\n") == []


def test_a_badge_that_ends_is_tried_with_its_end():
    assert faults("validity: unlimited", "validity: P1Y") == []


def test_a_badge_that_could_never_be_signed_is_told_at_its_line():
    """Three hundred criteria read well, and are more than any signature covers."""
    rule = "      - {from: first-reflection, criterion: meaning, share: always}\n"
    levels = ", ".join(f"{level}: What it takes." for level in shipped(TASTER).rubrics[0].levels)
    names = [f"more-{number}" for number in range(300)]
    rules = "".join(rule.replace("meaning", name) for name in names)
    criteria = "".join(
        f"      - {{id: {name}, title: T, levels: {{{levels}}}}}\n" for name in names
    )
    source = TEXT.replace(rule, rule + rules).replace(
        "    criteria:\n", f"    criteria:\n{criteria}"
    )
    (fault,) = publishable.faults(load_programme(source), now=NOW)
    assert fault.line == line_of("id: foundations-certificate")
    assert "could never be signed, so nobody could get it" in str(fault)


def test_pictures_that_can_be_drawn_are_fit_for_use():
    publishable.refuse_pictures(shipped(TASTER), {PICTURE: DRAWN})


def test_a_picture_that_is_not_there_is_named():
    with pytest.raises(InvalidInputError, match=f"not beside the programme file: {PICTURE}"):
        publishable.refuse_pictures(shipped(TASTER), {"badges/other.svg": DRAWN})


@pytest.mark.parametrize(
    "svg", ["", "hello, not a picture", "<html/>", DRAWN[:-9], "<svg width='0' height='5'/>"]
)
def test_a_picture_that_cannot_be_drawn_is_named(svg):
    with pytest.raises(InvalidInputError, match=f"The badge picture {PICTURE} can't be drawn"):
        publishable.refuse_pictures(shipped(TASTER), {PICTURE: svg})
