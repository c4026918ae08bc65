"""The result as a table to read and as JSON to compare with an earlier one."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from tests.benchmarks.measures import Measure

HEAD = ("measure", "ours", "peer", "ratio", "unit", "peer is")
NUMBERS = frozenset({1, 2, 3})


def as_table(measures: Iterable[Measure]) -> str:
    """Aligned columns; numbers stand to the right."""
    rows = [HEAD, *(_row(measure) for measure in measures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    return "\n".join(_line(row, widths) for row in rows)


def as_json(measures: Iterable[Measure], *, machine: str) -> str:
    """Measure to {ours, peer, ratio, unit, beside}, and the machine it was measured on."""
    found: dict[str, Any] = {"machine": machine}
    for measure in measures:
        found[measure.name] = {
            "ours": round(measure.ours, 2),
            "peer": _rounded(measure.peer),
            "ratio": _rounded(measure.ratio),
            "unit": measure.unit,
            "beside": measure.beside or None,
        }
    return json.dumps(found, indent=2) + "\n"


def _row(measure: Measure) -> tuple[str, ...]:
    ratio = f"{measure.ratio:.2f}x" if measure.ratio is not None else "-"
    peer = f"{measure.peer:.1f}" if measure.peer is not None else "-"
    return measure.name, f"{measure.ours:.1f}", peer, ratio, measure.unit, measure.beside


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (
        cell.rjust(width) if place in NUMBERS else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 2)
