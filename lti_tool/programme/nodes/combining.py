"""all, any, at_least: requirements made of requirements."""

from collections.abc import Sequence
from dataclasses import dataclass

from lti_tool.programme.definition import Programme, Requirement
from lti_tool.programme.explanation import Explained, State
from lti_tool.programme.nodes.node import Named, NodeKind, ReadChildren, View
from lti_tool.sentence import Sentence, say, say_many
from rubrics.reading.fields import Fields, Keys

AT_LEAST = Keys(required=("count", "of"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Combined(Requirement):
    of: tuple[Requirement, ...]

    @property
    def children(self) -> tuple[Requirement, ...]:
        """The requirements inside this one."""
        return self.of

    @property
    def needed(self) -> int:
        """How many of them must be met."""
        return len(self.of)


@dataclass(frozen=True, slots=True, kw_only=True)
class All(_Combined):
    """Every one of the requirements inside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf(_Combined):
    """One of the requirements inside; which one is the student's choice."""

    @property
    def needed(self) -> int:
        """One."""
        return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast(_Combined):
    """At least `count` of the requirements inside."""

    count: int

    @property
    def needed(self) -> int:
        """As many as the file says."""
        return self.count


def combined_state(states: Sequence[State], needed: int) -> State:
    """Return the state of "`needed` of these" from the states of the parts."""
    satisfied = sum(state.is_satisfied for state in states)
    waiting = states.count(State.PENDING)
    lost = states.count(State.IMPOSSIBLE)
    if satisfied >= needed:
        return State.MET
    if len(states) - lost < needed:
        return State.IMPOSSIBLE
    return State.PENDING if satisfied + waiting >= needed else State.NOT_YET


def _explain(node: _Combined, view: View) -> Explained:
    parts = tuple(view.explain(child) for child in node.of)
    state = combined_state([part.state for part in parts], node.needed)
    done = min(sum(part.state.is_satisfied for part in parts), node.needed)
    return Explained(
        requirement_id=node.id,
        label=node.label,
        state=state,
        done=done,
        needed=node.needed,
        sentence=_say_state(state, done, node.needed),
        evidence_ids=tuple(dict.fromkeys(id for part in parts for id in part.evidence_ids)),
        children=parts,
        next_step=_next_step(parts) if state is State.NOT_YET else None,
    )


def _next_step(parts: Sequence[Explained]) -> str | None:
    """Return the first activity that helps: in the order of the file, begun parts before others."""
    open_parts = [part for part in parts if part.next_step is not None]
    begun = [part for part in open_parts if part.done]
    return next((part.next_step for part in [*begun, *open_parts]), None)


def _say_state(state: State, done: int, needed: int) -> Sentence:
    if state is State.MET:
        return say("programme.parts-met", "Everything needed here is done.")
    if state is State.IMPOSSIBLE:
        return say(
            "programme.parts-impossible",
            "Too many parts of this can't be met any more. Ask your programme office what you "
            "can do.",
        )
    if state is State.PENDING:
        return say(
            "programme.parts-pending",
            "%(done)s of %(needed)s done. The rest is handed in and waits to be marked.",
            done=done,
            needed=needed,
        )
    return say_many(
        "programme.parts-to-go",
        "%(done)s of %(needed)s done, 1 to go.",
        "%(done)s of %(needed)s done, %(count)s to go.",
        count=needed - done,
        done=done,
        needed=needed,
    )


def _read_all(fields: Fields, named: Named, children: ReadChildren) -> All:
    return All(**named, of=children(fields.items("all")))


def _read_any(fields: Fields, named: Named, children: ReadChildren) -> AnyOf:
    return AnyOf(**named, of=children(fields.items("any")))


def _read_at_least(fields: Fields, named: Named, children: ReadChildren) -> AtLeast:
    rule = fields.group("at_least", AT_LEAST)
    nodes = rule.items("of")
    count = rule.whole("count", 1, least=1)
    if count > len(nodes):
        rule.fault(
            "count",
            say_many(
                "programme.count-too-high",
                "Only %(count)s requirement is listed here, so %(asked)s can never be met. Ask "
                "for fewer or list more.",
                "Only %(count)s requirements are listed here, so %(asked)s can never be met. Ask "
                "for fewer or list more.",
                count=len(nodes),
                asked=count,
            ),
        )
    return AtLeast(**named, count=count, of=children(nodes))


def _tell_all(node: All, _programme: Programme) -> Sentence:
    return say("criteria.all", "%(label)s: all of these", label=node.label)


def _tell_any(node: AnyOf, _programme: Programme) -> Sentence:
    return say("criteria.any", "%(label)s: one of these", label=node.label)


def _tell_at_least(node: AtLeast, _programme: Programme) -> Sentence:
    return say_many(
        "criteria.at-least",
        "%(label)s: at least one of these",
        "%(label)s: at least %(count)s of these",
        count=node.count,
        label=node.label,
    )


KINDS = (
    NodeKind("all", All, _read_all, _explain, _tell_all),
    NodeKind("any", AnyOf, _read_any, _explain, _tell_any),
    NodeKind("at_least", AtLeast, _read_at_least, _explain, _tell_at_least),
)
