"""Programmes that come with the tool, with their badge images."""

from functools import cache
from importlib.resources import files

from lti_tool.programme.definition import Programme
from lti_tool.programme.loading import load_programme

_FOLDER = files("lti_tool.programme.shipped")
_ENDING = ".yaml"


def shipped_ids() -> tuple[str, ...]:
    """Return the ids of the programmes that come with the tool, in alphabetical order."""
    names = (entry.name for entry in _FOLDER.iterdir() if entry.name.endswith(_ENDING))
    return tuple(sorted(name.removesuffix(_ENDING) for name in names))


def shipped_text(id: str) -> str:
    """Return a shipped programme's file as text. Raises FileNotFoundError."""
    return _FOLDER.joinpath(id + _ENDING).read_text("utf-8")


@cache
def shipped(id: str) -> Programme:
    """Return a shipped programme. Raises FileNotFoundError."""
    return load_programme(shipped_text(id), path=id + _ENDING)


def shipped_image(name: str) -> bytes:
    """Return a badge image by the name a programme file gives it. Raises FileNotFoundError.

    `name` comes from a loaded programme, whose loader lets no name lead out of the folder.
    """
    return _FOLDER.joinpath(name).read_bytes()
