"""Administrators: grant and withdraw office roles; make an entry link."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.errors import InvalidInputError, NotFoundError
from lti_tool.sentence import Sentence, say
from lti_tool.usecases import entry_links, finding, people
from lti_tool.usecases.finding import Match, UnconfirmedError
from lti_tool.usecases.people import OfficeRole
from lti_tool.web.office.sections import PEOPLE, section_pages
from lti_tool.web.visits import signed_in, wiring

pages = section_pages(PEOPLE)

ROLE_NAMES: dict[OfficeRole, Sentence] = {
    OfficeRole.PROGRAMME_DIRECTOR: say("roles.programme-director", "programme director"),
    OfficeRole.PROGRAMME_OFFICE: say("roles.programme-office", "programme office"),
    OfficeRole.MODERATOR: say("roles.moderator", "moderator"),
    OfficeRole.MARKER: say("roles.marker", "marker"),
    OfficeRole.FACILITATOR: say("roles.facilitator", "facilitator"),
    OfficeRole.CLINICAL_LEAD: say("roles.clinical-lead", "clinical lead"),
    OfficeRole.REGISTRAR: say("roles.registrar", "registrar"),
    OfficeRole.SAFETY_LEAD: say("roles.safety-lead", "safety lead"),
    OfficeRole.ADMINISTRATOR: say("roles.administrator", "administrator"),
}

_NOTICES = {
    "granted": say("people.notice-granted", "The role is granted. It holds from now on."),
    "known": say("people.notice-known", "This person holds that role already."),
    "withdrawn": say("people.notice-withdrawn", "The role is withdrawn. It ended just now."),
}


@pages.get("")
def show() -> ResponseReturnValue:
    """Everyone with an office role."""
    return _page(notice=_NOTICES.get(request.args.get("notice", "")))


@pages.post("")
def grant() -> ResponseReturnValue:
    """Grant a role to a person, named by e-mail address or id."""
    wired, actor = wiring(), signed_in().actor
    now = wired.now()
    try:
        role = _role()
        with wired.db.begin() as session:
            person_id = finding.find_or_add(
                session,
                actor.institution_id,
                request.form.get("who", "").strip(),
                now=now,
                sure_of=request.form.get("sure_of", type=UUID),
            )
            is_new = people.grant(
                session, actor.institution_id, person_id, role, now=now, actor_id=actor.person_id
            )
    except UnconfirmedError as doubt:
        return _page(problem=doubt.sentence, doubtful=doubt.person), doubt.http_status
    except (InvalidInputError, NotFoundError) as problem:
        return _page(problem=problem.sentence), problem.http_status
    return redirect(url_for(".show", notice="granted" if is_new else "known"), 303)


@pages.post("/<uuid:person_id>/withdraw")
def withdraw(person_id: UUID) -> ResponseReturnValue:
    """Withdraw a role."""
    wired, actor = wiring(), signed_in().actor
    try:
        role = _role()
        with wired.db.begin() as session:
            people.withdraw(
                session,
                actor.institution_id,
                person_id,
                role,
                now=wired.now(),
                actor_id=actor.person_id,
            )
    except InvalidInputError as problem:
        return _page(problem=problem.sentence), problem.http_status
    return redirect(url_for(".show", notice="withdrawn"), 303)


@pages.post("/<uuid:person_id>/entry-link")
def make_entry_link(person_id: UUID) -> ResponseReturnValue:
    """Show a one-time link once; it is in no address and kept nowhere but as a hash."""
    wired = wiring()
    try:
        with wired.db.begin() as session:
            secret = entry_links.invite(
                session,
                signed_in().actor,
                person_id,
                now=wired.now(),
                new_secret=wired.new_secret,
            )
    except InvalidInputError as problem:
        return _page(problem=problem.sentence), problem.http_status
    link = wired.settings.base_url + url_for("launches.enter", secret=secret)
    return render_template("office/entry_link.html", link=link)


def _page(
    *,
    notice: Sentence | None = None,
    problem: Sentence | None = None,
    doubtful: Match | None = None,
) -> str:
    with wiring().db.begin() as session:
        everyone = people.office(session, signed_in().actor.institution_id)
    return render_template(
        "office/people.html",
        everyone=everyone,
        role_names=ROLE_NAMES,
        who=request.form.get("who", ""),
        chosen=request.form.get("role", ""),
        doubtful=doubtful,
        notice=notice,
        problem=problem,
    )


def _role() -> OfficeRole:
    try:
        return OfficeRole(request.form.get("role", ""))
    except ValueError as error:
        raise InvalidInputError(
            "people.no-role", say("people.no-role", "Choose one of the roles in the list.")
        ) from error
