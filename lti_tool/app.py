"""create_app(): the only place that puts the pieces together for the web."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import Flask, Request
from werkzeug.middleware.proxy_fix import ProxyFix

from credentials.resolving import DidResolver
from lti_tool import web
from lti_tool.usecases.own_pages import OwnPages
from lti_tool.web.verify import Verifier
from lti_tool.wiring import Verification, Wiring

LARGEST_REQUEST = 12 * 1024 * 1024
LARGEST_FORM = 1024 * 1024


class InMemoryRequest(Request):
    """Keeps uploads in memory: werkzeug's own would put larger ones into files on the disk."""

    def _get_file_stream(self, *_args: Any, **_kwargs: Any) -> BytesIO:
        """MAX_CONTENT_LENGTH bounds what all files of a request take together."""
        return BytesIO()


def create_app(wiring: Wiring) -> Flask:
    """The web application over this wiring."""
    app = _new_app(base_url=wiring.settings.base_url)
    app.extensions["testamur"] = wiring
    app.extensions["testamur.verifier"] = Verifier(_knowing_our_own(wiring), wiring.now)
    web.register(app)
    _trust_proxies(app, wiring.settings.trusted_proxies)
    return app


def create_verify_app(
    verification: Verification, *, now: Callable[[], datetime], trusted_proxies: int = 0
) -> Flask:
    """A public verifier alone: no settings, no database, no key."""
    app = _new_app(base_url="")
    app.extensions["testamur.verifier"] = Verifier(verification, now)
    web.register_verifying(app)
    _trust_proxies(app, trusted_proxies)
    return app


def _new_app(*, base_url: str) -> Flask:
    app = Flask("lti_tool.web")
    app.request_class = InMemoryRequest
    app.config.update(
        BASE_URL=base_url,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=500,
    )
    return app


def _trust_proxies(app: Flask, count: int) -> None:
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_prefix=0
        )


def _knowing_our_own(wiring: Wiring) -> Verification:
    door = OwnPages(
        db=wiring.db,
        keys=wiring.signing_keys,
        base_url=wiring.settings.base_url,
        others=wiring.verification.fetcher,
    )
    return Verification(resolver=DidResolver(door), fetcher=door)
