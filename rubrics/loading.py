"""Rubric from a YAML or JSON file, errors with line numbers."""

from rubrics.errors import RubricFileError
from rubrics.reading.faults import Reading
from rubrics.reading.fields import Fields, Keys
from rubrics.reading.files import read_file
from rubrics.reading.nodes import Node
from rubrics.rubric import Criterion, Decision, Enough, Level, Rubric
from rubrics.sentence import say, say_many

RUBRIC = Keys(
    required=("id", "version", "title", "type", "levels", "decision", "criteria"),
    optional=("informed_by", "never_marked"),
)
CRITERION = Keys(
    required=("id", "title"),
    optional=("levels", "gate", "feedback_only", "min_words", "note_to_markers"),
)
DECISION = Keys(required=("accepted_if", "otherwise"))
ACCEPTED_IF = Keys(optional=("every_criterion", "every_gate", "and"))
ENOUGH = Keys(required=("level", "in_at_least"), optional=("of",))


def load_rubric(text: str | bytes, *, path: str = "rubric.yaml") -> Rubric:
    """Read a file that holds one rubric, in YAML or JSON.

    Raises RubricFileError, which carries every fault found.
    """
    reading = Reading(path)
    rubric = read_file(text, reading, read_rubric)
    if rubric is None:
        raise RubricFileError(reading.in_order())
    return rubric


def read_rubric(node: Node, reading: Reading) -> Rubric:
    """Read one rubric from a node of a larger file; what is wrong goes to `reading.faults`."""
    fields = Fields(node, RUBRIC, reading)
    fields.choice("type", ("analytic",))
    levels = fields.identifiers("levels")
    seen: set[str] = set()
    criteria = tuple(
        _read_criterion(Fields(one, CRITERION, reading), levels, seen)
        for one in fields.items("criteria")
    )
    return Rubric(
        id=fields.declared("rubric"),
        version=fields.whole("version", least=1),
        title=fields.text("title"),
        levels=levels,
        criteria=criteria,
        decision=_read_decision(fields, levels, criteria),
        informed_by=fields.texts("informed_by"),
        never_marked=fields.texts("never_marked"),
    )


def _read_criterion(fields: Fields, levels: tuple[str, ...], seen: set[str]) -> Criterion:
    feedback_only = fields.flag("feedback_only")
    _check_has_levels(fields, feedback_only=feedback_only)
    return Criterion(
        id=_unique_in_rubric(fields, seen),
        title=fields.text("title"),
        levels=() if feedback_only else _read_levels(fields, levels),
        gate=fields.flag("gate"),
        feedback_only=feedback_only,
        min_words=fields.whole("min_words"),
        note_to_markers=fields.text("note_to_markers"),
    )


def _unique_in_rubric(fields: Fields, seen: set[str]) -> str:
    id = fields.identifier("id")
    if id in seen:
        fields.fault(
            "id",
            say(
                "rubrics.criterion-repeated",
                "This rubric already has a criterion “%(id)s”. Choose another id.",
                id=id,
            ),
        )
    seen.add(id)
    return id


def _check_has_levels(fields: Fields, *, feedback_only: bool) -> None:
    if feedback_only and fields.has("levels"):
        fields.fault(
            "levels",
            say(
                "rubrics.levels-not-asked",
                "A criterion for feedback only takes no levels. Take them out, or take "
                "“feedback_only” out.",
            ),
        )
    if not feedback_only and not fields.has("levels"):
        fields.fault(
            "levels",
            say(
                "rubrics.levels-missing",
                "This criterion has no levels. Describe each, or add “feedback_only: true”.",
            ),
        )


def _read_levels(fields: Fields, levels: tuple[str, ...]) -> tuple[Level, ...]:
    """Read the descriptors: every level of the rubric needs one, in the rubric's order."""
    descriptors = fields.texts_by_key("levels", levels)
    if fields.has("levels"):
        for level in (one for one in levels if one not in descriptors):
            fields.fault(
                "levels",
                say(
                    "rubrics.descriptor-missing",
                    "The level “%(level)s” is not described here. Say what such work looks like.",
                    level=level,
                ),
            )
    return tuple(
        Level(id, id.replace("-", " ").capitalize(), words) for id, words in descriptors.items()
    )


def _read_decision(
    rubric: Fields, levels: tuple[str, ...], criteria: tuple[Criterion, ...]
) -> Decision:
    fields = rubric.group("decision", DECISION)
    rule = fields.group("accepted_if", ACCEPTED_IF)
    fields.choice("otherwise", ("not-yet",))
    decision = Decision(
        every_criterion=rule.choice("every_criterion", levels) or None,
        every_gate=rule.choice("every_gate", levels) or None,
        enough=_read_enough(rule, levels, criteria),
    )
    _check_decides(decision, rule, criteria)
    return decision


def _read_enough(
    rule: Fields, levels: tuple[str, ...], criteria: tuple[Criterion, ...]
) -> Enough | None:
    if not rule.has("and"):
        return None
    fields = rule.group("and", ENOUGH)
    enough = Enough(
        level=fields.choice("level", levels),
        in_at_least=fields.whole("in_at_least", least=1),
        without_gates=fields.choice("of", ("all", "not-gates"), "all") == "not-gates",
    )
    counted = [
        one for one in criteria if not one.feedback_only and not (enough.without_gates and one.gate)
    ]
    if enough.in_at_least > len(counted):
        fields.fault(
            "in_at_least",
            say_many(
                "rubrics.decision-too-many",
                "Only one criterion counts here, so nothing could ever be accepted. Ask for 1.",
                "Only %(count)s criteria count here, so nothing could ever be accepted. "
                "Ask for fewer.",
                count=len(counted),
            ),
        )
    return enough


def _check_decides(decision: Decision, rule: Fields, criteria: tuple[Criterion, ...]) -> None:
    if decision.every_gate and not any(one.gate for one in criteria):
        rule.fault(
            "every_gate",
            say(
                "rubrics.decision-no-gates",
                "No criterion of this rubric is a gate. Add “gate: true” to one, or take "
                "“every_gate” out.",
            ),
        )
    if not any(rule.has(key) for key in ACCEPTED_IF.known):
        rule.reading.fault(
            rule.node.place,
            say(
                "rubrics.decision-empty",
                "Say when work is accepted: every_criterion, every_gate or and.",
            ),
        )
