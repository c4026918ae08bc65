"""What an LMS opens and reads to register us: the registration address, Canvas' file."""

from uuid import UUID

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from lti_tool.lti.registering.tool import ToolAddresses, canvas_configuration
from lti_tool.sentence import Sentence, say
from lti_tool.usecases import institutions
from lti_tool.usecases.lms import invitations, registering
from lti_tool.usecases.lms.platform_list import RegisteredPlatform
from lti_tool.usecases.lms.registering import Begun
from lti_tool.web.headers import allow_framing
from lti_tool.web.visits import wiring

pages = Blueprint("registering", __name__)

CONFIGURATION, TOKEN = "openid_configuration", "registration_token"

_NEXT = {
    "moodle": say(
        "registering.next-moodle",
        "In Moodle, Testamur is now in the list of tools and waits there: press Activate.",
    ),
    "canvas": say(
        "registering.next-canvas",
        "In Canvas, go through the pages that follow, keep the places and rights that are shown, "
        "and switch Testamur on at the end.",
    ),
}
_NEXT_ELSEWHERE = say(
    "registering.next",
    "In your LMS, look in the list of tools whether Testamur has to be switched on.",
)
_FIRST_LAUNCH = say(
    "registering.first-launch",
    "The first time somebody opens Testamur from a course, it asks to be let in. You let it in "
    "once, in Testamur's office under LMS connections.",
)


@pages.get("/lti/register/<invitation>")
def show(invitation: str) -> ResponseReturnValue:
    """Say which LMS asks, and ask for a person's yes; nothing is registered by looking."""
    allow_framing("*")  # the secret in the address keeps others from framing it
    wired = wiring()
    begun = _begun(invitation)
    if not begun.configuration_url:
        return _without_an_lms(invitation)
    proposal = registering.propose(wired.db, wired.platform_http, begun, now=wired.now())
    with wired.db.read() as session:
        institution = institutions.by_id(session, proposal.institution_id)
    return _kept_with_opener(
        render_template(
            "registering/confirm.html",
            lms=proposal.configuration,
            renews=proposal.renews,
            institution=institution.name,
            begun=begun,
        )
    )


@pages.post("/lti/register/<invitation>")
def register(invitation: str) -> ResponseReturnValue:
    """Register, and tell the LMS that it may close this page."""
    allow_framing("*")
    wired = wiring()
    platform = registering.register(
        wired.db,
        wired.platform_http,
        _begun(invitation),
        base_url=wired.settings.base_url,
        now=wired.now(),
    )
    return _kept_with_opener(
        render_template("registering/done.html", platform=platform, steps=_steps(platform))
    )


@pages.get("/lti/<uuid:registration_id>/canvas.json")
def canvas(registration_id: UUID) -> ResponseReturnValue:
    """The configuration that Canvas reads when a developer key is made by hand."""
    wired = wiring()
    with wired.db.read() as session:
        invitations.institution_of(session, registration_id, now=wired.now())
    return jsonify(canvas_configuration(ToolAddresses(wired.settings.base_url, registration_id)))


def _begun(invitation: str) -> Begun:
    return Begun(
        secret=invitation,
        configuration_url=request.values.get(CONFIGURATION, ""),
        token=request.values.get(TOKEN, ""),
    )


def _without_an_lms(invitation: str) -> str:
    """Somebody opened the address themselves; say so only when it is a good one."""
    with wiring().db.read() as session:
        invitations.find(session, invitation, now=wiring().now())
    return render_template("registering/paste.html")


def _steps(platform: RegisteredPlatform) -> tuple[Sentence, ...]:
    switching_on = _NEXT.get(platform.product_family or "", _NEXT_ELSEWHERE)
    return (switching_on,) if platform.deployments else (switching_on, _FIRST_LAUNCH)


def _kept_with_opener(page: str) -> Response:
    """Some LMSs open this in a window of its own; the close message needs the way back."""
    answer = make_response(page)
    answer.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return answer
