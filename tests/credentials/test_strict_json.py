"""Reading JSON strictly takes work in proportion to the file."""

from contextlib import suppress

import pytest

from credentials import strict_json
from credentials.errors import UnreadableError
from tests.support.effort import calls_made_by

NAMES = [f"n{number}" for number in range(20_000)]


def an_object_of(names):
    return ("{" + ",".join(f'"{name}":1' for name in names) + "}").encode()


def refuse(data):
    with suppress(UnreadableError):
        strict_json.read_object(data)


def test_finding_the_name_said_twice_does_not_look_at_every_pair():
    data = an_object_of([*NAMES, NAMES[-1]])

    assert calls_made_by(lambda: refuse(data)) < 1000


def test_the_name_said_twice_is_told():
    with pytest.raises(UnreadableError, match="“n7” twice"):
        strict_json.read_object(an_object_of([*NAMES, "n7"]))
