"""Public: issuer profile, did.json, achievements, status lists."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from credentials import contexts
from lti_tool.usecases import institutions, publishing, status_lists
from lti_tool.usecases.badges.pictures import badge_png
from lti_tool.usecases.publishing import BadgeName, PublicIssuer
from lti_tool.web.visits import wiring

pages = Blueprint("issuer", __name__, url_prefix="/i/<slug>")

KEPT_SECONDS = 300
"""How long anybody may keep a copy; after a revocation the old list lives on for so long."""

PAGE_OR_DATA = ("application/json", "application/ld+json", "text/html")
LIST_TYPES = ("application/vc", "application/ld+json", "application/json")
"""VC 2.0 §C.2 registers application/vc; some readers only take an answer that says JSON."""

BADGE = "/achievements/<programme_id>/<version>/<badge_id>"


@pages.get("/did.json")
def key_document(slug: str) -> ResponseReturnValue:
    """The keys of the institution, where did:web looks for them (did:web §2.5.2)."""
    issuer = _issuer(slug)
    return _public(jsonify(publishing.key_document(wiring().signing_keys, issuer.addresses)))


@pages.get("")
def profile(slug: str) -> ResponseReturnValue:
    """Who issues, as a page or as an Open Badges Profile."""
    wired = wiring()
    with wired.db.read() as session:
        issuer = publishing.find_issuer(session, slug, base_url=wired.settings.base_url)
        badges = publishing.badges_of(session, issuer)
    g.institution = issuer.institution
    if kind := _wanted_data():
        about = {"description": issuer.institution.description}
        return _data({**issuer.profile.to_json(), **{k: v for k, v in about.items() if v}}, kind)
    return _page(render_template("issuer/profile.html", issuer=issuer, badges=badges))


@pages.get(BADGE)
def achievement(slug: str, programme_id: str, version: str, badge_id: str) -> ResponseReturnValue:
    """What is awarded and what it takes, as a page or as an Open Badges Achievement."""
    wired = wiring()
    with wired.db.read() as session:
        issuer = publishing.find_issuer(session, slug, base_url=wired.settings.base_url)
        badge = publishing.find_badge(session, issuer, BadgeName(programme_id, version, badge_id))
    g.institution = issuer.institution
    if kind := _wanted_data():
        return _data({**badge.achievement.to_json(), "creator": issuer.profile.to_json()}, kind)
    return _page(render_template("issuer/achievement.html", issuer=issuer, badge=badge))


@pages.get(BADGE + "/image.png")
def image(slug: str, programme_id: str, version: str, badge_id: str) -> ResponseReturnValue:
    """The badge picture, without anybody's badge in it."""
    wired = wiring()
    with wired.db.read() as session:
        issuer = publishing.find_issuer(session, slug, base_url=wired.settings.base_url)
        badge = publishing.find_badge(session, issuer, BadgeName(programme_id, version, badge_id))
    return _public(_bytes(badge_png(badge.svg), "image/png"))


@pages.get("/logo.png")
def logo(slug: str) -> ResponseReturnValue:
    """The institution's logo."""
    with wiring().db.read() as session:
        picture = institutions.logo_of(session, institutions.by_slug(session, slug).id)
    return _public(_bytes(picture, "image/png"))


@pages.get("/status/<int(max=999999999):number>")
def status_list(slug: str, number: int) -> ResponseReturnValue:
    """A signed list of who was revoked: one bit each, no names (Bitstring Status List 1.0 §2.2)."""
    wired = wiring()
    with wired.db.begin() as session:
        issuer = publishing.find_issuer(session, slug, base_url=wired.settings.base_url)
        signed = status_lists.signed_list(
            session,
            issuer.institution.id,
            number,
            addresses=issuer.addresses,
            keys=wired.signing_keys,
        )
    return _public(_bytes(signed, _best(LIST_TYPES) or LIST_TYPES[0]))


def _issuer(slug: str) -> PublicIssuer:
    wired = wiring()
    with wired.db.read() as session:
        return publishing.find_issuer(session, slug, base_url=wired.settings.base_url)


def _best(offered: Sequence[str]) -> str | None:
    return request.accept_mimetypes.best_match(offered)


def _wanted_data() -> str | None:
    """The media type a program asked for; None when a person's browser wants a page."""
    kind = _best(PAGE_OR_DATA)
    return None if kind == "text/html" else kind or PAGE_OR_DATA[0]


def _data(values: Mapping[str, Any], kind: str) -> Response:
    answer = jsonify({"@context": list(contexts.OPEN_BADGE), **values})
    answer.mimetype = kind
    return _public(answer)


def _page(html: str) -> Response:
    return _public(make_response(html))


def _bytes(body: bytes, kind: str) -> Response:
    return Response(body, mimetype=kind)


def _public(answer: Response) -> Response:
    """Anybody may read this from anywhere, and ask again cheaply whether it has changed."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.cache_control.public = True
    answer.cache_control.max_age = KEPT_SECONDS
    answer.vary.update(("Accept", "Accept-Language"))
    answer.add_etag()
    answer.make_conditional(request)
    return answer
