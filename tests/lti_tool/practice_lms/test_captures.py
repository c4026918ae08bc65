"""Every captured launch can be replayed as ours."""

import pytest

from lti_tool.practice_lms.claims import LTI
from tests.support.captured import VECTORS, capture_cases, claims_from_capture

QUIRKS = VECTORS / "canvas" / "id_token_quirks.json"
LAUNCHES = [
    *sorted(VECTORS.glob("moodle/*launch-*.json")),
    VECTORS / "canvas" / "id_token_student.json",
    VECTORS / "canvas" / "id_token_instructor.json",
]


def _ours(path, case=None):
    return claims_from_capture(
        path,
        issuer="http://127.0.0.1:8001",
        client_id="client",
        nonce="fresh",
        target="http://localhost/launch",
        activity="taster/read",
        case=case,
        issued_at=1000,
    )


def _assert_ours(claims):
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (
        "http://127.0.0.1:8001",
        "client",
        "fresh",
    )
    assert (claims["iat"], claims["exp"]) == (1000, 1060)
    assert claims.get("azp", "client") == "client"
    assert claims[LTI + "target_link_uri"] == "http://localhost/launch"
    assert claims[LTI + "custom"]["activity"] == "taster/read"


@pytest.mark.parametrize("path", LAUNCHES, ids=lambda path: path.stem)
def test_a_captured_launch_becomes_ours_and_keeps_the_rest(path):
    claims = _ours(path)
    _assert_ours(claims)
    assert claims[LTI + "deployment_id"]
    assert claims[LTI + "roles"]


@pytest.mark.parametrize("case", capture_cases(QUIRKS))
def test_a_variant_becomes_ours(case):
    _assert_ours(_ours(QUIRKS, case))


def test_without_a_time_a_capture_is_of_now():
    raw = VECTORS / "moodle" / "launch-raw-id-token-with-platform-jwks.json"
    claims = claims_from_capture(
        raw, issuer="i", client_id="c", nonce="n", target="t", activity="a"
    )
    assert claims["exp"] - claims["iat"] == 60
