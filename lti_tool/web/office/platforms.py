"""Administrators: connect an LMS; let its deployments in."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.errors import ConflictError, InvalidInputError
from lti_tool.sentence import Sentence, say
from lti_tool.usecases.lms import deployments, platforms
from lti_tool.usecases.lms.platform_fields import NewPlatform
from lti_tool.usecases.lms.platforms import RegisteredPlatform
from lti_tool.web.office.sections import PLATFORMS, section_pages
from lti_tool.web.visits import signed_in, wiring

pages = section_pages(PLATFORMS)

_NOTICES = {
    "registered": say(
        "platforms.notice-registered",
        "The LMS is connected on this side. Enter the addresses below in the LMS.",
    ),
    "approved": say(
        "platforms.notice-approved", "The deployment is let in. Open the activity there again."
    ),
}
_NOTHING = say(
    "platforms.nothing",
    "No LMS is connected yet. Connect one, and enter the addresses you then see here in the LMS.",
)
_ALREADY = say("platforms.already", "This LMS is connected already; you find it in the list.")


@dataclass(frozen=True)
class Connection:
    """A registration with the three addresses its LMS has to know."""

    platform: RegisteredPlatform
    login_url: str
    launch_url: str
    jwks_url: str


@pages.get("")
def show() -> ResponseReturnValue:
    """Every LMS of the institution, with the addresses to enter there."""
    with wiring().db.begin() as session:
        known = platforms.registered(session, signed_in().actor.institution_id)
    return render_template(
        "office/platforms.html",
        connections=tuple(_connection(one) for one in known),
        nothing=(_NOTHING, say("platforms.connect", "Connect an LMS")),
        notice=_NOTICES.get(request.args.get("notice", "")),
    )


@pages.get("/new")
def new() -> ResponseReturnValue:
    """The form for an LMS we don't know yet."""
    return _form()


@pages.post("/new")
def register() -> ResponseReturnValue:
    """Register the LMS, and make our tool key when this is the first one."""
    wired, actor = wiring(), signed_in().actor
    try:
        with wired.db.begin() as session:
            platforms.register(session, actor.institution_id, _typed(), now=wired.now())
            platforms.ensure_tool_key(
                session,
                actor.institution_id,
                master=wired.master,
                now=wired.now(),
                new_id=uuid4,
            )
    except InvalidInputError as problem:
        return _form(faults=problem.fields), problem.http_status
    except ConflictError as problem:
        return _form(problem=_ALREADY), problem.http_status
    return redirect(url_for(".show", notice="registered"), 303)


@pages.post("/<uuid:registration_id>/approve")
def approve(registration_id: UUID) -> ResponseReturnValue:
    """Let a deployment in that launched us before anybody had named it."""
    wired, actor = wiring(), signed_in().actor
    with wired.db.begin() as session:
        deployments.approve_known(
            session,
            actor.institution_id,
            registration_id,
            request.form.get("deployment", ""),
            now=wired.now(),
            actor_id=actor.person_id,
        )
    return redirect(url_for(".show", notice="approved"), 303)


def _form(*, problem: Sentence | None = None, faults: dict[str, Sentence] | None = None) -> str:
    return render_template(
        "office/new_platform.html", typed=request.form, problem=problem, faults=faults or {}
    )


def _typed() -> NewPlatform:
    form = {name: text.strip() for name, text in request.form.items()}
    return NewPlatform(
        platform_issuer=form.get("platform_issuer", ""),
        client_id=form.get("client_id", ""),
        auth_url=form.get("auth_url", ""),
        token_url=form.get("token_url", ""),
        jwks_url=form.get("jwks_url", ""),
        deployments=tuple(form.get("deployments", "").split()),
    )


def _connection(platform: RegisteredPlatform) -> Connection:
    def address(endpoint: str) -> str:
        return wiring().settings.base_url + url_for(endpoint, registration_id=platform.id)

    return Connection(
        platform=platform,
        login_url=address("launches.login"),
        launch_url=address("launches.launch"),
        jwks_url=address("launches.jwks"),
    )
