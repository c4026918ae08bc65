"""LTI login, launch, tool JWKS; the one-time link by which an office enters."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
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

from lti_tool.errors import LaunchRejectedError
from lti_tool.lti.launch import read_launch
from lti_tool.lti.login import start_login
from lti_tool.lti.registrations import find_registration
from lti_tool.lti.tool_keys import public_jwks
from lti_tool.usecases import entry_links, people, visits
from lti_tool.usecases.lms import deployments, invitations, launch_records, launches
from lti_tool.usecases.lms.launch_records import Seen
from lti_tool.usecases.people import Actor
from lti_tool.usecases.visits import OpenedVisit, VisitDetails, form_key_of
from lti_tool.web import browser_proof
from lti_tool.web.headers import allow_framing
from lti_tool.web.visits import home_of, start_visit, wiring

pages = Blueprint("launches", __name__)

log = structlog.get_logger(__name__)


@pages.route("/lti/<uuid:registration_id>/login", methods=["GET", "POST"])
def login(registration_id: UUID) -> ResponseReturnValue:
    """OIDC third-party initiated login (LTI 1.3 security framework §5.1.1)."""
    # A refusal is shown where the student is, inside the LMS's frame; what there is to click leads
    # back to the course or on to the same launch, so nobody gains by framing it.
    allow_framing("*")
    first = browser_proof.first_answer(registration_id)
    if first is not None:
        return first
    wired, parameters = wiring(), {**request.args.to_dict(), **request.form.to_dict()}
    with (
        _recording_refusals(registration_id, launch_records.seen_login, parameters),
        wired.db.direct() as transaction,
    ):
        started = start_login(
            transaction,
            registration_id=registration_id,
            params=parameters,
            launch_url=_launch_url(registration_id),
            base_url=wired.settings.base_url,
            now=wired.now(),
            new_secret=wired.new_secret,
        )
    return browser_proof.begin(registration_id, started)


@pages.post("/lti/<uuid:registration_id>/launch")
def launch(registration_id: UUID) -> ResponseReturnValue:
    """The platform's answer: verified, used up, and answered with an address of its own.

    The redirect makes reload and back harmless: they never post the token again.
    """
    allow_framing("*")
    form = request.form.to_dict()
    if browser_proof.may_lie_in_storage(form):
        page = _page_that_asks_storage(registration_id, form)
        if page is not None:
            return page
    with _recording_refusals(registration_id, launch_records.seen, form):
        arrival = _arrive(registration_id, form)
    if arrival.visit is None:
        log.info(
            "launch.deployment-kept-out",
            registration=str(registration_id),
            state=arrival.deployment_state,
        )
        is_refused = arrival.deployment_state == deployments.REFUSED
        return render_template(f"launches/{'refused' if is_refused else 'pending'}.html")
    answer = _opened(arrival.visit)
    browser_proof.forget_login(answer, form["state"])
    return start_visit(answer, arrival.visit)


def _arrive(registration_id: UUID, form: Mapping[str, str]) -> launches.Arrival:
    wired, now = wiring(), wiring().now()
    read = read_launch(
        wired.db,
        registration_id=registration_id,
        form=form,
        browser_secret_for=browser_proof.secret_for,
        keys=wired.platform_keys,
        base_url=wired.settings.base_url,
        now=now,
    )
    return launches.arrive(
        wired.db, read, lasts=wired.visit_lasts, now=now, new_secret=wired.new_secret
    )


@contextmanager
def _recording_refusals(
    registration_id: UUID, look: Callable[[Mapping[str, str]], Seen], sent: Mapping[str, str]
) -> Iterator[None]:
    """Let administrators see what was refused; the refusal goes on to its page."""
    try:
        yield
    except LaunchRejectedError as refusal:
        wired = wiring()
        launch_records.record_refused(
            wired.db, registration_id, look(sent), refusal, now=wired.now()
        )
        raise


def _page_that_asks_storage(registration_id: UUID, form: Mapping[str, str]) -> str | None:
    """A page that posts the launch again with the secret; nothing is used up by it."""
    with wiring().db.read() as session:
        registration = find_registration(session, registration_id)
    storage = browser_proof.offered_storage(registration.auth_url, form["state"])
    if storage is None:
        return None
    return render_template("launches/prove.html", storage=storage, form=form)


def _opened(visit: OpenedVisit) -> Response:
    """On to the visit's first page; into a window of its own where the browser keeps no cookie."""
    if browser_proof.brings_cookies():
        return make_response(redirect(home_of(visit), 303))
    page = render_template(
        "launches/own_window.html", visit=visit.number, visit_key=form_key_of(visit.secret)
    )
    return make_response(page)


@pages.get("/lti/<uuid:registration_id>/jwks")
def jwks(registration_id: UUID) -> ResponseReturnValue:
    """Our public keys, with which an LMS checks what we sign."""
    wired = wiring()
    with wired.db.read() as session:
        institution_id = invitations.institution_of(session, registration_id, now=wired.now())
        keys = public_jwks(session, institution_id)
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
