"""The checks on our side: our address and our public keys, as an LMS or a browser sees them."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from lti_tool.errors import PlatformError
from lti_tool.lti.platform_keys import usable_keys
from lti_tool.sentence import say
from lti_tool.usecases.lms.doctor.case import Case
from lti_tool.usecases.lms.doctor.instruments import Instruments
from lti_tool.usecases.lms.doctor.report import Check, Topic, failed, passed

ADDRESS = Topic("own-address", say("doctor.own-address", "This tool's own address"))
KEYS = Topic("own-keys", say("doctor.own-keys", "This tool's public keys"))


def examine_ourselves(case: Case, tools: Instruments) -> Iterator[Check]:
    """Is our address right, and do we serve the keys we sign with there?"""
    yield _address(tools)
    yield _keys(case, tools)


def _address(tools: Instruments) -> Check:
    parts = urlsplit(tools.base_url)
    if parts.scheme != "https" and not _is_here(parts.hostname or ""):
        return failed(
            ADDRESS,
            say(
                "doctor.own-address-plain",
                "%(url)s begins with http://. Browsers then refuse the cookies this tool needs "
                "inside an LMS, and what students write travels in the clear.",
                url=tools.base_url,
            ),
            say(
                "doctor.own-address-plain-remedy",
                "Put a reverse proxy with a certificate in front, and its https:// address into "
                "TESTAMUR_BASE_URL.",
            ),
        )
    try:
        answer = tools.own_http.send("GET", f"{tools.base_url}/healthz")
    except PlatformError:
        return _unanswered(tools.base_url)
    if answer.status != 200 or b"alive" not in answer.body:
        return _unanswered(tools.base_url)
    return passed(ADDRESS, say("doctor.own-address-fine", "%(url)s answers.", url=tools.base_url))


def _is_here(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")


def _unanswered(url: str) -> Check:
    return failed(
        ADDRESS,
        say(
            "doctor.own-address-silent",
            "Asked from this machine, this tool does not answer at %(url)s.",
            url=url,
        ),
        say(
            "doctor.own-address-silent-remedy",
            "Look whether the tool runs and the proxy in front leads to it, and whether "
            "TESTAMUR_BASE_URL is the address browsers use. If the page opens in a browser "
            "elsewhere, only this machine can't reach it, and LMSs may well.",
        ),
    )


def _keys(case: Case, tools: Instruments) -> Check:
    if not case.published_kids:
        return failed(
            KEYS,
            say("doctor.own-keys-none", "The institution has no LTI key, so LMSs can't know us."),
            say("doctor.own-keys-none-remedy", "Make one with “testamur tool-keys rotate”."),
        )
    url = f"{tools.base_url}/lti/{case.registration.id}/jwks"
    try:
        served = frozenset(usable_keys(tools.own_http.get_json(url)))
    except PlatformError:
        served = frozenset()
    if served == case.published_kids:
        return passed(KEYS, say("doctor.own-keys-fine", "%(url)s has them.", url=url))
    return failed(
        KEYS,
        say(
            "doctor.own-keys-other",
            "Asked from this machine, %(url)s does not have the keys that this tool signs with.",
            url=url,
        ),
        say(
            "doctor.own-keys-other-remedy",
            "Open the address in a browser. It must show a list of keys, to everybody and without "
            "a sign-in; if it does, look whether another installation answers there.",
        ),
    )
