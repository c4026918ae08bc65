"""create_app(): the only place that puts the pieces together for the web."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from lti_tool import web
from lti_tool.wiring import Wiring

LARGEST_REQUEST = 12 * 1024 * 1024
LARGEST_FORM = 1024 * 1024


def create_app(wiring: Wiring) -> Flask:
    """The web application over this wiring."""
    app = Flask("lti_tool.web")
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=500,
    )
    app.extensions["testamur"] = wiring
    web.register(app)
    if proxies := wiring.settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies, x_prefix=0
        )
    return app
