"""Administrators: name, issuer profile, support contacts and logo of the institution."""

from zoneinfo import available_timezones

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.errors import InvalidInputError
from lti_tool.sentence import say
from lti_tool.usecases import institutions
from lti_tool.usecases.institutions import InstitutionChanges, InstitutionInfo, SupportContact
from lti_tool.web.office.sections import SETTINGS, section_pages
from lti_tool.web.visits import institution, signed_in, wiring

pages = section_pages(SETTINGS)

EMPTY_CONTACTS = 2
"""Places for new contacts below the ones there are; the form needs no script."""

_NOTICES = {
    "saved": say("settings.notice-saved", "Saved. Pages and new certificates use it from now on."),
    "logo": say("settings.notice-logo", "The new logo is in use."),
}


@pages.get("")
def show() -> ResponseReturnValue:
    """The settings as they are."""
    notice = _NOTICES.get(request.args.get("notice", ""))
    return _page(_as_changes(institution()), notice=notice)


@pages.post("")
def save() -> ResponseReturnValue:
    """Save all of them, or none and say what to mend."""
    wired, actor = wiring(), signed_in().actor
    typed = _typed()
    try:
        with wired.db.begin() as session:
            institutions.change(
                session,
                actor.institution_id,
                typed,
                actor_id=actor.person_id,
                now=wired.now(),
            )
    except InvalidInputError as problem:
        page = _page(typed, problem=problem.sentence, faults=problem.fields)
        return page, problem.http_status
    return redirect(url_for(".show", notice="saved"), 303)


@pages.post("/logo")
def change_logo() -> ResponseReturnValue:
    """Take a new logo."""
    wired, actor = wiring(), signed_in().actor
    picture = request.files.get("logo")
    logo = picture.read(institutions.LARGEST_LOGO + 1) if picture else b""
    try:
        with wired.db.begin() as session:
            institutions.change_logo(
                session, actor.institution_id, logo, actor_id=actor.person_id, now=wired.now()
            )
    except InvalidInputError as problem:
        page = _page(_as_changes(institution()), faults={"logo": problem.sentence})
        return page, problem.http_status
    return redirect(url_for(".show", notice="logo"), 303)


@pages.get("/logo.png")
def logo() -> ResponseReturnValue:
    """The logo as it is."""
    with wiring().db.begin() as session:
        answer = make_response(institutions.logo_of(session, signed_in().actor.institution_id))
    answer.mimetype = "image/png"
    return answer


def _page(typed: InstitutionChanges, **said: object) -> str:
    blank = SupportContact(name="", detail="")
    return render_template(
        "office/settings.html",
        typed=typed,
        contacts=(*typed.support, *(blank for _ in range(EMPTY_CONTACTS))),
        has_logo=institution().has_logo,
        time_zones=sorted(available_timezones()),
        **{"faults": {}, "problem": None, **said},
    )


def _typed() -> InstitutionChanges:
    form = request.form
    names, details = form.getlist("support-name"), form.getlist("support-detail")
    return InstitutionChanges(
        name=form.get("name", ""),
        url=form.get("url", ""),
        email=form.get("email", ""),
        description=form.get("description", ""),
        time_zone=form.get("time_zone", ""),
        support=tuple(
            SupportContact(name=name, detail=detail)
            for name, detail in zip(names, details, strict=False)
            if name.strip() or detail.strip()
        ),
    )


def _as_changes(now: InstitutionInfo) -> InstitutionChanges:
    return InstitutionChanges(
        name=now.name,
        url=now.url or "",
        email=now.email or "",
        description=now.description or "",
        time_zone=now.time_zone,
        support=now.support,
    )
