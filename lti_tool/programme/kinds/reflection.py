"""Reflection: writing on a prompt, marked on a rubric."""

from dataclasses import dataclass
from typing import ClassVar

from lti_tool.programme.carried import later
from lti_tool.programme.definition import Activity
from lti_tool.programme.evidence import Marked, Submitted
from lti_tool.programme.kinds.kind import Common, Kind
from lti_tool.programme.roles import read_roles
from lti_tool.sentence import say
from rubrics.reading.fields import Fields, Keys

KEYS = Keys(
    required=("prompt", "words", "rubric"),
    optional=("identifier_check", "marking"),
    later=later("reflection"),
)
WORDS = Keys(required=("min", "max"))
MARKING = Keys(optional=("markers", "allocation"), later=later("marking"))
ALLOCATION = Keys(optional=("roles",), later=later("allocation"))
IDENTIFIER_CHECKS = ("none", "warn", "must-answer")


@dataclass(frozen=True, slots=True)
class Words:
    """How many words are asked for, both ends included."""

    min: int
    max: int

    @property
    def least(self) -> int:
        """The fewest that can be handed in: an empty text is no work."""
        return max(self.min, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reflection(Activity):
    """`markers` mark independently; `identifier_check` looks for what could point to a person."""

    yields: ClassVar = (Submitted, Marked)

    prompt: str
    words: Words
    rubric: str
    markers: int = 1
    roles: tuple[str, ...] = ("marker",)
    identifier_check: str = "none"

    @property
    def rubric_id(self) -> str | None:
        """The rubric this reflection is marked on."""
        return self.rubric

    @property
    def marker_roles(self) -> tuple[str, ...]:
        """Who may mark here; markers of the institution unless the file names others."""
        return self.roles


def count_words(text: str) -> int:
    """Return how many words a text has as the page counts them: what spaces set apart."""
    return len(text.split())


def _read(fields: Fields, common: Common) -> Reflection:
    _check_markers_may_read(fields, common["privacy"])
    marking = fields.group("marking", MARKING)
    allocation = marking.group("allocation", ALLOCATION)
    return Reflection(
        **common,
        prompt=fields.text("prompt"),
        words=_read_words(fields),
        rubric=fields.reference("rubric", "rubric"),
        markers=marking.whole("markers", 1, least=1),
        roles=read_roles(allocation, "roles") or ("marker",),
        identifier_check=fields.choice("identifier_check", IDENTIFIER_CHECKS, "none"),
    )


def _read_words(activity: Fields) -> Words:
    fields = activity.group("words", WORDS)
    words = Words(fields.whole("min"), fields.whole("max", least=1))
    if words.min > words.max:
        fields.fault(
            "min",
            say(
                "programme.words-crossed",
                "The fewest words (%(min)s) are more than the most (%(max)s). Swap them.",
                min=words.min,
                max=words.max,
            ),
        )
    return words


def _check_markers_may_read(fields: Fields, privacy: str) -> None:
    if privacy != "markers":
        fields.fault(
            "privacy",
            say(
                "programme.reflection-unread",
                "A reflection is read by its markers. Write “privacy: markers” here, so that the "
                "student is told.",
            ),
        )


KIND = Kind(name="reflection", keys=KEYS, read=_read)
