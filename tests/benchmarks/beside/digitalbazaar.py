"""npm @digitalbazaar/vc as a program that stays running, so that it is measured warm."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from credentials import contexts
from tests.benchmarks.measures import Round

NAME = "npm @digitalbazaar/vc"
INTEROP = Path(__file__).resolve().parents[2] / "interop"
SCRIPT = Path(__file__).with_suffix(".mjs")


class DigitalBazaar:
    """Does what it is asked to, one line in and one line out."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def round(self, work: str, credential: Mapping[str, Any], *, times: int) -> Round:
        """A round of signing or verifying (`work` is `sign` or `verify`) this many times."""
        question = json.dumps({"work": work, "credential": credential, "times": times})

        def do() -> float:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(question + "\n")
            self._process.stdin.flush()
            seconds: float = json.loads(self._process.stdout.readline())["seconds"]
            return times / seconds

        return do


@contextmanager
def digitalbazaar(
    did_document: Mapping[str, Any], folder: Path, *, now: datetime
) -> Iterator[DigitalBazaar | None]:
    """The library, ready to work; None where it is not installed."""
    if not (INTEROP / "node_modules").exists():
        yield None
        return
    documents = {url: contexts.bundled(url) for url in contexts.FILES}
    documents[did_document["id"]] = dict(did_document)
    given = {
        "documents": documents,
        "controller": did_document["id"],
        "now": now.isoformat(),
    }
    told = folder / "digitalbazaar.json"
    told.write_text(json.dumps(given))
    node = shutil.which("node") or str(Path(sys.executable).parent / "node")
    with subprocess.Popen(
        [node, "--input-type=module", "--eval", SCRIPT.read_text(), str(told)],
        cwd=INTEROP,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield DigitalBazaar(process)
