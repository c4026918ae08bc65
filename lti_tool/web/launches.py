"""LTI login, launch, tool JWKS; the one-time link by which an office enters."""

import hashlib
from uuid import UUID

import structlog
from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from lti_tool.lti.launch import read_launch
from lti_tool.lti.login import start_login
from lti_tool.lti.registrations import find_registration
from lti_tool.lti.tool_keys import public_jwks
from lti_tool.usecases import entry_links, people, visits
from lti_tool.usecases.lms import launches
from lti_tool.usecases.people import Actor
from lti_tool.usecases.visits import VisitDetails
from lti_tool.web.headers import allow_framing
from lti_tool.web.visits import home_of, start_visit, wiring

pages = Blueprint("launches", __name__)

log = structlog.get_logger(__name__)

LOGIN_SECONDS = 600


@pages.route("/lti/<uuid:registration_id>/login", methods=["GET", "POST"])
def login(registration_id: UUID) -> ResponseReturnValue:
    """OIDC third-party initiated login (LTI 1.3 security framework §5.1.1)."""
    # A refusal is shown where the student is, inside the LMS's frame; it holds nothing to click.
    allow_framing("*")
    wired = wiring()
    with wired.db.begin() as session:
        started = start_login(
            session,
            registration_id=registration_id,
            params={**request.args.to_dict(), **request.form.to_dict()},
            launch_url=_launch_url(registration_id),
            base_url=wired.settings.base_url,
            now=wired.now(),
            new_secret=wired.new_secret,
        )
    answer = make_response(redirect(started.redirect_url, 303))
    answer.set_cookie(
        _login_cookie(started.state),
        started.browser_secret,
        max_age=LOGIN_SECONDS,
        path="/",
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/lti/<uuid:registration_id>/launch")
def launch(registration_id: UUID) -> ResponseReturnValue:
    """The platform's answer: verified, used up, and answered with an address of its own.

    The redirect makes reload and back harmless: they never post the token again.
    """
    allow_framing("*")
    wired = wiring()
    read = read_launch(
        wired.db,
        registration_id=registration_id,
        form=request.form.to_dict(),
        browser_secret_for=lambda state: request.cookies.get(_login_cookie(state)),
        keys=wired.platform_keys,
        base_url=wired.settings.base_url,
        now=wired.now(),
    )
    arrival = launches.arrive(
        wired.db, read, lasts=wired.visit_lasts, now=wired.now(), new_secret=wired.new_secret
    )
    if arrival.visit is None:
        log.info("launch.pending-deployment", registration=str(registration_id))
        return render_template("launches/pending.html")
    answer = make_response(redirect(home_of(arrival.visit), 303))
    answer.delete_cookie(
        _login_cookie(request.form["state"]),
        path="/",
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )
    return start_visit(answer, arrival.visit)


@pages.get("/lti/<uuid:registration_id>/jwks")
def jwks(registration_id: UUID) -> ResponseReturnValue:
    """Our public keys, with which an LMS checks what we sign."""
    wired = wiring()
    with wired.db.read() as session:
        registration = find_registration(session, registration_id)
        keys = public_jwks(session, registration.institution_id)
    answer = jsonify(keys)
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


@pages.get("/enter/<secret>")
def enter(secret: str) -> ResponseReturnValue:
    """Ask before using the link up: mail programs open links to look at them."""
    return render_template("launches/enter.html", secret=secret)


@pages.post("/enter/<secret>")
def use_entry_link(secret: str) -> ResponseReturnValue:
    """Use a one-time link up and open a visit without an LMS."""
    wired = wiring()
    now = wired.now()
    with wired.db.begin() as session:
        institution_id, person_id = entry_links.use(session, secret, now=now)
        actor = Actor(
            institution_id=institution_id,
            person_id=person_id,
            course_id=None,
            resource_link_id=None,
            course_roles=frozenset(),
            office_roles=people.roles_of(session, institution_id, person_id),
        )
        opened = visits.open_visit(
            session,
            actor,
            VisitDetails(),
            registration_id=None,
            lasts=wired.visit_lasts,
            now=now,
            new_secret=wired.new_secret,
        )
    answer: Response = make_response(redirect(home_of(opened), 303))
    return start_visit(answer, opened)


def _launch_url(registration_id: UUID) -> str:
    path = url_for("launches.launch", registration_id=registration_id)
    return wiring().settings.base_url + path


def _login_cookie(state: str) -> str:
    return f"__Host-login-{hashlib.sha256(state.encode()).hexdigest()[:16]}"
