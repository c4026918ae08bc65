"""Can every student finish? What blocks what?"""

from collections.abc import Iterable, Iterator

from lti_tool.programme.definition import BadgeDefinition, Programme, Requirement
from lti_tool.programme.errors import Fault
from lti_tool.programme.kinds.page import Page
from lti_tool.programme.nodes import kind_of
from lti_tool.programme.rubric_parts import check_criterion, check_marked
from lti_tool.sentence import say


def check(programme: Programme) -> tuple[Fault, ...]:
    """Return what is wrong with a programme whose file reads well, in the order of the file.

    That its ids are unique and its references resolve is already known from reading it.
    """
    cycles = tuple(_check_cycles(programme))
    faults = (
        *cycles,
        *_check_requirements(programme),
        *_check_badges(programme),
        *_check_activities(programme),
        *_check_pages(programme),
    )
    return tuple(sorted(faults, key=lambda fault: (fault.line, fault.column)))


def _nodes(programme: Programme) -> Iterator[Requirement]:
    for top in programme.requirements:
        yield from top.walk()


def _check_requirements(programme: Programme) -> Iterable[Fault]:
    for node in _nodes(programme):
        yield from kind_of(node).check(node, programme)


def _check_cycles(programme: Programme) -> Iterable[Fault]:
    """A requirement that waits for itself, however far around, can never be met."""
    for top in programme.requirements:
        if top.id in _reached_from(programme, top):
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


def _reached_from(programme: Programme, top: Requirement) -> set[str]:
    """Return the ids of the nodes that must be looked at to know how a requirement stands."""
    reached: set[str] = set()
    waiting = [top]
    while waiting:
        node = waiting.pop()
        for id in (*(child.id for child in node.children), *node.requirement_ids):
            if id not in reached:
                reached.add(id)
                waiting.append(programme.requirement(id))
    return reached


def _check_badges(programme: Programme) -> Iterable[Fault]:
    for badge in programme.badges:
        yield from _check_repeated_results(programme, badge)
        for index, rule in enumerate(badge.results):
            where = (badge.id, "results", index)
            yield from check_marked(programme, rule.from_, *where, "from")
            yield from check_criterion(programme, rule.from_, rule.criterion, *where, "criterion")


def _check_repeated_results(programme: Programme, badge: BadgeDefinition) -> Iterable[Fault]:
    """Two results for one criterion would say the same twice, and could not be signed."""
    seen = set()
    for index, rule in enumerate(badge.results):
        what = (rule.from_, rule.criterion)
        if what in seen:
            yield programme.source.fault(
                say(
                    "programme.result-repeated",
                    "This badge already has a result for this criterion of “%(title)s”. Keep one "
                    "of them.",
                    title=programme.activity(rule.from_).title,
                ),
                badge.id,
                "results",
                index,
            )
        seen.add(what)


def _check_activities(programme: Programme) -> Iterable[Fault]:
    """An activity no requirement asks for was most likely forgotten, not meant to be idle."""
    asked_for = {id for node in _nodes(programme) for id in node.activity_ids}
    for activity in programme.activities:
        if activity.id not in asked_for:
            yield programme.source.fault(
                say(
                    "programme.activity-idle",
                    "No requirement asks for “%(title)s”. Name it in a requirement, or take it "
                    "out.",
                    title=activity.title,
                ),
                activity.id,
                "id",
            )


def _check_pages(programme: Programme) -> Iterable[Fault]:
    """A draft may leave the words for later; students must not meet an empty page."""
    for activity in programme.activities:
        is_empty = isinstance(activity, Page) and not activity.text
        if is_empty and programme.status == "published":
            yield programme.source.fault(
                say(
                    "programme.page-empty",
                    "The page “%(title)s” has no text, and the programme is published. Add "
                    "“text:” with what students read.",
                    title=activity.title,
                ),
                activity.id,
            )
