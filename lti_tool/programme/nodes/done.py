"""done: activities marked done or agreed to."""

from collections.abc import Iterable
from dataclasses import dataclass

from lti_tool.programme.definition import Programme, Requirement
from lti_tool.programme.errors import Fault
from lti_tool.programme.evidence import Done
from lti_tool.programme.explanation import Explained, State
from lti_tool.programme.nodes.node import Named, NodeKind, ReadChildren, View
from lti_tool.sentence import Sentence, say, say_many
from rubrics.reading.fields import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class AllDone(Requirement):
    """Every one of these activities is done."""

    activities: tuple[str, ...]

    @property
    def activity_ids(self) -> tuple[str, ...]:
        """The activities to be done."""
        return self.activities


def _read(fields: Fields, named: Named, _children: ReadChildren) -> AllDone:
    return AllDone(**named, activities=fields.references("activity", "done"))


def _explain(node: AllDone, view: View) -> Explained:
    facts = {id: view.evidence.done(id) for id in node.activities}
    found = [fact for fact in facts.values() if fact is not None]
    is_met = len(found) == len(facts)
    return Explained(
        requirement_id=node.id,
        label=node.label,
        state=State.MET if is_met else State.NOT_YET,
        done=len(found),
        needed=len(facts),
        sentence=_say_count(len(found), len(facts)),
        evidence_ids=tuple(fact.evidence_id for fact in found),
        next_step=next((id for id, fact in facts.items() if fact is None), None),
    )


def _say_count(done: int, needed: int) -> Sentence:
    if done == needed:
        return say("programme.done-met", "Done.")
    return say_many(
        "programme.done-to-go",
        "%(done)s of %(needed)s done, 1 to go.",
        "%(done)s of %(needed)s done, %(count)s to go.",
        count=needed - done,
        done=done,
        needed=needed,
    )


def _tell(node: AllDone, programme: Programme) -> Sentence:
    titles = "; ".join(programme.activity(id).title for id in node.activities)
    return say("criteria.done", "%(label)s (%(titles)s)", label=node.label, titles=titles)


def _check(node: AllDone, programme: Programme) -> Iterable[Fault]:
    for index, id in enumerate(node.activities):
        activity = programme.activity(id)
        if Done not in activity.yields:
            yield programme.source.fault(
                say(
                    "programme.never-done",
                    "“%(title)s” is never marked done, so this can never be met. Write "
                    "“passed: %(id)s” if its marked work counts.",
                    title=activity.title,
                    id=id,
                ),
                node.id,
                "done",
                index,
            )


KINDS = (NodeKind("done", AllDone, _read, _explain, _tell, _check),)
