"""Criteria text follows the tree, so that it can't drift from what was asked for."""

from lti_tool.programme.criteria import criteria_lines, criteria_text
from tests.lti_tool.programme.a_short_course import a_programme


def test_the_criteria_unfold_everything_that_was_required():
    assert criteria_text(a_programme(), "both") == (
        "- Both: at least 2 of these\n"
        "  - Reading: all of these\n"
        "    - Pages (First page; Second page)\n"
        "    - Promise (Promise)\n"
        "  - Writing: one of these\n"
        "    - Essay accepted (“Essay”, marked on the rubric “Care”)\n"
        "    - Plan (“Essay”: “Plan” at the level “Meets” or higher)"
    )


def test_what_several_parts_ask_for_is_unfolded_once():
    programme = a_programme(
        "id: need-wrote, label: Writing, met: wrote", "id: again, label: A, met: read"
    )
    assert criteria_text(programme, "both") == (
        "- Both: at least 2 of these\n"
        "  - Reading: all of these\n"
        "    - Pages (First page; Second page)\n"
        "    - Promise (Promise)\n"
        "  - Reading, as above"
    )


def test_criteria_grow_with_the_file_only():
    """Each of nine requirements asks twice for the next: all unfolded, 4,000 lines."""
    asking = "".join(
        f"  - {{id: r{one}, label: R{one}, all: [{{id: a{one}, label: A, met: r{one + 1}}}, "
        f"{{id: b{one}, label: B, met: r{one + 1}}}]}}\n"
        for one in range(9)
    )
    programme = a_programme(
        "badges:\n", f"{asking}  - {{id: r9, label: End, met: both}}\nbadges:\n"
    )
    lines = criteria_lines(programme, "r0")
    assert len(lines) == 2 * 9 + len(criteria_lines(programme, "both"))


def test_a_changed_rule_changes_the_criteria():
    assert "at least one of these" in criteria_text(a_programme("count: 2", "count: 1"), "both")


def test_lines_are_sentences_for_whoever_translates_them():
    first = criteria_lines(a_programme(), "read")[0]
    assert (first.depth, first.sentence.id) == (0, "criteria.all")
    shouted = criteria_text(a_programme(), "promised", render=lambda one: str(one).upper())
    assert shouted == "- PROMISE (PROMISE)"
