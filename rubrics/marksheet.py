"""One marker's levels and comments on one submission; what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rubrics.errors import UnknownLevelError, WrongVersionError
from rubrics.rubric import Criterion, Rubric
from rubrics.sentence import Sentence, say, say_many


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Marksheet:
    """Level ids and comments by criterion id. A criterion without a level is not marked yet.

    `rubric_hash` is the content hash of the rubric it was filled in on; None while that is the
    rubric at hand, as on a page that has just been sent.
    """

    levels: Mapping[str, str] = field(default_factory=_nothing, hash=False)
    comments: Mapping[str, str] = field(default_factory=_nothing, hash=False)
    rubric_hash: str | None = None

    def missing_levels(self, rubric: Rubric) -> tuple[Sentence, ...]:
        """Return a sentence for each criterion that has no level yet.

        Raises WrongVersionError, UnknownCriterionError, UnknownLevelError.
        """
        self.check_fits(rubric)
        return tuple(
            say(
                "rubrics.level-missing",
                "Choose a level for “%(criterion)s”.",
                criterion=one.title,
            )
            for one in rubric.marked_criteria
            if one.id not in self.levels
        )

    def missing(self, rubric: Rubric) -> tuple[Sentence, ...]:
        """Return a sentence for everything a marker has still to do: levels and comments.

        Raises WrongVersionError, UnknownCriterionError, UnknownLevelError.
        """
        short = (self._short_comment(one) for one in rubric.criteria)
        return self.missing_levels(rubric) + tuple(one for one in short if one is not None)

    def _short_comment(self, criterion: Criterion) -> Sentence | None:
        to_go = criterion.min_words - len(self.comments.get(criterion.id, "").split())
        if to_go <= 0:
            return None
        return say_many(
            "rubrics.comment-short",
            "Write one more word for “%(criterion)s”: at least %(least)s are asked for.",
            "Write %(count)s more words for “%(criterion)s”: at least %(least)s are asked for.",
            count=to_go,
            criterion=criterion.title,
            least=criterion.min_words,
        )

    def check_fits(self, rubric: Rubric) -> None:
        """Check that every level and comment belongs to this version of this rubric.

        Raises WrongVersionError, UnknownCriterionError, UnknownLevelError.
        """
        if self.rubric_hash not in (None, rubric.content_hash):
            raise WrongVersionError(
                say(
                    "rubrics.version-wrong",
                    "These marks were made on another version of the rubric “%(rubric)s”. "
                    "Open them with the version they were made on.",
                    rubric=rubric.title,
                )
            )
        for id in self.comments:
            rubric.criterion(id)
        for id, level in self.levels.items():
            _check_level(rubric, rubric.criterion(id), level)


def _check_level(rubric: Rubric, criterion: Criterion, level: str) -> None:
    if criterion.feedback_only:
        raise UnknownLevelError(
            say(
                "rubrics.level-not-asked",
                "“%(criterion)s” takes a comment only, no level.",
                criterion=criterion.title,
            )
        )
    rubric.rank(level)
