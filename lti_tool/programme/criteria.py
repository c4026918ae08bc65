"""What a badge required, in words generated from the tree, so that they can't drift from it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lti_tool.programme.definition import Programme, Requirement
from lti_tool.programme.nodes import kind_of
from lti_tool.sentence import Sentence


@dataclass(frozen=True, slots=True)
class CriteriaLine:
    """One line of an outline; `depth` counts from 0."""

    depth: int
    sentence: Sentence


def criteria_lines(programme: Programme, requirement_id: str) -> tuple[CriteriaLine, ...]:
    """Return what a requirement asks for as an outline, other requirements it names unfolded.

    Labels and titles are in the programme's language; the words around them are sentences for
    whoever renders them. Raises UnknownIdError.
    """
    return tuple(_lines(programme, programme.requirement(requirement_id), 0))


def criteria_text(
    programme: Programme, requirement_id: str, *, render: Callable[[Sentence], str] = str
) -> str:
    """Return the outline as a Markdown list, in English unless `render` translates.

    Raises UnknownIdError.
    """
    lines = criteria_lines(programme, requirement_id)
    return "\n".join(f"{'  ' * line.depth}- {render(line.sentence)}" for line in lines)


def _lines(programme: Programme, node: Requirement, depth: int) -> Iterator[CriteriaLine]:
    sentence = kind_of(node).tell(node, programme)
    if sentence is not None:
        yield CriteriaLine(depth, sentence)
    named = (programme.requirement(id) for id in node.requirement_ids)
    for child in (*node.children, *named):
        yield from _lines(programme, child, depth + (sentence is not None))
