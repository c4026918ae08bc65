"""What was measured, and how: rounds in which everybody takes a turn, and the median of them."""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

Seconds = Callable[[], float]
"""A clock: `time.process_time` for the processor's work, `time.perf_counter` for waiting too."""

Round = Callable[[], float]
"""Does one round of work; returns how many things were done per second."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the result, under a name of its own; `peer` is None when nobody is beside us."""

    name: str
    ours: float
    unit: str
    peer: float | None = None
    beside: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours as a multiple of the peer's."""
        return self.ours / self.peer if self.peer else None


def timed(work: Callable[[], object], *, times: int, clock: Seconds = time.process_time) -> Round:
    """A round of doing `work` so many times without a pause."""

    def do() -> float:
        began = clock()
        for _ in range(times):
            work()
        return times / (clock() - began)

    return do


def medians(rounds_of: Mapping[str, Round], *, rounds: int) -> dict[str, float]:
    """The median rate of each, after one round that doesn't count.

    Everybody has a turn in every round, so that what else the machine does troubles all alike.
    """
    for warm_up in rounds_of.values():
        warm_up()
    rates: dict[str, list[float]] = {name: [] for name in rounds_of}
    for _ in range(rounds):
        for name, do in rounds_of.items():
            gc.collect()  # nobody pays for what the one before left behind
            rates[name].append(do())
    return {name: median(found) for name, found in rates.items()}
