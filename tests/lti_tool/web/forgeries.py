"""Attacks on a launch by their row: L1 to L20 of the launch matrix, else what the launch checks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from werkzeug.test import TestResponse

from tests.support.keys import TEST_ONLY_OTHER_PLATFORM_KEY
from tests.support.launching import LMS_URL, Lms
from tests.support.practice import OTHER_STUDENT, REMOVED, Login

NOW = int(datetime.fromisoformat("2026-11-23T12:00:00Z").timestamp())
TEN_YEARS, TEN_DAYS = 315_360_000, 864_000
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
CANARIES: dict[str, Any] = {
    "sub": "canary-sub-4711",
    "name": "Canary Lindqvist",
    "given_name": "Canary-Given",
    "email": "canary@lms.example",
    "context": {"id": "canary-course", "title": "Canary Course"},
    "launch_presentation": {"return_url": ""},
}
Forge = Callable[[Lms, Login], dict[str, str]]
"""Makes the form that is posted to end a login."""


def claims_with(**changes: Any) -> Forge:
    """A properly signed token with changed claims."""
    return lambda lms, login: lms.form(login, **{**CANARIES, **changes})


def signed_with(**how: Any) -> Forge:
    """A token of good claims, signed in another way."""
    return lambda lms, login: lms.signed(login, lms.platform.claims(login, **CANARIES), **how)


def another_logins(lms: Lms, login: Login) -> dict[str, str]:
    """The token of another opening of the same link, in the same browser."""
    return lms.form(lms.login(), **CANARIES) | {"state": login.state}


def with_field(**fields: str) -> Forge:
    """A good form in which some fields are others."""
    return lambda lms, login: lms.form(login, **CANARIES) | fields


def with_token_parts(change: Callable[[list[str]], list[str]]) -> Forge:
    """A good form whose token's three parts are changed."""

    def forge(lms: Lms, login: Login) -> dict[str, str]:
        form = lms.form(login, **CANARIES)
        return form | {"id_token": ".".join(change(form["id_token"].split(".")))}

    return forge


