"""What a badge required, in words generated from the tree, so that they can't drift from it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lti_tool.programme.definition import Programme, Requirement
from lti_tool.programme.nodes import kind_of
from lti_tool.sentence import Sentence, say

MAX_LINES = 500


@dataclass(frozen=True, slots=True)
class CriteriaLine:
    """One line of an outline; `depth` counts from 0."""

    depth: int
    sentence: Sentence


def criteria_lines(programme: Programme, requirement_id: str) -> tuple[CriteriaLine, ...]:
    """Return what a requirement asks for as an outline, other requirements it names unfolded.

    Each is unfolded once, where it is named first: requirements that name the same others would
    double the outline at every step. A loaded file's badges have at most MAX_LINES lines.

    Labels and titles are in the programme's language; the words around them are sentences for
    whoever renders them. Raises UnknownIdError.
    """
    return tuple(_lines(programme, programme.requirement(requirement_id), 0, set()))


def criteria_text(
    programme: Programme, requirement_id: str, *, render: Callable[[Sentence], str] = str
) -> str:
    """Return the outline as a Markdown list, in English unless `render` translates.

    Raises UnknownIdError.
    """
    lines = criteria_lines(programme, requirement_id)
    return "\n".join(f"{'  ' * line.depth}- {render(line.sentence)}" for line in lines)


def _lines(
    programme: Programme, node: Requirement, depth: int, unfolded: set[str]
) -> Iterator[CriteriaLine]:
    sentence = kind_of(node).tell(node, programme)
    if sentence is not None:
        yield CriteriaLine(depth, sentence)
        depth += 1
    for child in node.children:
        yield from _lines(programme, child, depth, unfolded)
    for id in node.requirement_ids:
        named = programme.requirement(id)
        if id in unfolded:
            yield CriteriaLine(depth, _as_above(named))
        else:
            unfolded.add(id)
            yield from _lines(programme, named, depth, unfolded)


def _as_above(named: Requirement) -> Sentence:
    return say("criteria.as-above", "%(label)s, as above", label=named.label)
