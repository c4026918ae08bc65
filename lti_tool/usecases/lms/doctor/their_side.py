"""The checks on the LMS's side that need no access: its addresses, its clock, its keys."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import Answer
from lti_tool.lti.platform_keys import SAMPLE_KID, usable_keys
from lti_tool.sentence import say
from lti_tool.usecases.lms.doctor.case import Case
from lti_tool.usecases.lms.doctor.instruments import Instruments
from lti_tool.usecases.lms.doctor.report import (
    Check,
    Topic,
    failed,
    fell_ill,
    not_checked,
    passed,
)

SIGN_IN = Topic("auth-address", say("doctor.auth-address", "The LMS's sign-in address"))
TOKEN = Topic("token-address", say("doctor.token-address", "The LMS's token address"))
CLOCK = Topic("clock", say("doctor.clock", "The clocks of both sides"))
KEYS = Topic("platform-keys", say("doctor.platform-keys", "The LMS's public keys"))

AHEAD, BEHIND = timedelta(seconds=5), timedelta(seconds=30)
"""How far our clock may be from theirs: Moodle takes no assertion from the future at all, and we
date ours back by five seconds; Canvas takes thirty."""


def examine_their_side(case: Case, tools: Instruments) -> Iterator[Check]:
    """Can the LMS's addresses be reached from here, is its clock ours, are its keys usable?"""
    yield _address(SIGN_IN, case.registration.auth_url, tools)[0]
    check, answer = _address(TOKEN, case.registration.token_url, tools)
    yield check
    yield _clock(answer, tools.now())
    yield _keys(case.registration.jwks_url, tools)


def _address(topic: Topic, url: str, tools: Instruments) -> tuple[Check, Answer | None]:
    """Whatever is answered below 500 is an answer: both LMSs refuse a request without details."""
    try:
        answer = tools.http.send("GET", url)
    except PlatformError as error:
        return fell_ill(topic, error), None
    if answer.status < 500:
        return passed(topic, say("doctor.address-fine", "%(url)s answers.", url=url)), answer
    finding = say(
        "doctor.address-faulty",
        "%(url)s answers with a fault of its own (%(status)s).",
        url=url,
        status=answer.status,
    )
    remedy = say(
        "doctor.address-faulty-remedy",
        "Try again in a few minutes; if it stays so, tell the administrator of the LMS.",
    )
    return failed(topic, finding, remedy), answer


def _clock(answer: Answer | None, now: datetime) -> Check:
    theirs = _their_time(answer) if answer is not None else None
    if theirs is None:
        return not_checked(
            CLOCK, say("doctor.clock-unsaid", "The LMS did not say what time it has.")
        )
    ahead = now - theirs
    if -BEHIND <= ahead <= AHEAD:
        return passed(CLOCK, say("doctor.clock-fine", "They agree."))
    seconds = round(abs(ahead.total_seconds()))
    finding = (
        say(
            "doctor.clock-ahead",
            "The clock of this machine is %(seconds)s seconds ahead of the LMS's, which may "
            "refuse what we sign as not yet valid.",
            seconds=seconds,
        )
        if ahead > timedelta(0)
        else say(
            "doctor.clock-behind",
            "The clock of this machine is %(seconds)s seconds behind the LMS's, so that launches "
            "may seem to come from the future.",
            seconds=seconds,
        )
    )
    return failed(CLOCK, finding, say("doctor.clock-remedy", "Set both by a time server (NTP)."))


def _their_time(answer: Answer) -> datetime | None:
    """The Date header, moved on by the time the answer lay in a cache (RFC 9110 §6.6.1)."""
    with suppress(ValueError, TypeError, OverflowError):
        said = parsedate_to_datetime(answer.headers.get("date", ""))
        return said.astimezone(UTC) + timedelta(seconds=int(answer.headers.get("age", "0")))
    return None


def _keys(url: str, tools: Instruments) -> Check:
    try:
        keys = usable_keys(tools.http.get_json(url))
    except PlatformError as error:
        return fell_ill(KEYS, error)
    if not keys:
        return failed(
            KEYS,
            say(
                "doctor.platform-keys-none",
                "%(url)s holds no key that launches can be signed with (RSA of 2048 bits or "
                "more, for RS256).",
                url=url,
            ),
            say(
                "doctor.platform-keys-none-remedy",
                "Compare the address of the keys with what the LMS says of itself.",
            ),
        )
    if SAMPLE_KID in keys:
        return failed(
            KEYS,
            say(
                "doctor.platform-keys-sample",
                "This Canvas signs with the sample keys that everybody can download with its "
                "source code. Anybody can forge a launch as anyone.",
            ),
            say(
                "doctor.platform-keys-sample-remedy",
                "Ask its administrator to replace lti_keys in Canvas' dynamic settings by keys of "
                "their own.",
            ),
        )
    return passed(KEYS, say("doctor.platform-keys-fine", "%(url)s has usable keys.", url=url))
