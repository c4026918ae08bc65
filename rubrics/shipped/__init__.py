"""Original rubrics that come with the library, as frozen values."""

from functools import cache
from importlib.resources import files

from rubrics.loading import load_rubric
from rubrics.rubric import Rubric


@cache
def reflective_depth() -> Rubric:
    """Return "Depth of reflection": five criteria, four levels, and a comment.

    The wording is original; `informed_by` names the work whose structure was considered.
    """
    name = "reflective-depth.yaml"
    return load_rubric(files("rubrics.shipped").joinpath(name).read_bytes(), path=name)
