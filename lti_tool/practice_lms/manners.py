"""Whose manners are whose: one row for each profile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lti_tool.practice_lms.canvas import addresses as canvas_addresses
from lti_tool.practice_lms.canvas import signing_in as canvas_signing_in
from lti_tool.practice_lms.canvas.claims import claims as canvas_claims
from lti_tool.practice_lms.configuration import Configuration
from lti_tool.practice_lms.moodle import addresses as moodle_addresses
from lti_tool.practice_lms.moodle import signing_in as moodle_signing_in
from lti_tool.practice_lms.moodle.claims import claims as moodle_claims
from lti_tool.practice_lms.occasion import Occasion
from lti_tool.practice_lms.plain import signing_in as plain_signing_in
from lti_tool.practice_lms.plain.claims import claims as plain_claims
from lti_tool.practice_lms.profiles import Profile
from lti_tool.practice_lms.state import Practice
from lti_tool.practice_lms.state.pending import Opening


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The addresses a tool is registered with; empty where the profile has none."""

    auth: str
    token: str
    jwks: str
    configuration: str = ""
    registration: str = ""


@dataclass(frozen=True, slots=True)
class Manners:
    """How one LMS launches.

    `make_hint` and `login_fields` begin; `check_address` and `take_opening` look at what the
    tool asks; `claims` answer it; `answer_fields` come beside the id_token.
    """

    paths: Endpoints
    make_hint: Callable[[Practice, Opening], str]
    login_fields: Callable[[Practice, Opening, str], dict[str, str]]
    check_address: Callable[[Practice, Mapping[str, str]], str]
    take_opening: Callable[[Practice, Mapping[str, str]], Opening]
    claims: Callable[[Occasion], dict[str, Any]]
    answer_fields: Callable[[Practice, Mapping[str, str]], dict[str, str]]


def _plain_answer(here: Practice, parameters: Mapping[str, str]) -> dict[str, str]:
    return {"state": parameters["state"]} if "state" in parameters else {}


def _moodle_answer(here: Practice, parameters: Mapping[str, str]) -> dict[str, str]:
    """An empty state where none was asked for (`oidc-authorization-variants`)."""
    return {"state": parameters.get("state", "")}


def _canvas_answer(here: Practice, parameters: Mapping[str, str]) -> dict[str, str]:
    """With two fields of Canvas's own that a tool must not mind (section 2.3)."""
    own = {"utf8": "✓", "authenticity_token": here.session_key("form")}
    return {**own, **_plain_answer(here, parameters), **canvas_signing_in.storage_field(here)}


MANNERS: Mapping[Profile, Manners] = {
    Profile.PLAIN: Manners(
        paths=Endpoints("/auth", "/token", "/jwks"),
        make_hint=plain_signing_in.make_hint,
        login_fields=plain_signing_in.login_fields,
        check_address=plain_signing_in.check_address,
        take_opening=plain_signing_in.take_opening,
        claims=plain_claims,
        answer_fields=_plain_answer,
    ),
    Profile.MOODLE: Manners(
        paths=Endpoints(
            auth=moodle_addresses.AUTH,
            token=moodle_addresses.TOKENS,
            jwks=moodle_addresses.JWKS,
            configuration=moodle_addresses.CONFIGURATION,
            registration=moodle_addresses.REGISTRATION,
        ),
        make_hint=moodle_signing_in.make_hint,
        login_fields=moodle_signing_in.login_fields,
        check_address=moodle_signing_in.check_address,
        take_opening=moodle_signing_in.take_opening,
        claims=moodle_claims,
        answer_fields=_moodle_answer,
    ),
    Profile.CANVAS: Manners(
        paths=Endpoints(
            auth=canvas_addresses.AUTH,
            token=canvas_addresses.TOKENS,
            jwks=canvas_addresses.JWKS,
            configuration=canvas_addresses.CONFIGURATION,
            registration=canvas_addresses.REGISTRATION,
        ),
        make_hint=canvas_signing_in.make_hint,
        login_fields=canvas_signing_in.login_fields,
        check_address=canvas_signing_in.check_address,
        take_opening=canvas_signing_in.take_opening,
        claims=canvas_claims,
        answer_fields=_canvas_answer,
    ),
}


def endpoints(configuration: Configuration) -> Endpoints:
    """The whole addresses of a running LMS. The configuration stands on the issuer's host."""
    paths = MANNERS[configuration.profile].paths
    issuer = configuration.issuer.rstrip("/")
    return Endpoints(
        auth=configuration.sso_url(paths.auth),
        token=configuration.sso_url(paths.token),
        jwks=configuration.sso_url(paths.jwks),
        configuration=issuer + paths.configuration,
        registration=configuration.sso_url(paths.registration),
    )
