"""Which requirement waits for which: no circles, and no rows longer than can be followed."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from lti_tool.programme.definition import Programme
from lti_tool.programme.errors import Fault
from lti_tool.sentence import say

MAX_IN_A_ROW = 24

_Waiting = Mapping[str, tuple[str, ...]]


def check_waiting(programme: Programme) -> Iterable[Fault]:
    """Yield a fault for each requirement in a circle, or each that makes a row too long."""
    waiting = {
        node.id: (*(child.id for child in node.children), *node.requirement_ids)
        for top in programme.requirements
        for node in top.walk()
    }
    try:
        order = tuple(TopologicalSorter(waiting).static_order())
    except CycleError:
        yield from _circles(programme, waiting)
    else:
        yield from _rows(programme, waiting, order)


def _circles(programme: Programme, waiting: _Waiting) -> Iterator[Fault]:
    """A requirement that waits for itself, however far around, can never be met."""
    for top in programme.requirements:
        if top.id in _reached_from(top.id, waiting):
            yield programme.source.fault(
                say(
                    "programme.cycle",
                    "The requirement “%(label)s” waits for itself, so it can never be met. Take "
                    "one of the “met” between it and itself away.",
                    label=top.label,
                ),
                top.id,
                "id",
            )


def _reached_from(start: str, waiting: _Waiting) -> set[str]:
    """Return the ids of the nodes that must be looked at to know how a requirement stands."""
    reached: set[str] = set()
    open_ends = [start]
    while open_ends:
        for id in waiting[open_ends.pop()]:
            if id not in reached:
                reached.add(id)
                open_ends.append(id)
    return reached


def _rows(programme: Programme, waiting: _Waiting, order: Iterable[str]) -> Iterator[Fault]:
    """Evaluating and telling go down a row step by step; `order` has those waited for first."""
    lengths: dict[str, int] = {}
    for id in order:
        lengths[id] = 1 + max((lengths[other] for other in waiting[id]), default=0)
        # Those above are too far up as well; mending this one mends them.
        if lengths[id] == MAX_IN_A_ROW + 1:
            yield programme.source.fault(
                say(
                    "programme.row-too-long",
                    "More than %(most)s requirements stand in a row here, each waiting for the "
                    "next, and nobody could follow that. Let some of them stand side by side "
                    "under “all”.",
                    most=MAX_IN_A_ROW,
                ),
                id,
                "id",
            )
