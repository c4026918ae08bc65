"""Requirements: each a small tree of nodes, each node with exactly one rule."""

from collections.abc import Iterable

from lti_tool.programme.definition import Requirement
from lti_tool.programme.nodes import NODES
from lti_tool.programme.nodes.node import Named
from lti_tool.programme.sections.keys import REQUIREMENT
from lti_tool.sentence import say
from rubrics.reading.faults import Reading
from rubrics.reading.fields import Fields, Keys
from rubrics.reading.nodes import Entries, Node, Place


def read_requirements(programme: Fields) -> tuple[Requirement, ...]:
    """Read every top-level requirement. Only these can be named by `met` and by badges."""
    return _read_all(programme.items("requirements"), "requirement", programme.reading)


def _read_all(nodes: Iterable[Node], kind: str, reading: Reading) -> tuple[Requirement, ...]:
    found = (_read_one(node, kind, reading) for node in nodes)
    return tuple(one for one in found if one is not None)


def _read_one(node: Node, kind: str, reading: Reading) -> Requirement | None:
    words = _rule_words(node)
    fields = Fields(node, REQUIREMENT + Keys(optional=tuple(words)), reading)
    named = Named(id=fields.declared(kind), label=fields.text("label"))
    _check_one_rule(fields, words)
    _check_known(words, reading)
    first = next(iter(words), None)
    if first is None or first not in NODES:
        return None
    return NODES[first].read(
        fields, named, lambda inner: _read_all(inner, "part of a requirement", reading)
    )


def _rule_words(node: Node) -> dict[str, Place]:
    """Return every key that isn't the node's own name: the rule, known or not."""
    places = node.key_places if isinstance(node, Entries) else {}
    return {key: place for key, place in places.items() if key not in REQUIREMENT.known}


def _check_one_rule(fields: Fields, words: dict[str, Place]) -> None:
    if not words and isinstance(fields.node, Entries):
        fields.reading.fault(
            fields.node.place,
            say(
                "programme.rule-missing",
                "This requirement says nothing to meet. Add one of: %(known)s.",
                known=", ".join(NODES),
            ),
        )
    for word in list(words)[1:]:
        fields.reading.fault(
            words[word],
            say(
                "programme.rule-second",
                "A requirement has one rule, and “%(word)s” is a second. Put both under “all”.",
                word=word,
            ),
        )


def _check_known(words: dict[str, Place], reading: Reading) -> None:
    for word, place in words.items():
        if word not in NODES:
            reading.fault(
                place,
                say(
                    "programme.rule-unknown",
                    "This version does not know the requirement “%(word)s”. It knows: %(known)s.",
                    word=word,
                    known=", ".join(NODES),
                ),
            )
