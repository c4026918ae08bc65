"""How much work a run does: the whole run, a quick look, or just enough to see that it works."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """How often each thing is done; `rounds` is how often each tool gets its turn.

    `workers` processes serve, and `browsers` launch at once. All counts of launches, badges and
    awards are per round. `memory_launches` and `memory_awards` are the points at which resident
    memory is read, each counted from the start.
    """

    rounds: int
    launches: int
    served_launches: int
    workers: int
    browsers: int
    badges: int
    awards: int
    memory_launches: tuple[int, ...]
    memory_awards: tuple[int, ...]


FULL = Sizes(
    rounds=5,
    launches=40,
    served_launches=120,
    workers=2,
    browsers=4,
    badges=10,
    awards=20,
    memory_launches=(200, 1000),
    memory_awards=(40, 200),
)
QUICK = Sizes(
    rounds=5,
    launches=8,
    served_launches=20,
    workers=2,
    browsers=4,
    badges=2,
    awards=3,
    memory_launches=(20, 60),
    memory_awards=(4, 12),
)
TINY = Sizes(
    rounds=1,
    launches=1,
    served_launches=2,
    workers=1,
    browsers=1,
    badges=1,
    awards=1,
    memory_launches=(1, 2),
    memory_awards=(1, 2),
)