FORGERIES: dict[str, tuple[str, Forge]] = {
    "nonce: of another opening": ("launch.other-login", another_logins),
    "nonce: invented": ("launch.other-login", claims_with(nonce="guess")),
    "nonce: none": ("launch.other-login", claims_with(nonce=REMOVED)),
    "L4 no signature": ("launch.algorithm-refused", signed_with(key=None, algorithm="none")),
    "L4 an empty signature": (
        "launch.signature-wrong",
        with_token_parts(lambda parts: [*parts[:2], ""]),
    ),
    "L4 a signature of half the length": (
        "launch.signature-wrong",
        with_token_parts(lambda parts: [*parts[:2], parts[2][:171]]),
    ),
    "L4 a signature that is no base64": (
        "launch.signature-wrong",
        with_token_parts(lambda parts: [*parts[:2], "A"]),
    ),
    "L4 a stranger's signature": (
        "launch.signature-wrong",
        signed_with(key=TEST_ONLY_OTHER_PLATFORM_KEY),
    ),
    "L5 an HMAC": (
        "launch.algorithm-refused",
        signed_with(key="public" * 9, algorithm="HS256"),
    ),
    "L6 an unknown key": ("launch.key-unknown", signed_with(header={"kid": "unheard-of"})),
    "L6 a key like a path": (
        "launch.key-unknown",
        signed_with(header={"kid": "../../etc/passwd"}),
    ),
    "L6 a key like a statement": (
        "launch.key-unknown",
        signed_with(header={"kid": "' OR 1=1 --"}),
    ),
    "L6 a key's name of 10 kB": ("launch.key-unknown", signed_with(header={"kid": "k" * 10_000})),
    "L6 a key brought along": (
        "launch.key-unknown",
        signed_with(header={"kid": "mine", "jku": "https://evil.example/jwks"}),
    ),
    "L6 an extension we must understand": (
        "launch.token-unreadable",
        signed_with(header={"crit": ["b64"]}),
    ),
    "L7 another audience": ("launch.audience-wrong", claims_with(aud="another-tool")),
    "L7 no audience": ("launch.audience-wrong", claims_with(aud=REMOVED)),
    "L7 another authorized party": (
        "launch.authorized-party-wrong",
        claims_with(azp="another-tool"),
    ),
    "L7 a stranger beside us": (
        "launch.authorized-party-wrong",
        claims_with(aud=["practice-client", "another-tool"]),
    ),
    "L8 another issuer": ("launch.platform-wrong", claims_with(iss="https://evil.example")),
    "L8 an issuer but for a slash": ("launch.platform-wrong", claims_with(iss=f"{LMS_URL}/")),
    "L8 no deployment": ("launch.deployment-missing", claims_with(deployment_id=REMOVED)),
    "L9 over": ("launch.expired", claims_with(iat=NOW - 400, exp=NOW - 300)),
    "L9 not begun": ("launch.not-yet", claims_with(nbf=NOW + 300)),
    "L9 no end": ("launch.time-missing", claims_with(exp=REMOVED)),
    "L9 no beginning": ("launch.time-missing", claims_with(iat=REMOVED)),
    "L9 an end ten years away": ("launch.too-long", claims_with(exp=NOW + TEN_YEARS)),
    "L9 ten days old": ("launch.too-old", claims_with(iat=NOW - TEN_DAYS)),
    "L10 a clock 61 s behind": ("launch.expired", claims_with(iat=NOW - 121, exp=NOW - 61)),
    "L10 a clock 61 s ahead": ("launch.not-yet", claims_with(iat=NOW + 61, exp=NOW + 121)),
    "L11 no state": ("launch.state-missing", with_field(state="")),
    "L11 an invented state": ("launch.state-unknown", with_field(state="guess")),
    "L12 a page on another host": (
        "launch.target-foreign",
        claims_with(target_link_uri="https://evil.example/v/1"),
    ),
    "L12 a page without a scheme": (
        "launch.target-foreign",
        claims_with(target_link_uri="//evil.example/v/1"),
    ),
    "L12 a script for a page": (
        "launch.target-foreign",
        claims_with(target_link_uri="javascript:alert(1)"),
    ),
    "L12 no page": ("launch.target-missing", claims_with(target_link_uri=REMOVED)),
    "L14 no roles": ("launch.roles-missing", claims_with(roles=REMOVED)),
    "L14 roles that are a text": (
        "launch.roles-missing",
        claims_with(roles="http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"),
    ),
    "L18 nowhere to take a choice": (
        "launch.message-incomplete",
        claims_with(message_type="LtiDeepLinkingRequest", **{DL: REMOVED}),
    ),
    "L20 an id with NUL": ("launch.name-unusable", claims_with(sub="canary\x00")),
    "L20 a token of 100 kB": ("launch.token-too-large", claims_with(name="canary" * 16_000)),
    "L20 half a token": ("launch.token-unreadable", with_token_parts(lambda parts: parts[:2])),
    "L20 no token": ("launch.token-missing", with_field(id_token="")),
    "deployment, sub: nobody": ("launch.anonymous", claims_with(sub=REMOVED)),
    "deployment, sub: a number": ("launch.name-unusable", claims_with(sub=4)),
    "message types: no link": ("launch.link-missing", claims_with(resource_link=REMOVED)),
    "message types: another": (
        "launch.message-unknown",
        claims_with(message_type="LtiStartAssessment"),
    ),
    "message types: another version": ("launch.version-unknown", claims_with(version="1.1")),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """Two LMSs of one tool, and the browser of somebody else."""

    lms: Lms
    other: Lms
    elsewhere: Lms


def posted_twice(stage: Stage) -> TestResponse:
    """The same launch again."""
    form = stage.lms.form(stage.lms.login())
    stage.lms.post(form)
    return stage.lms.post(form)


def posted_twice_from_elsewhere(stage: Stage) -> TestResponse:
    """The same launch again, in a browser that never began it."""
    form = stage.lms.form(stage.lms.login())
    stage.lms.post(form)
    return stage.elsewhere.post(form)


def another_token_for_a_used_login(stage: Stage) -> TestResponse:
    """A fresh token with the nonce of a login that was used."""
    login = stage.lms.login()
    stage.lms.post(stage.lms.form(login))
    return stage.lms.post(stage.lms.form(login, sub=OTHER_STUDENT))


def ended_at_another_address(stage: Stage) -> TestResponse:
    """Begun at one LMS's address, posted to the other's."""
    form = stage.lms.form(stage.lms.login())
    return stage.other.post(form, browser=stage.lms.browser)


def mixed_up(stage: Stage) -> TestResponse:
    """Begun at one LMS, ended with a token that the other signed for itself."""
    login = stage.lms.login()
    claims = stage.other.platform.claims(login)
    return stage.lms.post(stage.lms.signed(login, claims))


def begun_by_somebody_else(stage: Stage) -> TestResponse:
    """My launch, posted in your browser, which has a login of its own."""
    stage.elsewhere.login()
    mine = stage.lms.login()
    cookie = mine.response.headers["Set-Cookie"].partition("=")[0]
    stage.elsewhere.browser.set_cookie(cookie, "a secret of another login")
    return stage.elsewhere.post(stage.lms.form(mine))


def without_a_cookie(stage: Stage) -> TestResponse:
    """From a browser that brought nothing."""
    return stage.elsewhere.post(stage.lms.form(stage.lms.login()))


def with_a_secret_of_another_site(stage: Stage) -> TestResponse:
    """A page of the LMS's site sends the proof that only our own page may send."""
    form = stage.lms.form(stage.lms.login())
    return stage.elsewhere.post(form | {"browser_secret": "guess"})


def begun_for_another_page(stage: Stage) -> TestResponse:
    """A login that is to end on another host."""
    return begin(stage, target_link_uri="https://evil.example/v/1")


def begun_by_another_platform(stage: Stage) -> TestResponse:
    """A login in the name of an LMS that is not registered at this address."""
    return begin(stage, iss="https://evil.example")


def begin(stage: Stage, **changes: str) -> TestResponse:
    """Post a login to the tool; nothing is followed."""
    tool = stage.lms.platform.configuration.tool
    fields = {"iss": LMS_URL, "login_hint": "4", "target_link_uri": tool.launch_url, **changes}
    return stage.lms.browser.post(tool.login_url, data=fields)


def with_keys_away(stage: Stage) -> TestResponse:
    """While the LMS's key page answers nobody, and was never read."""
    stage.lms.tool.key_pages.clear()
    return stage.lms.launch()


SCENES: dict[str, tuple[str, Callable[[Stage], TestResponse]]] = {
    "L1 replay": ("launch.already-used", posted_twice),
    "L1 replay from another browser": ("launch.already-used", posted_twice_from_elsewhere),
    "L2 another token for a used login": ("launch.already-used", another_token_for_a_used_login),
    "L3 another platform's token": ("launch.platform-wrong", mixed_up),
    "L3 another platform's address": ("launch.state-unknown", ended_at_another_address),
    "L11 begun by somebody else": ("launch.another-browser", begun_by_somebody_else),
    "L11 from a browser without the cookie": ("launch.browser-unproven", without_a_cookie),
    "L12 a login for another page": ("login.target-foreign", begun_for_another_page),
    "L8 a login of another issuer": ("login.other-platform", begun_by_another_platform),
    "L16 keys that can't be fetched": ("launch.platform-keys-unreachable", with_keys_away),
    "platform storage: a proof from another site": (
        "launch.browser-unproven",
        with_a_secret_of_another_site,
    ),
}
ELSEWHERE = {
    "L13": "tests/lti_tool/web/test_launches.py",
    "L15": "tests/lti_tool/usecases/test_tidying.py",
    "L17": "tests/lti_tool/usecases/test_visits.py",
    "L19": "tests/journeys",
}
"""Rows that are about what happens after a launch or around it, and where they are shown."""
