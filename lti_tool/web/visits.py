"""Who is asking: one visit per launch, at /v/<visit>/…, proven by its own cookie or a form field.

Every address below /v/<visit>/ carries the visit's public number; `url_for` fills it in, so links
and forms need not think of it. Reading is proven by the visit's cookie; changing anything needs
the form key in the field `visit_key` or the header X-Visit-Key as well, which a foreign page
can't know. One cookie per visit keeps ten tabs, two courses and two people apart.
"""

from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, request, url_for

from lti_tool.errors import NotAllowedError, ToolError
from lti_tool.sentence import say
from lti_tool.usecases import institutions, visits
from lti_tool.usecases.institutions import InstitutionInfo
from lti_tool.usecases.visits import OpenedVisit, SignedIn
from lti_tool.web.characters import refuse_unkeepable_form
from lti_tool.wiring import Wiring

VISIT_COOKIE = "__Host-v-"
"""How the names of visits' cookies begin. `__Host-` keeps a cookie to this host and to secure
connections (RFC 6265bis §4.1.3)."""
FORM_FIELD = "visit_key"
HEADER = "X-Visit-Key"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class VisitEndedError(ToolError):
    """The visit is over, or this browser can't prove that it is its own."""

    http_status = 401


def wiring() -> Wiring:
    """What the application was built with."""
    wired: Wiring = current_app.extensions["testamur"]
    return wired


def signed_in() -> SignedIn:
    """The visit this request proved; only inside /v/<visit>/."""
    who: SignedIn = g.signed_in
    return who


def institution() -> InstitutionInfo:
    """The institution of the visit."""
    found: InstitutionInfo = g.institution
    return found


def visit_pages(name: str) -> Blueprint:
    """A blueprint whose pages all belong to a visit."""
    pages = Blueprint(name, name, url_prefix="/v/<visit>")

    @pages.url_value_preprocessor
    def _take_number(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.visit_number = (values or {}).pop("visit", "")

    @pages.before_request
    def _prove() -> None:
        _prove_visit(g.visit_number)
        refuse_unkeepable_form()

    return pages


def require_staff() -> None:
    """Let nobody in who only studies here; what each of the others may do, use cases check."""
    if not signed_in().actor.is_staff:
        raise NotAllowedError(
            "visit.staff-only",
            say(
                "visit.staff-only",
                "This page is for those who teach, mark or run the programme. "
                "Go back to your own pages.",
            ),
        )


def start_visit(response: Response, opened: OpenedVisit) -> Response:
    """Give the browser the visit's cookie: its own, partitioned, never readable by scripts."""
    response.set_cookie(
        cookie_name(opened.number),
        opened.secret,
        max_age=int(wiring().visit_lasts.total_seconds()),
        path="/",
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )
    return response


def cookie_name(number: str) -> str:
    """The name of the cookie that proves this visit."""
    return VISIT_COOKIE + number


def home_of(opened: OpenedVisit) -> str:
    """Where a new visit begins."""
    return url_for("home.start", visit=opened.number)


def register_visits(app: Flask) -> None:
    """Let `url_for` carry the visit's number, and templates its form key."""

    @app.url_defaults
    def _carry_number(endpoint: str, values: dict[str, Any]) -> None:
        number = g.get("visit_number")
        if number and app.url_map.is_endpoint_expecting(endpoint, "visit"):
            values.setdefault("visit", number)

    @app.context_processor
    def _for_templates() -> dict[str, Any]:
        who = g.get("signed_in")
        support = g.institution.support if "institution" in g else ()
        return {
            "visit_key": who.form_key if who else None,
            "support": [(contact.name, contact.detail) for contact in support],
            "actor": who.actor if who else None,
        }


def _prove_visit(number: str) -> None:
    form_key = request.headers.get(HEADER) or request.form.get(FORM_FIELD)
    with wiring().db.read() as session:
        who = visits.find_visit(
            session,
            number,
            secret=request.cookies.get(cookie_name(number)),
            form_key=form_key,
            now=wiring().now(),
        )
        if who is None:
            raise VisitEndedError(
                "visit.ended",
                say(
                    "visit.ended",
                    "This page is no longer open here. Open the activity again from your course.",
                ),
            )
        g.institution = institutions.by_id(session, who.actor.institution_id)
    g.signed_in = who
    if request.method not in SAFE_METHODS and not visits.is_form_key(who, form_key):
        raise NotAllowedError(
            "visit.foreign-form",
            say(
                "visit.foreign-form",
                "This form was not sent from your page here, so nothing was changed. "
                "Go back, reload the page and try once more.",
            ),
        )
