"""How the pieces are put together for the web."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask, request

from lti_tool.app import create_app, create_verify_app
from lti_tool.settings import Settings
from lti_tool.store.database import Database
from lti_tool.wiring import build_verification
from tests.support.wired import Clock, make_wiring

FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "badges.example"}


def seen_address(app: Flask) -> str:
    """The address that the application believes to have been asked for."""
    app.add_url_rule("/seen", view_func=lambda: request.base_url)
    return app.test_client().get("/seen", headers=FORWARDED).text


@pytest.mark.parametrize(
    ("proxies", "address"), [(0, "http://localhost/seen"), (1, "https://badges.example/seen")]
)
def test_only_a_trusted_proxy_says_which_address_was_asked_for(
    now: datetime, proxies: int, address: str
) -> None:
    app = create_verify_app(build_verification(), now=lambda: now, trusted_proxies=proxies)
    assert seen_address(app) == address


@pytest.mark.parametrize(
    ("base_url", "header"),
    [("https://badges.example", "max-age=31536000"), ("http://localhost:9000", None)],
)
def test_browsers_are_told_to_stay_on_https_where_the_tool_has_it(
    sqlite_db: Database, tmp_path: Path, now: datetime, base_url: str, header: str | None
) -> None:
    wired = make_wiring(sqlite_db, tmp_path, clock=Clock(now))
    object.__setattr__(wired, "settings", Settings(base_url=base_url))
    answer = create_app(wired).test_client().get("/healthz")
    assert answer.headers.get("Strict-Transport-Security") == header


def test_a_verifier_alone_has_no_other_pages(now: datetime) -> None:
    app = create_verify_app(build_verification(), now=lambda: now)
    addresses = {rule.rule for rule in app.url_map.iter_rules()}
    assert addresses == {"/static/<path:filename>", "/verify", "/healthz", "/readyz"}
