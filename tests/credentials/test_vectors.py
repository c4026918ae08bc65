"""The files in tests/vectors/credentials: made by us, and judged as each deserves."""

import pytest

from credentials.errors import UnreadableError
from tests.support import credential_vectors as vectors


def test_making_the_vectors_again_gives_the_same_bytes():
    found = {path.name: path.read_bytes() for path in vectors.FOLDER.iterdir()}
    del found["README.md"]

    assert found == vectors.files()


@pytest.mark.parametrize(("name", "expected"), vectors.EXPECTED.items())
def test_each_vector_is_judged_as_it_deserves(name, expected):
    data = (vectors.FOLDER / name).read_bytes()

    if expected == "unreadable":
        with pytest.raises(UnreadableError):
            vectors.world().verify(data)
        return
    report = vectors.world().verify(data)
    if expected in ("verified", "not_checked"):
        assert report.outcome == expected
    else:
        assert report.outcome == "failed"
        assert report[expected].outcome == "failed"
