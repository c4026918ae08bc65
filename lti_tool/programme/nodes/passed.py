"""passed: work that was marked on a rubric and accepted."""

from collections.abc import Iterable
from dataclasses import dataclass

from lti_tool.programme.definition import Programme, Requirement
from lti_tool.programme.errors import Fault
from lti_tool.programme.explanation import Explained, State
from lti_tool.programme.nodes.marked_work import explain_marked
from lti_tool.programme.nodes.node import Named, NodeKind, ReadChildren, View
from lti_tool.programme.rubric_parts import check_marked
from lti_tool.sentence import Sentence, say
from rubrics.reading.fields import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed(Requirement):
    """Work in this activity is accepted."""

    activity: str

    @property
    def activity_ids(self) -> tuple[str, ...]:
        """The activity whose work is to be accepted."""
        return (self.activity,)


def _read(fields: Fields, named: Named, _children: ReadChildren) -> Passed:
    return Passed(**named, activity=fields.reference("activity", "passed"))


def _explain(node: Passed, view: View) -> Explained:
    accepted = view.evidence.accepted(node.activity)
    return explain_marked(
        node, node.activity, view, shown_by=accepted[0] if accepted else None, say_state=_say_state
    )


def _say_state(state: State) -> Sentence:
    if state is State.MET:
        return say("programme.passed-met", "Accepted.")
    if state is State.PENDING:
        return say("programme.passed-pending", "Handed in. It waits to be marked.")
    return say("programme.passed-to-go", "Not accepted yet. Write it and hand it in.")


def _tell(node: Passed, programme: Programme) -> Sentence:
    return say(
        "criteria.passed",
        "%(label)s (“%(title)s”, marked on the rubric “%(rubric)s”)",
        label=node.label,
        title=programme.activity(node.activity).title,
        rubric=programme.rubric_of(node.activity).title,
    )


def _check(node: Passed, programme: Programme) -> Iterable[Fault]:
    return check_marked(programme, node.activity, node.id, "passed")


KINDS = (NodeKind("passed", Passed, _read, _explain, _tell, _check),)
