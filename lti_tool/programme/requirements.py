"""Evaluate the requirement tree; explain every answer."""

from datetime import datetime

from lti_tool.programme.definition import Programme, Requirement
from lti_tool.programme.evidence import Evidence
from lti_tool.programme.explanation import Explained, Explanation, State
from lti_tool.programme.nodes import kind_of
from lti_tool.programme.nodes.node import View

__all__ = ["Explained", "Explanation", "State", "evaluate"]


def evaluate(programme: Programme, evidence: Evidence, *, now: datetime) -> Explanation:
    """Say how one student stands at `now` (with a time zone) in every requirement.

    A pure function of its arguments. More evidence never unmeets a requirement, and the order
    of the facts never matters. Expects a programme that `load_programme` returned: its
    references resolve and its requirements have no cycles.
    """
    known: dict[str, Explained] = {}

    def explain(node: Requirement) -> Explained:
        """Explain a node once, however many others look at it."""
        if node.id not in known:
            known[node.id] = kind_of(node).explain(node, view)
        return known[node.id]

    view = View(programme, evidence, now, explain)
    trees = tuple(explain(top) for top in programme.requirements)
    return Explanation(programme.id, programme.version, trees)
