"""met: another requirement of the programme."""

from dataclasses import dataclass, replace

from lti_tool.programme.definition import Programme, Requirement
from lti_tool.programme.explanation import Explained
from lti_tool.programme.nodes.node import Named, NodeKind, ReadChildren, View
from rubrics.reading.fields import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Met(Requirement):
    """The top-level requirement `requirement` is met."""

    requirement: str

    @property
    def requirement_ids(self) -> tuple[str, ...]:
        """The requirement that is looked at."""
        return (self.requirement,)


def _read(fields: Fields, named: Named, _children: ReadChildren) -> Met:
    return Met(**named, requirement=fields.reference("requirement", "met"))


def _explain(node: Met, view: View) -> Explained:
    """Stand as the other requirement stands; its parts are shown there, not a second time here."""
    other = view.explain(view.programme.requirement(node.requirement))
    return replace(other, requirement_id=node.id, label=node.label, children=())


def _tell(_node: Met, _programme: Programme) -> None:
    """Leave the telling to the requirement it names."""


KINDS = (NodeKind("met", Met, _read, _explain, _tell),)
