"""The form that describes an LMS: the kinds there are, and what was typed."""

from flask import request

from lti_tool.sentence import Sentence, say
from lti_tool.usecases.lms.platform_fields import NewPlatform

FAMILIES: dict[str, Sentence] = {
    "moodle": say("platforms.family-moodle", "Moodle"),
    "canvas": say("platforms.family-canvas", "Canvas"),
    "": say("platforms.family-other", "another, or not known"),
}
"""By the name an LMS gives its own kind; what each does differently depends on it."""


def typed_platform() -> NewPlatform:
    """What this request's form says of an LMS; checked where it is kept."""
    form = {name: text.strip() for name, text in request.form.items()}
    return NewPlatform(
        platform_issuer=form.get("platform_issuer", ""),
        client_id=form.get("client_id", ""),
        auth_url=form.get("auth_url", ""),
        token_url=form.get("token_url", ""),
        jwks_url=form.get("jwks_url", ""),
        deployments=tuple(form.get("deployments", "").split()),
        name=form.get("name", ""),
        product_family=form.get("product_family", ""),
    )
