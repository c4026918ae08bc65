"""Canonical bytes: the same as pyld's where pyld is right, and refused where nobody can be."""

import json
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from credentials import contexts
from credentials.achievement import BadgeResult, RubricLevel
from credentials.errors import CanonicalizationError, TooComplexError
from credentials.linting import lint
from credentials.proofs import canonical, rdf
from tests.support.signed_badges import a_criterion, an_achievement, an_unsigned_badge


def by_pyld(document):
    def load(url, _options):
        return {"contextUrl": None, "documentUrl": url, "document": contexts.bundled(url)}

    return jsonld.normalize(
        document,
        {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load},
    ).encode()


plain_text = st.text(st.characters(exclude_categories=["Cs", "Cc"]))


@settings(max_examples=10, deadline=None)
@given(plain_text, plain_text, st.lists(plain_text, max_size=4))
def test_our_labels_are_pylds(name, criteria, tags):
    badge = an_unsigned_badge(
        achievement=an_achievement(name=name, criteria=criteria, tags=tuple(tags))
    )

    assert canonical.canonicalize(badge) == by_pyld(badge)


def test_parts_that_look_alike_are_labelled_as_pyld_does():
    badge = an_unsigned_badge()
    badge["evidence"] = [{"type": ["Evidence"]}, {"type": ["Evidence"]}]

    assert canonical.has_ties(badge)
    assert canonical.canonicalize(badge) == by_pyld(badge)


def test_control_characters_are_escaped_as_rdfc_1_0_wants():
    badge = an_unsigned_badge(achievement=an_achievement(criteria='\b\t\n\x0b\f\r"\\\x7f\x01'))

    assert rb'"\b\t\n\u000B\f\r\"\\\u007F\u0001"' in canonical.canonicalize(badge)


def test_languages_lists_numbers_and_named_graphs_are_written():
    badge = an_unsigned_badge()
    [first, _] = badge["credentialSubject"]["achievement"]["resultDescription"]
    first["allowedValue"] = ["low", "high"]
    badge["credentialSubject"]["creditsEarned"] = 2.5

    assert canonical.canonicalize(badge) == by_pyld(badge)


def test_json_kept_as_json_is_one_literal():
    badge = an_unsigned_badge()
    badge["credentialSchema"] = [
        {"id": "https://x.example/s", "type": "JsonSchema", "jsonSchema": {"b": [1], "a": None}}
    ]

    assert canonical.canonicalize(badge) == by_pyld(badge)


def test_a_dataset_with_graphs_and_languages_is_written_line_by_line():
    node = {"type": "blank node", "value": "_:x"}
    iri = {"type": "IRI", "value": "urn:p"}
    words = {
        "type": "literal",
        "value": "hej",
        "datatype": "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
        "language": "sv",
    }
    quad = {"subject": node, "predicate": iri, "object": words}

    text = rdf.canonical_nquads({"urn:g": [quad], "_:g": [quad]})

    assert text.splitlines() == [
        '_:c14n0 <urn:p> "hej"@sv <urn:g> .',
        '_:c14n0 <urn:p> "hej"@sv _:c14n1 .',
    ]


@pytest.mark.parametrize(
    "name", ["rel", "//host/x", "?q", "#f", "", "../x", "_:b0", "https://a b", "urn:<x>"]
)
def test_a_name_that_is_no_full_address_is_refused(name):
    with pytest.raises(CanonicalizationError):
        canonical.canonicalize({**an_unsigned_badge(), "id": name})


@pytest.mark.parametrize(
    "changes",
    [
        {"@context": "https://www.w3.org/ns/credentials/v2"},
        {"@context": None},
        {"@context": [*contexts.OPEN_BADGE, 5]},
        {"@context": [*contexts.OPEN_BADGE, "https://w3id.org/security/v2"]},
        {"@type": ["VerifiableCredential"]},
        {"@foo": "x"},
        {"id": 5},
        {"type": [5]},
        {"type": {"a": 1}},
        {"issuer": {"id": None, "type": [None]}},
        {"validFrom": {"type": "x", "id": {}}},
        {"credentialSubject": {"@graph": []}},
    ],
    ids=json.dumps,
)
def test_a_document_that_breaks_the_rules_is_refused_with_a_sentence(changes):
    with pytest.raises(CanonicalizationError) as caught:
        canonical.canonicalize({**an_unsigned_badge(), **changes})

    assert str(caught.value).endswith(".")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["id", "type", "name", "issuer", "achievement", "allowedValue", "proof",
                         "image", "@value", "@list", "@id", "result", "identifier", "x"]),
        inner, max_size=3,
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["credentialSubject", "issuer", "type", "proof", "evidence"]), json_values)
def test_nothing_but_our_own_error_ever_escapes(place, value):
    try:
        assert canonical.canonicalize({**an_unsigned_badge(), place: value})
    except CanonicalizationError as error:
        assert error.sentence.text


def test_contexts_read_for_one_document_lend_no_words_to_the_next():
    badge = an_unsigned_badge()
    before = canonical.canonicalize(badge)
    with pytest.raises(CanonicalizationError):
        canonical.canonicalize({**badge, "@context": [contexts.CREDENTIALS_V2]})
    assert canonical.canonicalize(badge) == before


def a_rich_badge(*, criteria, levels):
    """A badge whose every criterion has this many levels, and a result for each."""
    described = [a_criterion(f"c{number}") for number in range(criteria)]
    described = [
        replace(
            one,
            levels=tuple(
                RubricLevel(f"{one.id}/{n}", f"{one.name}.{n}", f"What {n} looks like.")
                for n in range(levels)
            ),
            required_level=f"{one.id}/1",
        )
        for one in described
    ]
    return an_unsigned_badge(
        achievement=an_achievement(result_descriptions=tuple(described)),
        results=[BadgeResult(one.id, f"{one.id}/{levels - 1}") for one in described],
    )


def test_a_badge_with_twenty_criteria_of_ten_levels_can_be_signed():
    lint(a_rich_badge(criteria=20, levels=10))


def test_a_badge_with_far_more_than_anybody_reads_is_too_much():
    with pytest.raises(TooComplexError):
        canonical.canonicalize(a_rich_badge(criteria=30, levels=10))


@pytest.mark.parametrize(
    "evidence",
    [
        [{"type": ["Evidence"]}] * 100,
        [{"type": ["Evidence"]}] * 101,
        [{"type": ["Evidence"], "narrative": "a\x0b"}] * 2,
        [{"type": ["Evidence"], "name": str(n // 9) * 20} for n in range(99)],
        [[[str(n)] * 90] for n in range(90)],
    ],
    ids=["alike", "many", "alike with control characters", "alike by nines", "nested"],
)
def test_what_would_take_too_long_is_refused_quickly(evidence):
    started = time.monotonic()
    with pytest.raises(TooComplexError):
        canonical.canonicalize({**an_unsigned_badge(), "evidence": evidence})

    assert time.monotonic() - started < 5


def test_too_many_statements_are_refused():
    quad = {
        "predicate": {"type": "IRI", "value": "urn:p"},
        "object": {"type": "IRI", "value": "urn:o"},
    }
    quads = [{**quad, "subject": {"type": "IRI", "value": f"urn:{n}"}} for n in range(5001)]

    with pytest.raises(TooComplexError):
        rdf.canonical_nquads({"@default": quads})
