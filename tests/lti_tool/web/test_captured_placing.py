"""Deep-linking requests of a real Moodle and of Canvas, and the answers both take."""

import json
from typing import Any

import pytest

from tests.support.builders import FIRST_PAGE, REFLECTION, an_institution
from tests.support.captured import VECTORS, claims_from_capture
from tests.support.elements import Page
from tests.support.launching import Lms, an_lms, visit_of
from tests.support.placing import DL, LTI, SETTINGS, handed_back, items_of, send, taken
from tests.support.practice import INSTRUCTOR, READING
from tests.support.tool_key import give_tool_key

MOODLE = VECTORS / "moodle" / "deep-linking-request.json"
CANVAS = VECTORS / "canvas" / "id_token_deep_linking.json"
TAKEN = {
    "moodle": json.loads((VECTORS / "moodle" / "deep-linking-response-sent.json").read_text()),
    "canvas": json.loads((VECTORS / "canvas" / "deep_linking_response.json").read_text()),
}
PLACEMENTS: dict[str, dict[str, Any]] = json.loads(CANVAS.read_text())["per_placement"]
CHECKED_BY_NOBODY = {"submissionReview"}
"""Moodle keeps it (point 32), the captured answer just has none."""


@pytest.fixture
def tool(sqlite_lms: Lms):
    """A tool that can sign."""
    wired = sqlite_lms.tool.wired
    with wired.db.begin() as session:
        give_tool_key(session, an_institution(session).id, wired.master)
    return sqlite_lms.tool


def asked(tool, path, **settings: Any) -> tuple[Lms, str, dict[str, Any]]:
    """Replay a captured request; the LMS, the page it leads to, and the claims."""
    captured = claims_from_capture(
        path, issuer="", client_id="", nonce="", target=None, activity=None
    )
    lms = an_lms(tool, client_id="captured-client", deployments=(captured[f"{LTI}deployment_id"],))
    login = lms.login(INSTRUCTOR, READING)
    claims = claims_from_capture(
        path,
        issuer=lms.platform.configuration.base_url,
        client_id=lms.platform.configuration.client_id,
        nonce=login.nonce,
        target=lms.platform.configuration.tool.launch_url,
        activity=None,
        issued_at=int(tool.clock().timestamp()),
    )
    claims[SETTINGS] = {**claims[SETTINGS], **settings}
    answer = lms.post(lms.signed(login, claims))
    return lms, f"/v/{visit_of(answer)}/place", claims


def answered(lms: Lms, page, claims: dict[str, Any]) -> dict[str, Any]:
    return taken(
        lms,
        handed_back(page),
        url=claims[SETTINGS]["deep_link_return_url"],
        deployment=claims[f"{LTI}deployment_id"],
    )


def test_moodle_gets_several_activities_and_nothing_it_was_not_seen_to_take(tool):
    lms, path, claims = asked(tool, MOODLE)

    answer = answered(lms, send(lms, path, FIRST_PAGE, REFLECTION), claims)

    items = items_of(answer)
    known = TAKEN["moodle"]["claims"]
    assert set(answer) <= set(known)
    for item in items:
        assert set(item) <= set(known[f"{DL}content_items"][0])
        assert set(item.get("lineItem", {})) <= CHECKED_BY_NOBODY | set(
            known[f"{DL}content_items"][0]["lineItem"]
        )
    assert ["lineItem" in item for item in items] == [False, True]


def test_canvas_gets_one_activity_and_nothing_it_does_not_know(tool):
    lms, path, claims = asked(tool, CANVAS)

    answer = answered(lms, send(lms, path, REFLECTION), claims)

    [item] = items_of(answer)
    known = TAKEN["canvas"]["payload"]
    assert set(answer) <= set(known)
    assert set(item) <= set(known[f"{DL}content_items"][0])
    assert set(item["lineItem"]) == set(known[f"{DL}content_items"][0]["lineItem"])


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_every_placement_of_canvas_offers_what_it_takes(tool, placement):
    takes = PLACEMENTS[placement]
    told = {name: takes[name] for name in ("accept_types", "accept_multiple", "auto_create")}
    lms, path, claims = asked(tool, CANVAS, **told)

    page = Page(lms.browser.get(path).text).root

    offered = {box.attributes["type"] for box in page.all("input", name="activity")}
    one = {"checkbox" if takes["accept_multiple"] else "radio"}
    assert offered == (one if "ltiResourceLink" in takes["accept_types"] else set())
    given_up = answered(lms, send(lms, path, do="give-up"), claims)
    assert items_of(given_up) == []
