"""Evaluation: how a student stands, why, and what comes next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.programme.errors import UnknownIdError
from lti_tool.programme.nodes.combining import _say_state, combined_state
from lti_tool.programme.requirements import State, evaluate
from tests.lti_tool.programme.a_short_course import (
    EVERYTHING,
    NOW,
    a_programme,
    done,
    evidence,
    marked,
    submitted,
)

PROGRAMME = a_programme()


def _explain(*facts, programme=PROGRAMME):
    return evaluate(programme, evidence(*facts), now=NOW)


def _shown(explained):
    return (
        explained.state,
        explained.done,
        explained.needed,
        str(explained.sentence),
        explained.next_step,
    )


@pytest.mark.parametrize(
    ("facts", "requirement", "shown"),
    [
        ((), "pages", (State.NOT_YET, 0, 2, "0 of 2 done, 2 to go.", "first-page")),
        (
            (done("first-page"),),
            "pages",
            (State.NOT_YET, 1, 2, "1 of 2 done, 1 to go.", "second-page"),
        ),
        (
            (done("first-page"), done("second-page")),
            "pages",
            (State.MET, 2, 2, "Done.", None),
        ),
        (
            (),
            "accepted",
            (State.NOT_YET, 0, 1, "Not accepted yet. Write it and hand it in.", "essay"),
        ),
        (
            (submitted(),),
            "accepted",
            (State.PENDING, 0, 1, "Handed in. It waits to be marked.", None),
        ),
        ((submitted(), marked()), "accepted", (State.MET, 1, 1, "Accepted.", None)),
        (
            (submitted(), marked("not-yet")),
            "accepted",
            (State.NOT_YET, 0, 1, "Not accepted yet. Write it and hand it in.", "essay"),
        ),
        ((marked(plan="meets"),), "deep", (State.MET, 1, 1, "Reached.", None)),
        (
            (marked(plan="below"),),
            "deep",
            (
                State.NOT_YET,
                0,
                1,
                "Not reached yet. The rubric says what is looked for.",
                "essay",
            ),
        ),
        (
            (submitted(),),
            "deep",
            (State.PENDING, 0, 1, "Your work is handed in and waits to be marked.", None),
        ),
        ((), "read", (State.NOT_YET, 0, 2, "0 of 2 done, 2 to go.", "first-page")),
        (
            (done("promise"),),
            "read",
            (State.NOT_YET, 1, 2, "1 of 2 done, 1 to go.", "first-page"),
        ),
        ((marked(),), "wrote", (State.MET, 1, 1, "Everything needed here is done.", None)),
        (
            (submitted(),),
            "wrote",
            (
                State.PENDING,
                0,
                1,
                "0 of 1 done. The rest is handed in and waits to be marked.",
                None,
            ),
        ),
        (
            (marked(),),
            "both",
            (State.NOT_YET, 1, 2, "1 of 2 done, 1 to go.", "first-page"),
        ),
        (EVERYTHING, "both", (State.MET, 2, 2, "Everything needed here is done.", None)),
        ((marked(),), "need-wrote", (State.MET, 1, 1, "Everything needed here is done.", None)),
    ],
)
def test_a_requirement_says_how_it_stands(facts, requirement, shown):
    assert _shown(_explain(*facts).of(requirement)) == shown


@pytest.mark.parametrize(
    "mark", [marked("not-yet"), marked(plan="excellent")], ids=["not accepted", "level unknown"]
)
def test_a_level_counts_only_in_accepted_work_and_on_the_rubric(mark):
    assert _explain(mark).state_of("deep") is State.NOT_YET


def test_evidence_is_named_oldest_first_and_once():
    assert _explain(*EVERYTHING).of("both").evidence_ids == (
        "done-first-page",
        "done-second-page",
        "done-promise",
        "mark",
    )


def test_a_begun_part_is_the_next_step_before_one_not_begun():
    programme = a_programme(
        """{id: pages, label: Pages, done: [first-page, second-page]}
      - {id: promised, label: Promise, done: [promise]}""",
        """{id: one, label: One, done: [first-page]}
      - {id: other, label: Other, done: [second-page, promise]}""",
    )
    explained = _explain(done("promise"), programme=programme)
    assert explained.of("read").next_step == "second-page"


def test_too_many_lost_parts_are_told_kindly():
    sentence = _say_state(State.IMPOSSIBLE, 0, 2)
    assert str(sentence).startswith("Too many parts of this can't be met any more.")


def test_a_requirement_nobody_defined_is_refused_by_name():
    with pytest.raises(UnknownIdError, match="no requirement “three”"):
        _explain().state_of("three")


@pytest.mark.parametrize(
    ("states", "needed", "expected"),
    [
        ("met met", 2, "met"),
        ("met waived", 2, "met"),
        ("met not-yet", 1, "met"),
        ("met pending", 2, "pending"),
        ("pending not-yet", 1, "pending"),
        ("pending not-yet", 2, "not-yet"),
        ("met impossible", 2, "impossible"),
        ("impossible impossible not-yet", 2, "impossible"),
        ("impossible not-yet", 1, "not-yet"),
        ("impossible pending", 1, "pending"),
        ("not-yet not-yet", 1, "not-yet"),
    ],
)
def test_a_combination_stands_as_its_parts_allow(states, needed, expected):
    parts = [State(state) for state in states.split()]
    assert combined_state(parts, needed) is State(expected)


_FACTS = st.lists(
    st.one_of(
        st.builds(
            done,
            st.sampled_from(["first-page", "second-page", "promise"]),
            st.sampled_from(["a", "b"]),
            days=st.integers(0, 5),
        ),
        st.builds(submitted, evidence_id=st.sampled_from(["s", "t"]), days=st.integers(0, 5)),
        st.builds(
            marked,
            st.sampled_from(["accepted", "not-yet"]),
            st.sampled_from(["below", "meets"]),
            evidence_id=st.sampled_from(["m", "n"]),
            days=st.integers(0, 5),
        ),
    ),
    max_size=8,
)


def _met(explanation):
    return {
        one.requirement_id
        for tree in explanation.trees
        for one in tree.walk()
        if one.state is State.MET
    }


@given(_FACTS, _FACTS)
def test_more_evidence_never_unmeets_anything(facts, more):
    assert _met(_explain(*facts)) <= _met(_explain(*facts, *more))


@given(_FACTS, st.randoms(use_true_random=False))
def test_the_order_of_the_facts_never_matters(facts, random):
    shuffled = random.sample(facts, len(facts))
    assert [tree.state for tree in _explain(*facts).trees] == [
        tree.state for tree in _explain(*shuffled).trees
    ]


@given(_FACTS)
def test_evaluating_again_gives_the_same_answer(facts):
    assert _explain(*facts) == _explain(*facts)


@given(_FACTS)
def test_what_counts_as_done_agrees_with_the_state(facts):
    for tree in _explain(*facts).trees:
        for one in tree.walk():
            assert 0 <= one.done <= one.needed
            assert (one.done == one.needed) == (one.state is State.MET)
            assert (one.next_step is None) == (one.state is not State.NOT_YET)
