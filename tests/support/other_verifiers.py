"""Somebody else's verifiers, run as their own programs."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from credentials import contexts

_FOLDER = Path(__file__).resolve().parents[1] / "interop"


@dataclass(frozen=True)
class Verdict:
    """What the other verifier said, and why."""

    verified: bool
    reasons: tuple[str, ...]


def digitalbazaar_verdict(
    credential: Mapping[str, Any], *did_documents: Mapping[str, Any], now: datetime
) -> Verdict:
    """What npm @digitalbazaar/vc says of a signed credential, given these DID documents."""
    if not (_FOLDER / "node_modules").exists():
        # Never left out in silence: that others accept our badges is what the badges are for.
        pytest.fail(
            "The other verifiers are not installed. `make test` installs them; without make, run "
            "`python tests/interop/install.py`, then this test again."
        )
    documents = {url: contexts.bundled(url) for url in contexts.FILES}
    documents |= {document["id"]: dict(document) for document in did_documents}
    question = {"credential": credential, "documents": documents, "now": now.isoformat()}
    node = shutil.which("node") or str(Path(sys.executable).parent / "node")
    done = subprocess.run(
        [node, "verify.mjs"],
        cwd=_FOLDER,
        input=json.dumps(question),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    return Verdict(answer["verified"], tuple(answer["reasons"]))
