"""Where in its file a programme says what, so that a check can point at the line."""

from collections.abc import Mapping
from dataclasses import dataclass

from lti_tool.programme.errors import Fault
from lti_tool.sentence import Sentence
from rubrics.reading.nodes import Node, step_down


@dataclass(frozen=True, slots=True)
class Source:
    """The file's name, its outermost group of keys, and the group of keys behind each id."""

    path: str
    top: Node
    groups: Mapping[str, Node]

    def fault(self, sentence: Sentence, id: str, *steps: str | int) -> Fault:
        """Return a fault at a value under an id, or as near to it as the file goes."""
        return self._fault(sentence, self.groups[id], steps)

    def fault_at_key(self, sentence: Sentence, key: str) -> Fault:
        """Return a fault at one of the file's outermost keys."""
        return self._fault(sentence, self.top, (key,))

    def _fault(self, sentence: Sentence, node: Node, steps: tuple[str | int, ...]) -> Fault:
        for step in steps:
            node = step_down(node, step) or node
        return Fault(self.path, node.place.line, node.place.column, sentence)
