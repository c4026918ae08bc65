"""Where a launch lands: everybody at the page that is theirs."""

import re

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.lti.reading.id_token import DEEP_LINK
from lti_tool.programme.definition import Activity, Programme
from lti_tool.sentence import say
from lti_tool.usecases import enrolment, programmes, visits
from lti_tool.usecases.lms import copies, links, reviews
from lti_tool.usecases.lms.copies import CopyNotice
from lti_tool.usecases.lms.links import Link
from lti_tool.usecases.visits import OpenedVisit, SignedIn
from lti_tool.web.activities import address_of
from lti_tool.web.visits import home_of, signed_in, start_visit, visit_pages, wiring

pages = visit_pages("home")

# Only what our own pages' addresses are made of: nothing of it can lead to another host.
_SAFE_REST = re.compile(r"[A-Za-z0-9._/-]*")

PLACE_NOWHERE = say(
    "home.place-nowhere",
    "Your course asked for activities but didn't say where your choice is to go, so nothing can "
    "be chosen. Tell whoever looks after your LMS.",
)
NO_LINK = say(
    "home.no-link",
    "You came here by no link of a course. Open the activity from your course instead.",
)
GUEST = say(
    "home.guest",
    "Your course lets you look in here, but not as a student or a teacher, so there is nothing "
    "for you to do. If you expected something else, ask whoever runs the course.",
)


@pages.get("/")
def start() -> ResponseReturnValue:
    """The first page of a visit, chosen by what the launch asked for and by who came."""
    who = signed_in()
    if who.details.wanted == DEEP_LINK:
        return _for_placing(who)
    if reviews.is_wanted(who):
        return redirect(url_for("course.reviews.show"), 303)
    if who.actor.is_student:
        return _for_student(who.details.activity)
    if who.actor.course_roles & links.TEACHING:
        return _for_teacher(who.details.activity)
    if who.actor.office_roles:
        return redirect(url_for("office.start"), 303)
    return render_template("home/plain.html", sentence=GUEST)


@pages.post("/window")
def new_window() -> ResponseReturnValue:
    """Go on in a window of its own, outside the LMS's frame: a visit of its own, same person."""
    wired = wiring()
    with wired.db.begin() as session:
        opened = visits.continue_elsewhere(
            session, signed_in(), now=wired.now(), new_secret=wired.new_secret
        )
    return start_visit(make_response(redirect(_same_page(opened), 303)), opened)


def _same_page(opened: OpenedVisit) -> str:
    """The page the form was on, in the new visit; its first page when the form names another."""
    here, there = url_for("home.start"), home_of(opened)
    page = request.form.get("page", "")
    rest = page.removeprefix(here)
    return there + rest if rest != page and _SAFE_REST.fullmatch(rest) else there


def _for_placing(who: SignedIn) -> ResponseReturnValue:
    if who.details.placing is None:
        return render_template("home/plain.html", sentence=PLACE_NOWHERE)
    return redirect(url_for("placing.choose"), 303)


def _for_student(name: str | None) -> ResponseReturnValue:
    with wiring().db.begin() as session:
        mine = enrolment.all_of_student(session, signed_in().actor)
    programme_id, activity_id = programmes.split_activity(name or "")
    programme = next((one.programme for one in mine if one.programme.id == programme_id), None)
    if programme is not None and not activity_id:
        return redirect(url_for("programmes.show", programme_id=programme.id), 303)
    activity = programmes.find_activity(programme, activity_id) if programme else None
    if programme is None or activity is None:
        return render_template(
            "home/not_set_up.html", programmes=[enrolled.programme for enrolled in mine]
        )
    return redirect(address_of(programme, activity), 303)


def _for_teacher(name: str | None) -> ResponseReturnValue:
    actor = signed_in().actor
    with wiring().db.begin() as session:
        link = links.of_visit(session, actor)
        opens = links.opens_now(session, actor, link, at_launch=name)
        published = programmes.all_current(session, actor.institution_id)
        copied = copies.notice(session, actor)
    programme_id, activity_id = programmes.split_activity(opens or "")
    programme = next((one for one in published if one.id == programme_id), None)
    if programme is None or not links.is_in(programme, activity_id):
        if link is None:
            return render_template("home/plain.html", sentence=NO_LINK)
        return redirect(url_for("links.choose"), 303)
    if not activity_id:
        return _programme_page(programme, link, copied)
    return _activity_page(programme, programme.activity(activity_id), link, copied=copied)


def _programme_page(programme: Programme, link: Link | None, copied: CopyNotice | None) -> str:
    actor = signed_in().actor
    marker_roles = {role for one in programme.activities for role in one.marker_roles}
    return render_template(
        "home/course.html",
        programme=programme,
        link=link,
        copied=copied,
        may_mark=actor.has_any(marker_roles, course_id=actor.course_id),
        may_release=actor.has_any(programme.release_roles, course_id=actor.course_id),
    )


def _activity_page(
    programme: Programme, activity: Activity, link: Link | None, *, copied: CopyNotice | None
) -> str:
    actor = signed_in().actor
    return render_template(
        "home/teaching.html",
        programme=programme,
        activity=activity,
        link=link,
        copied=copied,
        rubric=programme.rubric_of(activity.id) if activity.rubric_id else None,
        may_mark=actor.has_any(activity.marker_roles, course_id=actor.course_id),
        may_release=actor.has_any(programme.release_roles, course_id=actor.course_id),
    )
