"""Holder: my badges, what each says, how others check it; download as JSON or as a picture."""

import json
import re
from uuid import UUID

from flask import Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from credentials import baking
from credentials.credential import UnverifiedCredential
from credentials.verifying.shown import Shown
from credentials.verifying.shown import show as read_badge
from lti_tool.errors import NotFoundError
from lti_tool.sentence import say
from lti_tool.usecases import awards
from lti_tool.usecases.awards import HeldAward
from lti_tool.usecases.badges.pictures import badge_png
from lti_tool.web.visits import signed_in, visit_pages, wiring

pages = visit_pages("awards")

NOTHING_YET = say(
    "awards.nothing-yet",
    "Your certificates and badges will be here. Each one is made when its last requirement is met.",
)


@pages.get("/badges")
def mine() -> ResponseReturnValue:
    """Everything the acting student has earned."""
    with wiring().db.begin() as session:
        earned = awards.of_student(session, signed_in().actor)
    return render_template("awards/mine.html", awards=earned, nothing=NOTHING_YET)


@pages.get("/badges/<uuid:award_id>")
def show(award_id: UUID) -> ResponseReturnValue:
    """One badge: what it says, how to take it along, how an employer checks it."""
    award = _held(award_id)
    return render_template(
        "awards/show.html",
        award=award.info,
        badge=_said(award.signed) if award.signed else None,
        verify_address=wiring().settings.base_url + url_for("verify.ask"),
    )


@pages.get("/badges/<uuid:award_id>/credential.json")
def credential(award_id: UUID) -> ResponseReturnValue:
    """The signed credential itself."""
    award = _held(award_id)
    return _download(_signed(award).encode(), "application/json", f"{_file_name(award)}.json")


@pages.get("/badges/<uuid:award_id>/badge.png")
def picture(award_id: UUID) -> ResponseReturnValue:
    """The badge picture with the credential inside (Open Badges 3.0 §5.3.1)."""
    award = _held(award_id)
    baked = baking.bake(badge_png(award.picture), _signed(award))
    return _download(baked, "image/png", f"{_file_name(award)}.png")


def _held(award_id: UUID) -> HeldAward:
    with wiring().db.begin() as session:
        return awards.held(session, signed_in().actor, award_id)


def _signed(award: HeldAward) -> str:
    if award.signed is None:
        raise NotFoundError(
            "awards.not-issued",
            say(
                "awards.not-issued",
                "There is no file to download: this certificate is still being made, or it was "
                "withdrawn. Its page says which.",
            ),
        )
    return award.signed


def _said(signed: str) -> Shown:
    """What the credential itself says, so that the page can't say anything else."""
    return read_badge(UnverifiedCredential(json.loads(signed)))


def _file_name(award: HeldAward) -> str:
    return re.sub(r"[^a-z0-9]+", "-", award.info.badge_name.lower()).strip("-") or "badge"


def _download(content: bytes, kind: str, name: str) -> Response:
    answer = make_response(content)
    answer.mimetype = kind
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
