"""Published test data kept beside the project; tests that need it skip where it is not."""

from pathlib import Path

import pytest

_FOLDER = Path(__file__).resolve().parents[3] / "shared" / "open-badges"


def published(name: str) -> bytes:
    """The file as its publisher wrote it."""
    path = _FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the project")
    return path.read_bytes()
