"""Reading a group key by key: every wrong shape is a fault with a mend."""

from operator import methodcaller

import pytest

from rubrics.reading.faults import Reading, did_you_mean
from rubrics.reading.fields import Fields, Keys
from rubrics.reading.yaml_text import read_nodes

ANY = Keys(optional=("a", "b"))


def _read(text, use, keys=ANY):
    reading = Reading("f.yaml")
    node = read_nodes(text, reading)
    assert node is not None
    value = use(Fields(node, keys, reading))
    reading.resolve()
    return value, [f"{one.line}:{one.column}: {one.sentence}" for one in reading.in_order()]


@pytest.mark.parametrize(
    ("text", "call", "value"),
    [
        ("a: ' hello '", ("text", "a"), "hello"),
        ("b: x", ("text", "a"), ""),
        ("b: x", ("text", "a", "unsaid"), "unsaid"),
        ("a: one-2", ("identifier", "a"), "one-2"),
        ("b: x", ("identifier", "a"), ""),
        ("b: x", ("declared", "thing", "a"), ""),
        ("b: x", ("reference", "thing", "a"), ""),
        ("a: 3", ("whole", "a"), 3),
        ("b: x", ("whole", "a", 7), 7),
        ("a: true", ("flag", "a"), True),
        ("b: x", ("flag", "a"), False),
        (
            "a: on-time",
            (
                "choice",
                "a",
                ("on-time"),
            ),
            "on-time",
        ),
        ("b: x", ("choice", "a", ("c",), "c"), "c"),
        ("a: [c, d]", ("choices", "a", ("c", "d")), ("c", "d")),
        ("a: [c, d]", ("texts", "a"), ("c", "d")),
        ("b: x", ("texts", "a"), ()),
        ("a: [c, d]", ("identifiers", "a"), ("c", "d")),
        ("b: x", ("references", "thing", "a"), ()),
        ("a: {d: x}", ("texts_by_key", "a", ("c", "d")), {"d": "x"}),
        (
            "b: x",
            (
                "texts_by_key",
                "a",
                ("c"),
            ),
            {},
        ),
    ],
)
def test_right_shapes_are_read(text, call, value):
    assert _read(text, methodcaller(*call)) == (value, [])


@pytest.mark.parametrize(
    ("text", "call", "fault"),
    [
        ("- x", ("text", "a"), "1:1: This must be a group of lines of the form “key: value”."),
        ("a: 3", ("text", "a"), "1:4: This must be text. Put quotes around it."),
        ("a: ''", ("text", "a"), "1:4: This must be text, and not empty."),
        ("a:", ("text", "a"), "1:3: This must be text, and not empty."),
        ("a: [x]", ("text", "a"), "1:4: This must be text, and not empty."),
        ("a: X", ("identifier", "a"), "1:4: This must be an id: lower-case letters, "
         "digits and single dashes, at most 64 characters."),
        (f"a: {'x' * 65}", ("identifier", "a"), "1:4: This must be an id: lower-case "
         "letters, digits and single dashes, at most 64 characters."),
        ("a: true", ("whole", "a"), "1:4: This must be a whole number, 0 or more."),
        ("a: [1]", ("whole", "a"), "1:4: This must be a whole number, 0 or more."),
        ("a: maybe", ("flag", "a"), "1:4: This must be true or false."),
        ("a: medum", ("choice", "a", ("small", "medium")), "1:4: “medum” is not known here. "
         "Did you mean “medium”?"),
        ("a: []", ("texts", "a"), "1:4: This must be a list with at least one item."),
        ("a: x", ("items", "a"), "1:4: This must be a list with at least one item."),
        ("a: [c, c]", ("identifiers", "a"), "1:8: “c” stands in this list twice."),
        ("a: [zz]", ("choices", "a", ("c",)), "1:5: “zz” is not known here. "
         "Known here: c."),
        ("a: [3]", ("references", "thing", "a"), "1:5: This must be text. Put quotes "
         "around it."),
        ("a: x", ("reference", "thing", "a"), "1:4: No thing in this file has the id "
         "“x”. None is defined yet."),
    ],
)  # fmt: skip
def test_each_wrong_shape_says_its_mend(text, call, fault):
    assert _read(text, methodcaller(*call))[1] == [fault]


def test_a_number_below_the_least_is_refused():
    faults = _read("a: 1", methodcaller("whole", "a", least=2))[1]
    assert faults == ["1:4: This must be a whole number, 2 or more."]


def test_a_group_inside_is_read_like_its_outer_one():
    assert _read("a: {b: c}", lambda fields: fields.group("a", ANY).text("b")) == ("c", [])


def test_a_missing_group_is_read_as_an_empty_one():
    assert _read("b: x", lambda fields: fields.group("a", Keys(("c",))).text("c")) == ("", [])


def test_a_group_knows_which_keys_it_carries():
    assert _read("a: x", lambda fields: (fields.has("a"), fields.has("b")))[0] == (True, False)


def test_an_unknown_key_is_told_with_the_nearest_known_one():
    assert _read("titel: x", lambda f: None, Keys(("title",)))[1] == [
        "1:1: “titel” is not known here. Did you mean “title”?",
        "1:1: “title” is missing in the group that begins here. Add it.",
    ]


def test_a_key_for_later_is_no_fault_and_is_remembered():
    fields, faults = _read("a: 1", lambda f: f, Keys(later=("a",)))
    assert faults == []
    assert [(key, place.column) for key, place in fields.reading.later] == [("a", 1)]


def test_an_id_may_be_defined_once():
    def declare_both(fields):
        fields.declared("thing", "a")
        fields.declared("other", "b")

    assert _read("a: x\nb: x", declare_both)[1] == [
        "2:4: The id “x” is already used in line 1. Choose another id here."
    ]


def test_a_reference_must_name_the_right_kind_of_thing():
    def name_other_kind(fields):
        fields.declared("thing", "a")
        fields.reference("other", "b")

    assert _read("a: x\nb: x", name_other_kind)[1] == [
        "2:4: No other in this file has the id “x”. None is defined yet."
    ]


def test_a_reference_that_resolves_is_no_fault():
    def name_it(fields):
        fields.declared("thing", "a")
        return fields.reference("thing", "b")

    assert _read("a: x\nb: x", name_it) == ("x", [])


def test_a_list_of_references_is_read_in_its_order():
    def name_both(fields):
        fields.declared("thing", "b")
        return fields.references("thing", "a")

    assert _read("a: [x, x]\nb: x", name_both) == (("x", "x"), [])


def test_the_keys_of_two_groups_add_up():
    both = Keys(("a",), ("b",)) + Keys(("c",), later=("d",))
    assert both == Keys(("a", "c"), ("b",), ("d",))


def test_a_fault_at_a_missing_key_stands_at_its_group():
    assert _read("b: x", lambda f: f.place("a").line)[0] == 1


def test_of_very_many_known_words_only_some_are_told():
    hint = str(did_you_mean("word-1", [f"word-{n}" for n in range(600)]))
    assert hint.startswith("Known here: word-0, word-1, word-10,")
    assert hint.endswith(", ….")


def test_without_a_near_word_all_known_words_are_told():
    assert str(did_you_mean("zz", ("all", "any"))) == "Known here: all, any."
