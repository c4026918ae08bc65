"""Every error this library raises, as one tree.

RubricsError
├─ RubricFileError        the file has faults; carries all of them
├─ UnknownCriterionError  a criterion the rubric doesn't have
├─ UnknownLevelError      a level the rubric doesn't have, or one set where none is asked for
├─ IncompleteMarksError   an outcome was asked for before every criterion has a level
└─ WrongVersionError      the marks were made on another version of the rubric
"""

from rubrics.reading.faults import Fault
from rubrics.sentence import Sentence, say


class RubricsError(Exception):
    """Anything this library refuses, with the sentence that says why."""

    def __init__(self, sentence: Sentence) -> None:
        """Keep the sentence; `str()` is its English rendering."""
        super().__init__(str(sentence))
        self.sentence = sentence


class RubricFileError(RubricsError):
    """The file cannot be used as it stands. `faults` says everything there is to mend."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep the faults, in the order of the file."""
        super().__init__(
            say("rubrics.file-faults", "%(faults)s", faults="\n".join(map(str, faults)))
        )
        self.faults = faults


class UnknownCriterionError(RubricsError):
    """A criterion was named that the rubric doesn't have."""


class UnknownLevelError(RubricsError):
    """A level was named that the rubric doesn't have, or where none is asked for."""


class IncompleteMarksError(RubricsError):
    """Levels are missing. `missing` has one sentence for each."""

    def __init__(self, missing: tuple[Sentence, ...]) -> None:
        """Keep what is missing."""
        super().__init__(
            say(
                "rubrics.marks-incomplete",
                "The marks are not complete yet. %(missing)s",
                missing=" ".join(map(str, missing)),
            )
        )
        self.missing = missing


class WrongVersionError(RubricsError):
    """Marks made on one version of a rubric say nothing about another."""
