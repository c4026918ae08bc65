"""The bundled contexts are the bytes the README says they are."""

import hashlib
import re
from importlib import resources

import pytest

from credentials import contexts
from credentials.errors import UnknownContextError

FOLDER = resources.files("credentials.contexts")
README = FOLDER.joinpath("README.md").read_text("utf-8")


@pytest.mark.parametrize(("url", "name"), contexts.FILES.items())
def test_each_context_has_the_digest_its_readme_gives(url, name):
    digest = hashlib.sha256(FOLDER.joinpath(name).read_bytes()).hexdigest()

    assert re.search(rf"^\| {re.escape(url)} \| `{name}` .*`{digest}` \|$", README, re.MULTILINE)


def test_no_file_is_there_that_is_not_named():
    found = {path.name for path in FOLDER.iterdir() if path.name.endswith(".json")}

    assert found == set(contexts.FILES.values())


def test_any_other_context_is_refused():
    with pytest.raises(UnknownContextError):
        contexts.bundled("https://www.w3.org/2018/credentials/v1")
