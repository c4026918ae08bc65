"""Programme, Module, Requirement, BadgeDefinition."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Protocol, TypeVar

from lti_tool.programme.errors import Fault, UnknownIdError
from lti_tool.programme.evidence import Fact
from lti_tool.programme.source import Source
from lti_tool.sentence import say
from rubrics.rubric import Rubric


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Something a student does. Each kind adds what it needs (see kinds/).

    `privacy` is one of the programme's privacy levels: who can read what a student enters.
    `minutes` is the time to plan for; `outcomes` are ids of what a student can do afterwards.
    `yields` are the kinds of facts the activity can leave.
    """

    yields: ClassVar[tuple[type[Fact], ...]] = ()

    id: str
    kind: str
    title: str
    privacy: str
    minutes: int | None = None
    outcomes: tuple[str, ...] = ()

    @property
    def rubric_id(self) -> str | None:
        """The rubric this activity is marked on, if it is marked."""
        return None

    @property
    def marker_roles(self) -> tuple[str, ...]:
        """Who may mark here: office roles, and `course-instructor` for the LMS's instructor."""
        return ()


@dataclass(frozen=True, slots=True)
class Module:
    """Activities that belong together, in the order they are shown."""

    id: str
    title: str
    intro: str
    activities: tuple[Activity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One node of a requirement tree, named so that people can talk about it (see nodes/)."""

    id: str
    label: str

    @property
    def children(self) -> tuple["Requirement", ...]:
        """The requirements inside this one."""
        return ()

    @property
    def activity_ids(self) -> tuple[str, ...]:
        """The activities this node looks at itself."""
        return ()

    @property
    def requirement_ids(self) -> tuple[str, ...]:
        """The other top-level requirements this node looks at."""
        return ()

    def walk(self) -> Iterator["Requirement"]:
        """Yield this node and everything inside it, from the top down."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class BadgeResultRule:
    """A rubric level that travels inside the signed badge (Open Badges 3.0 Result)."""

    from_: str
    criterion: str
    share: Literal["always", "student-chooses"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeDefinition:
    """A badge offered when the requirement `when` is met.

    `validity` is `unlimited` or an ISO 8601 duration; `image` the safe relative name
    of an SVG file.
    """

    id: str
    kind: str
    name: str
    achievement_type: str
    when: str
    image: str
    results: tuple[BadgeResultRule, ...] = ()
    criteria_text: str = "from-requirement"
    validity: str = "unlimited"
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LearningOutcome:
    """What a student can do at the end."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Privacy:
    """Privacy levels by id with the words shown beside every box, and the level taken unsaid."""

    levels: Mapping[str, str]
    default: str


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_SomeNamed = TypeVar("_SomeNamed", bound=_Named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One version of a programme, as its file says it.

    `digest` is the SHA-256 of the whole parsed file and is the version's identity: a published
    version is frozen. `carried` has a notice for each part of the file that is kept and not acted
    upon yet.
    """

    id: str
    version: str
    status: Literal["draft", "published", "retired"]
    language: str
    title: str
    summary: str
    contact: str
    privacy: Privacy
    release_roles: tuple[str, ...]
    outcomes: tuple[LearningOutcome, ...]
    modules: tuple[Module, ...]
    requirements: tuple[Requirement, ...]
    badges: tuple[BadgeDefinition, ...]
    rubrics: tuple[Rubric, ...]
    digest: str
    carried: tuple[Fault, ...] = ()
    source: Source = field(repr=False, compare=False)

    @property
    def activities(self) -> tuple[Activity, ...]:
        """Every activity, in the order of the file."""
        return tuple(one for module in self.modules for one in module.activities)

    def activity(self, id: str) -> Activity:
        """Return an activity by its id. Raises UnknownIdError."""
        return _find(id, self.activities)

    def module_of(self, activity_id: str) -> Module:
        """Return the module an activity belongs to. Raises UnknownIdError."""
        wanted = self.activity(activity_id)
        return next(module for module in self.modules if wanted in module.activities)

    def requirement(self, id: str) -> Requirement:
        """Return a requirement by its id, wherever it stands in a tree. Raises UnknownIdError."""
        return _find(id, (node for top in self.requirements for node in top.walk()))

    def badge(self, id: str) -> BadgeDefinition:
        """Return a badge by its id. Raises UnknownIdError."""
        return _find(id, self.badges)

    def rubric(self, id: str) -> Rubric:
        """Return a rubric by its id. Raises UnknownIdError."""
        return _find(id, self.rubrics)

    def rubric_of(self, activity_id: str) -> Rubric:
        """Return the rubric an activity is marked on. Raises UnknownIdError when it isn't."""
        return self.rubric(self.activity(activity_id).rubric_id or "")


def _find(id: str, candidates: Iterable[_SomeNamed]) -> _SomeNamed:
    for one in candidates:
        if one.id == id:
            return one
    raise UnknownIdError(
        say(
            "programme.id-unknown",
            "This version of the programme has nothing with the id “%(id)s”.",
            id=id,
        )
    )
