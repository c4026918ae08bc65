"""Messages captured from real LMSs, made ours: our parties, our target, our times."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jwt

from lti_tool.practice_lms.claims import LTI

VECTORS = Path(__file__).parents[1] / "vectors" / "lms"


def claims_from_capture(
    path: Path,
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    target: str | None,
    activity: str | None,
    case: str | None = None,
    issued_at: int | None = None,
) -> dict[str, Any]:
    """The claims of a captured launch with our own parties, target, activity and times in.

    `path` is a file of `tests/vectors/lms`; `case` names the variant in `id_token_quirks.json`.
    Everything else stays as the LMS sent it, the deployment and the service addresses included;
    so do target and activity when they are None.
    """
    captured = _captured(json.loads(path.read_text(encoding="utf-8")), case)
    now = int(time.time()) if issued_at is None else issued_at
    ours: dict[str, Any] = {
        "iss": issuer,
        "aud": client_id,
        "nonce": nonce,
        "iat": now,
        "exp": now + 60,
    }
    if target is not None:
        ours[LTI + "target_link_uri"] = target
    if activity is not None:
        ours[LTI + "custom"] = {**captured.get(LTI + "custom", {}), "activity": activity}
    return captured | ours | ({"azp": client_id} if "azp" in captured else {})


def capture_cases(path: Path) -> tuple[str, ...]:
    """The names of the variants in a file of many."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return tuple(case["name"] for case in document["cases"])


def _captured(document: Mapping[str, Any], case: str | None) -> dict[str, Any]:
    if case is not None:
        document = next(one for one in document["cases"] if one["name"] == case)
    if "id_token_claims" in document:
        return dict(document["id_token_claims"])
    if "payload" in document:
        return dict(document["payload"])
    payload = document["id_token"]["payload"]
    return dict(json.loads(jwt.utils.base64url_decode(payload)))
