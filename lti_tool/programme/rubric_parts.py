"""Do the criteria and levels a programme names exist on the rubric they are looked up on?"""

from collections.abc import Iterable, Iterator

from lti_tool.programme.definition import Programme
from lti_tool.programme.errors import Fault
from lti_tool.programme.evidence import Marked
from lti_tool.sentence import say
from rubrics.reading.faults import did_you_mean
from rubrics.rubric import Rubric


def _rubrics(programme: Programme, activity_id: str) -> Iterator[Rubric]:
    """Yield the activity's rubric when it is marked on one; nothing otherwise."""
    if Marked in programme.activity(activity_id).yields:
        yield programme.rubric_of(activity_id)


def check_marked(
    programme: Programme, activity_id: str, id: str, *steps: str | int
) -> Iterable[Fault]:
    """Yield a fault when the activity is never marked. `id` and `steps` lead to its mention."""
    if not any(_rubrics(programme, activity_id)):
        yield programme.source.fault(
            say(
                "programme.not-marked",
                "“%(title)s” is not marked on a rubric, so this can never be met. Name an "
                "activity that is.",
                title=programme.activity(activity_id).title,
            ),
            id,
            *steps,
        )


def check_criterion(
    programme: Programme, activity_id: str, criterion: str, id: str, *steps: str | int
) -> Iterable[Fault]:
    """Yield a fault when the activity's rubric has no such criterion with levels."""
    for rubric in _rubrics(programme, activity_id):
        known = [one.id for one in rubric.marked_criteria]
        if criterion not in known:
            yield programme.source.fault(
                say(
                    "programme.criterion-unknown",
                    "The rubric “%(rubric)s” has no criterion “%(criterion)s” with levels. "
                    "%(hint)s",
                    rubric=rubric.title,
                    criterion=criterion,
                    hint=did_you_mean(criterion, known),
                ),
                id,
                *steps,
            )


def check_level(
    programme: Programme, activity_id: str, level: str, id: str, *steps: str | int
) -> Iterable[Fault]:
    """Yield a fault when the activity's rubric has no such level."""
    for rubric in _rubrics(programme, activity_id):
        if level not in rubric.levels:
            yield programme.source.fault(
                say(
                    "programme.level-unknown",
                    "The rubric “%(rubric)s” has no level “%(level)s”. %(hint)s",
                    rubric=rubric.title,
                    level=level,
                    hint=did_you_mean(level, rubric.levels),
                ),
                id,
                *steps,
            )
