"""Security headers of every answer, and the refusal of forms that come from another site."""

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request

from lti_tool.errors import NotAllowedError
from lti_tool.lti.reading.addresses import origin_of
from lti_tool.sentence import say
from lti_tool.web.visits import SAFE_METHODS, wiring

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action {form_action}; base-uri 'none'; "
    "frame-ancestors {ancestors}"
)

CROSS_SITE_BY_DESIGN = frozenset({"launches.login", "launches.launch"})
"""The LMS posts here from its own site; the login's state protects these two."""


def guard_forms(app: Flask) -> None:
    """Refuse unsafe requests that come from other sites."""
    app.before_request(_refuse_other_sites)


def register_headers(app: Flask) -> None:
    """Set headers on every answer; `app.config["BASE_URL"]` is our own address, if we know it."""
    app.after_request(_set_headers)


def allow_framing(*origins: str) -> None:
    """Let these origins frame the answer of this request."""
    g.frame_origins = origins


def allow_posting_to(address: str) -> None:
    """Let the forms of this answer go to this address' origin, and nowhere else.

    The platform learns which site the form came from, and of the page's address nothing more.
    """
    origin = origin_of(address)
    if origin is not None:
        g.form_origin = origin


def _refuse_other_sites() -> None:
    if request.method in SAFE_METHODS or request.endpoint in CROSS_SITE_BY_DESIGN:
        return
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    ours = wiring().settings.base_url
    if site not in ("same-origin", "none") or (origin not in (None, ours) and site != "none"):
        raise NotAllowedError(
            "request.other-site",
            say(
                "request.other-site",
                "This form was sent from another site, so nothing was changed. "
                "Open the page here and try once more.",
            ),
        )


def _set_headers(response: Response) -> Response:
    headers = response.headers
    policy = _POLICY.format(
        ancestors=" ".join(_ancestors()) or "'none'", form_action=g.get("form_origin", "'self'")
    )
    headers.setdefault("Content-Security-Policy", policy)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "origin" if "form_origin" in g else "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
    if current_app.config["BASE_URL"].startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if "signed_in" in g:
        headers["Cache-Control"] = "no-store"
    # Answers that carry secrets are many; those that may be kept are few, and say so themselves.
    headers.setdefault("Cache-Control", "no-store")
    return response


def _ancestors() -> tuple[str, ...]:
    if "frame_origins" in g:
        origins: tuple[str, ...] = g.frame_origins
        return origins
    who = g.get("signed_in")
    if who is not None:
        return tuple(filter(_is_origin, who.details.frame_origins))
    # Below /v/ without a proof there is only a refusal. It is shown where the student is, inside
    # the LMS's frame, which would otherwise stay blank; it holds nothing to click.
    return ("*",) if "visit_number" in g else ()


def _is_origin(text: str) -> bool:
    """Only whole origins get into the header: a stray space would let anybody in."""
    parts = urlsplit(text)
    return (
        parts.scheme in ("http", "https")
        and f"{parts.scheme}://{parts.netloc}" == text
        and not any(letter in text for letter in " ;,'\"")
    )
