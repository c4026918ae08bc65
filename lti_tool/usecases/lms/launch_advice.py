"""What an administrator reads beside a refused launch: what happened, and what to mend."""

from collections.abc import Mapping

from lti_tool.lti.refusals import CODES, refused
from lti_tool.sentence import Sentence, say
from lti_tool.usecases.lms.deployments import PENDING, REFUSED

_WAITS, _TURNED_AWAY = "launch.deployment-waits", "launch.deployment-refused"
_PLACE_CODES = {PENDING: _WAITS, REFUSED: _TURNED_AWAY}

_COMPARE_CLIENT = say(
    "launch-advice.client",
    "Compare the client id in the LMS, letter by letter, with the one of this connection; it must "
    "also be this connection's addresses that are entered there.",
)
_COMPARE_ISSUER = say(
    "launch-advice.issuer",
    "Compare the issuer named here with the issuer of this connection: they must be the same "
    "letter by letter, a slash at the end included.",
)
_COMPARE_KEYS = say(
    "launch-advice.keys",
    "Check the public key address of this connection: it must be the one the LMS shows. After "
    "the LMS has changed its keys, one more try is often enough.",
)
_REACH_KEYS = say(
    "launch-advice.reach-keys",
    "This tool could not fetch the LMS's public keys. The command “testamur doctor”, with the id "
    "of this connection, says why. An LMS in a private network, or one that speaks plain http, has "
    "to be named in the setting TESTAMUR_PRIVATE_LMS_HOSTS.",
)
_SET_CLOCKS = say(
    "launch-advice.clocks",
    "Compare both clocks with the world's time: the LMS's and this tool's may differ by a minute "
    "at most.",
)
_CHECK_TARGET = say(
    "launch-advice.target",
    "The link in the LMS must lead to an address of this tool. Place the activity again, or enter "
    "the launch address of this connection there.",
)
_BROWSER = say(
    "launch-advice.browser",
    "The browser did not bring back what it was given: it may keep no cookies inside the LMS. "
    "Let the LMS open this tool in a new window, or allow cookies for it.",
)
_AGAIN = say(
    "launch-advice.again",
    "Somebody reloaded a page, went back, or waited too long. Opening the activity again is "
    "enough; if it happens to many people, tell whoever runs this tool.",
)
_FORGED = say(
    "launch-advice.forged",
    "Nobody knows who sent this. One of them now and then is nothing; if there are many, tell "
    "whoever runs this tool.",
)
_ASK_LMS = say(
    "launch-advice.ask-lms",
    "The LMS decided this. Look there: is the tool switched on for this course, and is the person "
    "signed in and enrolled?",
)
_SENDS_TOO_LITTLE = say(
    "launch-advice.incomplete",
    "The LMS left out or misshaped what LTI 1.3 asks for. The list below shows what it sent; its "
    "makers or its administrator can mend it.",
)

_BY_CODE: Mapping[str, Sentence] = {
    **dict.fromkeys(
        ("launch.audience-wrong", "launch.authorized-party-wrong", "launch.client-refused"),
        _COMPARE_CLIENT,
    ),
    **dict.fromkeys(("login.other-platform", "launch.platform-wrong"), _COMPARE_ISSUER),
    **dict.fromkeys(("launch.key-unknown", "launch.signature-wrong"), _COMPARE_KEYS),
    "launch.platform-keys-unreachable": _REACH_KEYS,
    **dict.fromkeys(("launch.expired", "launch.not-yet", "launch.too-old"), _SET_CLOCKS),
    **dict.fromkeys(
        ("launch.target-foreign", "login.target-foreign", "login.target-missing"), _CHECK_TARGET
    ),
    **dict.fromkeys(("launch.browser-unproven", "launch.another-browser"), _BROWSER),
    **dict.fromkeys(
        ("launch.already-used", "launch.login-expired", "launch.no-longer-valid"), _AGAIN
    ),
    **dict.fromkeys(
        (
            "launch.algorithm-refused",
            "launch.other-login",
            "launch.state-missing",
            "launch.state-unknown",
            "launch.token-missing",
            "launch.token-too-large",
            "launch.token-unreadable",
        ),
        _FORGED,
    ),
    **dict.fromkeys(
        (
            "launch.access-denied",
            "launch.anonymous",
            "launch.interaction-required",
            "launch.login-required",
            "launch.platform-busy",
            "launch.platform-refused",
            "launch.question-refused",
        ),
        _ASK_LMS,
    ),
}
_PLACES: Mapping[str, tuple[Sentence, Sentence]] = {
    _WAITS: (
        say("launch-advice.waits", "The launch came from a part of the LMS nobody has let in yet."),
        say("launch-advice.let-in", "Let it in on the page of LMS connections if you know it."),
    ),
    _TURNED_AWAY: (
        say("launch-advice.turned-away", "The launch came from a part of the LMS that is refused."),
        say("launch-advice.let-in", "Let it in on the page of LMS connections if you know it."),
    ),
}


def code_of_place(deployment_state: str) -> str | None:
    """The code of a genuine launch from a deployment in this state; None when it is let in."""
    return _PLACE_CODES.get(deployment_state)


def of(code: str) -> tuple[Sentence, Sentence]:
    """What happened and what to mend, for each code a launch record may have."""
    if code in _PLACES:
        return _PLACES[code]
    if code not in CODES:
        # Kept by an earlier version that still knew it.
        return refused("launch.platform-refused").sentence, _ASK_LMS
    return refused(code).sentence, _BY_CODE.get(code, _SENDS_TOO_LITTLE)
