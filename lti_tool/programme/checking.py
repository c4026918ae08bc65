"""Can every student finish? What blocks what?"""

from collections.abc import Iterable, Iterator

from lti_tool.programme.criteria import MAX_LINES, criteria_lines
from lti_tool.programme.definition import BadgeDefinition, Programme, Requirement
from lti_tool.programme.errors import Fault
from lti_tool.programme.kinds.page import Page
from lti_tool.programme.nodes import kind_of
from lti_tool.programme.rubric_parts import check_criterion, check_marked
from lti_tool.programme.waiting import check_waiting
from lti_tool.sentence import say


def check(programme: Programme) -> tuple[Fault, ...]:
    """Return what is wrong with a programme whose file reads well, in the order of the file.

    That its ids are unique and its references resolve is already known from reading it.
    """
    faults = (
        *check_waiting(programme),
        *_check_requirements(programme),
        *_check_badges(programme),
        *_check_activities(programme),
        *_check_pages(programme),
    )
    # Criteria can only be told when everything they name is there and no row is too long.
    faults = faults or tuple(_check_criteria(programme))
    return tuple(sorted(faults, key=lambda fault: (fault.line, fault.column)))


def _nodes(programme: Programme) -> Iterator[Requirement]:
    for top in programme.requirements:
        yield from top.walk()


def _check_requirements(programme: Programme) -> Iterable[Fault]:
    for node in _nodes(programme):
        yield from kind_of(node).check(node, programme)


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


def _check_criteria(programme: Programme) -> Iterable[Fault]:
    """The criteria stand in every badge, and whoever verifies one reads them."""
    for badge in programme.badges:
        count = len(criteria_lines(programme, badge.when))
        if count > MAX_LINES:
            yield programme.source.fault(
                say(
                    "programme.criteria-too-long",
                    "What this badge asks for fills %(count)s lines, and at most %(most)s fit "
                    "into a badge. Ask for less, or make several badges of it.",
                    count=count,
                    most=MAX_LINES,
                ),
                badge.id,
                "when",
            )


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
