"""Register every blueprint and the error pages."""

from flask import Flask, g, request

from lti_tool.web import awards as badges
from lti_tool.web import (
    course,
    health,
    home,
    issuer,
    launches,
    links,
    marking,
    office,
    placing,
    programmes,
    registering,
    release,
    submissions,
    verify,
)
from lti_tool.web.activities import page
from lti_tool.web.characters import guard_addresses
from lti_tool.web.headers import guard_forms, register_headers
from lti_tool.web.problems import register_problems
from lti_tool.web.request_log import register_request_log
from lti_tool.web.translating import TRANSLATIONS, configure
from lti_tool.web.visits import register_visits


def register(app: Flask) -> None:
    """Everything the web application answers to."""
    configure(app, locale_selector=_wanted_locale, timezone_selector=_wanted_time_zone)
    register_request_log(app)
    register_problems(app)
    guard_addresses(app)
    guard_forms(app)
    register_headers(app)
    register_visits(app)
    for pages in (
        badges.pages,
        course.pages,
        health.pages,
        home.pages,
        issuer.pages,
        launches.pages,
        links.outside,
        links.pages,
        marking.pages,
        office.pages,
        page.pages,
        placing.pages,
        programmes.pages,
        registering.pages,
        release.pages,
        submissions.pages,
        verify.pages,
    ):
        app.register_blueprint(pages)


def register_verifying(app: Flask) -> None:
    """Only what a public verifier answers to.

    It keeps nothing and knows nobody: there is nothing that a form on another site could change.
    """
    configure(app, locale_selector=_wanted_locale, timezone_selector=_wanted_time_zone)
    register_request_log(app)
    register_problems(app)
    register_headers(app)
    for pages in (health.pages, verify.pages):
        app.register_blueprint(pages)


def _wanted_locale() -> str | None:
    """The language the LMS named for this visit, else the browser's first choice of ours."""
    who = g.get("signed_in")
    if who and who.details.locale:
        return str(who.details.locale)
    known = ["en", *sorted(folder.name for folder in TRANSLATIONS.glob("*/") if folder.is_dir())]
    return request.accept_languages.best_match(known)


def _wanted_time_zone() -> str | None:
    """The institution's own time zone: LTI names none for the person."""
    return str(g.institution.time_zone) if "institution" in g else None
