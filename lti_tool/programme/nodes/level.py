"""level: accepted work reached a level on one criterion."""

from collections.abc import Iterable
from dataclasses import dataclass

from lti_tool.programme.definition import Programme, Requirement
from lti_tool.programme.errors import Fault
from lti_tool.programme.evidence import Marked
from lti_tool.programme.explanation import Explained, State
from lti_tool.programme.nodes.marked_work import explain_marked
from lti_tool.programme.nodes.node import Named, NodeKind, ReadChildren, View
from lti_tool.programme.rubric_parts import check_criterion, check_level, check_marked
from lti_tool.sentence import Sentence, say
from rubrics.reading.fields import Fields, Keys
from rubrics.rubric import Rubric

LEVEL = Keys(required=("of", "criterion", "min"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelReached(Requirement):
    """Accepted work in `activity` is at level `min` or higher on `criterion`."""

    activity: str
    criterion: str
    min: str

    @property
    def activity_ids(self) -> tuple[str, ...]:
        """The activity whose marks are looked at."""
        return (self.activity,)


def _read(fields: Fields, named: Named, _children: ReadChildren) -> LevelReached:
    rule = fields.group("level", LEVEL)
    return LevelReached(
        **named,
        activity=rule.reference("activity", "of"),
        criterion=rule.identifier("criterion"),
        min=rule.identifier("min"),
    )


def _explain(node: LevelReached, view: View) -> Explained:
    """Only accepted work counts: the levels a badge shows are those of the accepted work."""
    rubric = view.programme.rubric_of(node.activity)
    marks = view.evidence.accepted(node.activity)
    reaching = (mark for mark in marks if _reaches(mark, node, rubric))
    return explain_marked(
        node, node.activity, view, shown_by=next(reaching, None), say_state=_say_state
    )


def _reaches(mark: Marked, node: LevelReached, rubric: Rubric) -> bool:
    """Compare by the programme's rubric. A level of an older version it dropped doesn't count."""
    level = mark.levels.get(node.criterion)
    return level in rubric.levels and rubric.rank(level) >= rubric.rank(node.min)


def _say_state(state: State) -> Sentence:
    if state is State.MET:
        return say("programme.level-met", "Reached.")
    if state is State.PENDING:
        return say("programme.level-pending", "Your work is handed in and waits to be marked.")
    return say("programme.level-to-go", "Not reached yet. The rubric says what is looked for.")


def _tell(node: LevelReached, programme: Programme) -> Sentence:
    criterion = programme.rubric_of(node.activity).criterion(node.criterion)
    return say(
        "criteria.level",
        "%(label)s (“%(title)s”: “%(criterion)s” at the level “%(level)s” or higher)",
        label=node.label,
        title=programme.activity(node.activity).title,
        criterion=criterion.title,
        level=next(level.name for level in criterion.levels if level.id == node.min),
    )


def _check(node: LevelReached, programme: Programme) -> Iterable[Fault]:
    yield from check_marked(programme, node.activity, node.id, "level", "of")
    yield from check_criterion(
        programme, node.activity, node.criterion, node.id, "level", "criterion"
    )
    yield from check_level(programme, node.activity, node.min, node.id, "level", "min")


KINDS = (NodeKind("level", LevelReached, _read, _explain, _tell, _check),)
