"""Administrators: connect an LMS, by an address it registers itself with or by hand."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.errors import ConflictError, InvalidInputError
from lti_tool.lti.registering.tool import SERVICES, ToolAddresses
from lti_tool.usecases.lms import invitations, platforms
from lti_tool.usecases.lms.invitations import Invited
from lti_tool.usecases.lms.platform_fields import NewPlatform
from lti_tool.web.office.platform_form import FAMILIES, typed_platform
from lti_tool.web.office.sections import PLATFORMS, section_pages
from lti_tool.web.visits import signed_in, wiring

pages = section_pages(PLATFORMS, name="connecting")


@pages.get("")
def choose() -> ResponseReturnValue:
    """The two ways to connect an LMS."""
    return render_template("office/connect.html")


@pages.post("")
def invite() -> ResponseReturnValue:
    """Show a registration address once; it is kept nowhere but as a hash.

    With a `registration` that one is made anew.
    """
    renewed = request.form.get("registration", type=UUID)
    invited = _invite(renewed)
    path = url_for("registering.show", invitation=invited.secret)
    return render_template(
        "office/invitation.html",
        address=wiring().settings.base_url + path,
        registration_id=invited.registration_id,
        renews=renewed is not None,
    )


@pages.post("/by-hand")
def begin_by_hand() -> ResponseReturnValue:
    """Settle our addresses, which an LMS asks for before it tells us its own."""
    return redirect(url_for(".by_hand", registration_id=_invite().registration_id), 303)


@pages.get("/by-hand/<uuid:registration_id>")
def by_hand(registration_id: UUID) -> ResponseReturnValue:
    """What to type into the LMS, and the form for what the LMS then shows."""
    with wiring().db.read() as session:
        institution_id = signed_in().actor.institution_id
        invitations.reserved(session, institution_id, registration_id, now=wiring().now())
    return _page(registration_id, typed_platform())


@pages.post("/by-hand/<uuid:registration_id>")
def register(registration_id: UUID) -> ResponseReturnValue:
    """Register the LMS under the id that its addresses have already."""
    wired, actor, typed = wiring(), signed_in().actor, typed_platform()
    now = wired.now()
    try:
        with wired.db.begin() as session:
            invitations.reserved(session, actor.institution_id, registration_id, now=now)
            platforms.put(
                session,
                actor.institution_id,
                registration_id,
                typed,
                now=now,
                actor_id=actor.person_id,
            )
            invitations.use_reserved(session, actor.institution_id, registration_id, now=now)
    except InvalidInputError as problem:
        return _page(registration_id, typed, faults=problem.fields), problem.http_status
    except ConflictError as problem:
        return _page(registration_id, typed, problem=problem.sentence), problem.http_status
    return redirect(url_for("office.platforms.show", notice="registered"), 303)


@pages.post("/withdraw/<uuid:invited_id>")
def withdraw(invited_id: UUID) -> ResponseReturnValue:
    """End an invitation that nobody has used."""
    wired, actor = wiring(), signed_in().actor
    with wired.db.begin() as session:
        invitations.withdraw(
            session,
            actor.institution_id,
            invited_id,
            now=wired.now(),
            actor_id=actor.person_id,
        )
    return redirect(url_for("office.platforms.show", notice="withdrawn"), 303)


def _invite(renewed: UUID | None = None) -> Invited:
    wired, actor = wiring(), signed_in().actor
    with wired.db.begin() as session:
        return invitations.invite(
            session,
            actor.institution_id,
            master=wired.master,
            now=wired.now(),
            new_secret=wired.new_secret,
            actor_id=actor.person_id,
            for_registration=renewed,
        )


def _page(registration_id: UUID, typed: NewPlatform, **said: object) -> str:
    return render_template(
        "office/by_hand.html",
        addresses=ToolAddresses(wiring().settings.base_url, registration_id),
        registration_id=registration_id,
        typed=typed,
        families=FAMILIES,
        services=SERVICES,
        **{"faults": {}, "problem": None, **said},
    )
