"""Every error this room raises.

ProgrammeError
├─ ProgrammeFileError   the file has faults; carries all of them
└─ UnknownIdError       an id this version of the programme doesn't have
"""

from lti_tool.sentence import Sentence, say
from rubrics.reading.faults import Fault

__all__ = ["Fault", "ProgrammeError", "ProgrammeFileError", "UnknownIdError"]


class ProgrammeError(Exception):
    """Anything this room refuses, with the sentence that says why."""

    def __init__(self, sentence: Sentence) -> None:
        """Keep the sentence; `str()` is its English rendering."""
        super().__init__(str(sentence))
        self.sentence = sentence


class ProgrammeFileError(ProgrammeError):
    """The file cannot be used as it stands. `faults` says everything there is to mend."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep the faults, in the order of the file."""
        super().__init__(
            say("programme.file-faults", "%(faults)s", faults="\n".join(map(str, faults)))
        )
        self.faults = faults


class UnknownIdError(ProgrammeError):
    """An id that this version of the programme doesn't have."""
