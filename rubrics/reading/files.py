"""From a whole file to a value, or to everything there is to mend in it."""

from collections.abc import Callable
from typing import TypeVar

from rubrics.reading.faults import Reading, StopReadingError
from rubrics.reading.nodes import Node
from rubrics.reading.yaml_text import decode, read_nodes

_Value = TypeVar("_Value")


def read_file(
    text: str | bytes, reading: Reading, read: Callable[[Node, Reading], _Value]
) -> _Value | None:
    """Return what `read` makes of the file; None when there is any fault in `reading`."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    try:
        value = _read(data, reading, read)
    except StopReadingError:
        return None
    return None if reading.faults else value


def _read(data: bytes, reading: Reading, read: Callable[[Node, Reading], _Value]) -> _Value | None:
    decoded = decode(data, reading)
    node = None if decoded is None else read_nodes(decoded, reading)
    return None if node is None else read(node, reading)
