"""Administrators: the LMSs that are connected, their deployments, changes and removal."""

from collections.abc import Callable
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.errors import ConflictError, InvalidInputError
from lti_tool.lti.registering.tool import ToolAddresses
from lti_tool.sentence import Sentence, say
from lti_tool.usecases.lms import deployments, invitations, platform_list, platforms
from lti_tool.usecases.lms.platform_fields import NewPlatform
from lti_tool.usecases.lms.platform_list import RegisteredPlatform
from lti_tool.web.office.platform_form import FAMILIES, typed_platform
from lti_tool.web.office.sections import PLATFORMS, section_pages
from lti_tool.web.visits import signed_in, wiring

pages = section_pages(PLATFORMS)

_NOTICES = {
    "registered": say(
        "platforms.notice-registered",
        "The LMS is connected. Open an activity there to see whether everything fits.",
    ),
    "approved": say(
        "platforms.notice-approved", "The deployment is let in. Open the activity there again."
    ),
    "refused": say(
        "platforms.notice-refused",
        "The deployment is kept out. Whoever opens Testamur there is told so, kindly.",
    ),
    "changed": say("platforms.notice-changed", "The connection is changed."),
    "removed": say(
        "platforms.notice-removed",
        "The connection is removed here. Remove Testamur in the LMS as well.",
    ),
    "withdrawn": say("platforms.notice-withdrawn", "The invitation is withdrawn."),
}
_NOTHING = say(
    "platforms.nothing",
    "No LMS is connected yet. Most connect themselves: you paste one address into them.",
)


@pages.get("")
def show() -> ResponseReturnValue:
    """Every LMS of the institution, and the invitations that are open."""
    wired, institution_id = wiring(), signed_in().actor.institution_id
    with wired.db.read() as session:
        known = platform_list.registered(session, institution_id)
        invited = invitations.open_ones(session, institution_id, now=wired.now())
    return render_template(
        "office/platforms.html",
        platforms=known,
        invited=invited,
        families=FAMILIES,
        nothing=(_NOTHING, say("platforms.connect", "Connect an LMS")),
        notice=_notice(),
    )


@pages.get("/<uuid:registration_id>")
def one(registration_id: UUID) -> ResponseReturnValue:
    """One LMS: our addresses, what we know of it, to be changed or removed."""
    with wiring().db.read() as session:
        known = platform_list.one(session, signed_in().actor.institution_id, registration_id)
    return _page(known, _as_typed(known), notice=_notice())


@pages.post("/<uuid:registration_id>")
def change(registration_id: UUID) -> ResponseReturnValue:
    """Change what we know of an LMS; its courses and people stay."""
    wired, actor = wiring(), signed_in().actor
    typed = typed_platform()
    with wired.db.read() as session:
        known = platform_list.one(session, actor.institution_id, registration_id)
    try:
        with wired.db.begin() as session:
            platforms.change(
                session,
                actor.institution_id,
                registration_id,
                typed,
                now=wired.now(),
                actor_id=actor.person_id,
            )
    except InvalidInputError as problem:
        return _page(known, typed, faults=problem.fields), problem.http_status
    except ConflictError as problem:
        return _page(known, typed, problem=problem.sentence), problem.http_status
    return redirect(url_for(".one", registration_id=registration_id, notice="changed"), 303)


@pages.post("/<uuid:registration_id>/remove")
def remove(registration_id: UUID) -> ResponseReturnValue:
    """Remove an LMS that nobody has come from."""
    wired, actor = wiring(), signed_in().actor
    with wired.db.begin() as session:
        platforms.remove(
            session,
            actor.institution_id,
            registration_id,
            now=wired.now(),
            actor_id=actor.person_id,
        )
    return redirect(url_for(".show", notice="removed"), 303)


@pages.post("/<uuid:registration_id>/approve")
def approve(registration_id: UUID) -> ResponseReturnValue:
    """Let a deployment in that launched us before anybody had named it."""
    return _settled(registration_id, deployments.approve_known, notice="approved")


@pages.post("/<uuid:registration_id>/refuse")
def refuse(registration_id: UUID) -> ResponseReturnValue:
    """Keep a deployment out."""
    return _settled(registration_id, deployments.refuse, notice="refused")


def _settled(
    registration_id: UUID, settle: Callable[..., None], *, notice: str
) -> ResponseReturnValue:
    wired, actor = wiring(), signed_in().actor
    with wired.db.begin() as session:
        settle(
            session,
            actor.institution_id,
            registration_id,
            request.form.get("deployment", ""),
            now=wired.now(),
            actor_id=actor.person_id,
        )
    return redirect(url_for(".show", notice=notice), 303)


def _page(known: RegisteredPlatform, typed: NewPlatform, **said: object) -> str:
    return render_template(
        "office/platform.html",
        platform=known,
        typed=typed,
        families=FAMILIES,
        addresses=ToolAddresses(wiring().settings.base_url, known.id),
        **{"faults": {}, "problem": None, **said},
    )


def _as_typed(known: RegisteredPlatform) -> NewPlatform:
    return NewPlatform(
        platform_issuer=known.platform_issuer,
        client_id=known.client_id,
        auth_url=known.auth_url,
        token_url=known.token_url,
        jwks_url=known.jwks_url,
        name=known.name or "",
        product_family=known.product_family or "",
    )


def _notice() -> Sentence | None:
    return _NOTICES.get(request.args.get("notice", ""))
