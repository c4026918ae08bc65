"""What the leaves that look at marked work have in common."""

from collections.abc import Callable

from lti_tool.programme.definition import Requirement
from lti_tool.programme.evidence import Marked
from lti_tool.programme.explanation import Explained, State
from lti_tool.programme.nodes.node import View
from lti_tool.sentence import Sentence


def explain_marked(
    node: Requirement,
    activity_id: str,
    view: View,
    *,
    shown_by: Marked | None,
    say_state: Callable[[State], Sentence],
) -> Explained:
    """Explain a leaf that one mark can meet: met by it, pending while work waits, else not yet."""
    waiting = view.evidence.waiting(activity_id)
    state = State.MET if shown_by else State.PENDING if waiting else State.NOT_YET
    rests_on = shown_by or waiting
    return Explained(
        requirement_id=node.id,
        label=node.label,
        state=state,
        done=int(state is State.MET),
        needed=1,
        sentence=say_state(state),
        evidence_ids=(rests_on.evidence_id,) if rests_on else (),
        next_step=activity_id if state is State.NOT_YET else None,
    )
