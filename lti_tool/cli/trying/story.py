"""The walkthrough's steps, said in plain words as they happen; a failed one ends it."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
import requests

from lti_tool.cli.saying import words
from lti_tool.cli.trying.processes import Processes, TroubleError
from lti_tool.practice_lms.forms import FormError
from lti_tool.sentence import Sentence, say


class UnexpectedError(Exception):
    """A page or a file is not what the story says; the sentence says what it is instead."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class Story:
    """Numbers the steps and says them."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._number = 0

    @contextmanager
    def step(self, sentence: Sentence) -> Iterator[None]:
        """Say the step, then do what is in the block; raises TroubleError when it goes wrong."""
        self._number += 1
        click.echo(f"{self._number:>3}. {words(sentence)}")
        try:
            yield
        except UnexpectedError as error:
            raise self._trouble(sentence, error.sentence) from error
        except (FormError, requests.RequestException) as error:
            raise self._trouble(sentence, error) from error

    def _trouble(self, step: Sentence, reason: object) -> TroubleError:
        return TroubleError(
            "walkthrough.step-failed",
            say(
                "walkthrough.step-failed",
                "Step %(number)s went wrong: %(step)s %(reason)s",
                number=self._number,
                step=step,
                reason=reason,
            ),
            log=self._processes.tails(),
        )
