"""Every way a login or launch is refused: its code, its sentence and what to do about it."""

from dataclasses import dataclass

from lti_tool.errors import LaunchRejectedError
from lti_tool.sentence import Sentence, say

_OPEN_AGAIN = say("launch.remedy-open-again", "Open the activity again from your course.")
_NEW_WINDOW = say(
    "launch.remedy-new-window",
    "Open the activity from your course in a new window, or allow cookies for this page and open "
    "it again.",
)
_SIGN_IN = say(
    "launch.remedy-sign-in",
    "Sign in to your learning platform and open the activity from your course.",
)
_LATER = say(
    "launch.remedy-later",
    "Wait a minute and open the activity again from your course. Nothing you saved is lost.",
)
_TELL_ADMINISTRATOR = say(
    "launch.remedy-administrator",
    "Tell whoever looks after your learning platform, and give them the code on this page.",
)
_ASK_TEACHER = say(
    "launch.remedy-ask-teacher",
    "Sign in to your learning platform and open the activity from your course. If it happens "
    "again, ask whoever teaches the course whether the activity is open to you.",
)
_AGREE = say(
    "launch.remedy-agree",
    "Open your learning platform in a window of its own, answer what it asks, and then open the "
    "activity again from your course.",
)
_TRY_THEN_TELL = say(
    "launch.remedy-try-then-tell",
    "Open the activity again from your course. If it happens twice, tell whoever looks after "
    "your learning platform, and give them the code on this page.",
)
_TELL_REGISTRATION = say(
    "launch.remedy-registration",
    "Tell whoever looks after your learning platform: this tool has to be switched on there, and "
    "its client id has to be the one entered here.",
)
_CHECK_CLOCK = say(
    "launch.remedy-clock",
    "Open the activity again. If it happens twice, tell whoever looks after your learning "
    "platform that its clock may be wrong: it must agree with the world's time to a minute.",
)


@dataclass(frozen=True, slots=True)
class _Refusal:
    """One way to refuse; the sentence's id is the stable code."""

    sentence: Sentence
    remedy: Sentence
    http_status: int


def _all(remedy: Sentence, http_status: int, *sentences: Sentence) -> tuple[_Refusal, ...]:
    return tuple(_Refusal(sentence, remedy, http_status) for sentence in sentences)


_REFUSALS = (
    *_all(
        _TELL_ADMINISTRATOR,
        400,
        say(
            "login.hint-missing",
            "Your learning platform began to open an activity but did not say for whom.",
        ),
        say(
            "login.other-platform",
            "The learning platform that opened this page is not the one this address was made for.",
        ),
        say(
            "login.target-foreign",
            "Your learning platform asked us to open a page that is not ours, so we did not.",
        ),
        say(
            "login.target-missing",
            "Your learning platform did not say which page of ours it wants to open.",
        ),
    ),
    *_all(
        _SIGN_IN,
        401,
        say(
            "launch.login-required",
            "Your learning platform did not recognise you, so it could not tell us who you are.",
        ),
        say(
            "launch.anonymous",
            "Your learning platform does not say who you are. Visitors who are not signed in can "
            "look at the course, but work and certificates need a name to belong to.",
        ),
    ),
    *_all(
        _AGREE,
        401,
        say(
            "launch.interaction-required",
            "Your learning platform wants to ask you something before it opens this activity, "
            "and can't ask it inside this page.",
        ),
    ),
    *_all(
        _ASK_TEACHER,
        401,
        say(
            "launch.access-denied",
            "Your learning platform says that you may not open this activity. Perhaps somebody "
            "else signed in to it in this browser meanwhile.",
        ),
    ),
    *_all(
        _TELL_REGISTRATION,
        401,
        say(
            "launch.client-refused",
            "Your learning platform does not let this tool in.",
        ),
    ),
    *_all(
        _TRY_THEN_TELL,
        401,
        say(
            "launch.question-refused",
            "Your learning platform could not make sense of our question who you are, so it did "
            "not answer it.",
        ),
    ),
    *_all(
        _OPEN_AGAIN,
        401,
        say(
            "launch.no-longer-valid",
            "Your learning platform opens each launch once, and this one was opened before.",
        ),
        say("launch.state-missing", "This page was opened without a launch from a course."),
        say("launch.state-unknown", "We know nothing of this launch: it did not begin here."),
        say("launch.login-expired", "This launch took longer than ten minutes and has ended."),
        say(
            "launch.already-used",
            "This launch was opened before, and each launch opens once.",
        ),
        say("launch.another-browser", "This launch was begun in another browser."),
        say(
            "launch.token-missing",
            "Your learning platform sent nothing that says who you are.",
        ),
        say(
            "launch.other-login",
            "This launch belongs to another opening of the activity.",
        ),
    ),
    *_all(
        _TELL_ADMINISTRATOR,
        401,
        say(
            "launch.platform-refused",
            "Your learning platform did not let this activity open.",
        ),
        say(
            "launch.token-too-large",
            "Your learning platform sent more than a launch can need, so we did not read it.",
        ),
        say(
            "launch.token-unreadable",
            "What your learning platform sent can't be read as a launch.",
        ),
        say(
            "launch.algorithm-refused",
            "Your learning platform signed this launch in a way we do not accept; it must use "
            "RS256.",
        ),
        say(
            "launch.key-unknown",
            "This launch is signed with a key that your learning platform does not publish.",
        ),
        say(
            "launch.signature-wrong",
            "The signature of this launch is not your learning platform's.",
        ),
        say("launch.platform-wrong", "This launch comes from another learning platform."),
        say("launch.audience-wrong", "This launch was made for another tool."),
        say(
            "launch.authorized-party-wrong",
            "This launch was made for another tool to use.",
        ),
        say(
            "launch.time-missing",
            "This launch does not say when it was made or until when it holds.",
        ),
        say(
            "launch.too-long",
            "This launch would hold for more than two hours, which is longer than we accept.",
        ),
        say(
            "launch.version-unknown",
            "Your learning platform speaks another version of LTI than 1.3.",
        ),
        say(
            "launch.message-unknown",
            "Your learning platform asked for something this tool does not do.",
        ),
        say(
            "launch.message-incomplete",
            "Something that belongs to this kind of launch is missing from it.",
        ),
        say("launch.deployment-missing", "This launch does not say where the tool is installed."),
        say("launch.target-missing", "This launch does not say which page of ours it is for."),
        say(
            "launch.target-foreign",
            "This launch is for a page that is not ours, so we did not open it.",
        ),
        say("launch.link-missing", "This launch does not say which activity of the course it is."),
        say("launch.roles-missing", "This launch does not say what you are in the course."),
        say(
            "launch.name-unusable",
            "A name or number in this launch is too long or contains characters we can't keep.",
        ),
    ),
    *_all(
        _TELL_ADMINISTRATOR,
        404,
        say(
            "launch.registration-unknown",
            "No learning platform is registered at this address.",
        ),
    ),
    *_all(
        _NEW_WINDOW,
        401,
        say(
            "launch.browser-unproven",
            "Your browser did not keep the note we gave it a moment ago, so we can't be sure that "
            "it was you who opened this activity.",
        ),
    ),
    *_all(
        _LATER,
        503,
        say(
            "launch.platform-keys-unreachable",
            "We could not reach your learning platform to check that this launch is its own.",
        ),
        say(
            "launch.platform-busy",
            "Your learning platform had trouble of its own and could not open this activity.",
        ),
    ),
    *_all(
        _CHECK_CLOCK,
        401,
        say(
            "launch.expired",
            "This launch ended before it reached us: it was slow to arrive, or your learning "
            "platform's clock is behind.",
        ),
        say(
            "launch.not-yet",
            "This launch is dated in the future: your learning platform's clock is ahead.",
        ),
        say(
            "launch.too-old",
            "This launch is dated more than ten minutes ago: your learning platform's clock is "
            "behind.",
        ),
    ),
)
_BY_CODE = {refusal.sentence.id: refusal for refusal in _REFUSALS}
CODES = frozenset(_BY_CODE)
"""Every code there is, for tests and the manual."""


def refused(code: str) -> LaunchRejectedError:
    """The error to raise for one of the `CODES`; nothing of the token goes into it."""
    refusal = _BY_CODE[code]
    return LaunchRejectedError(
        code, refusal.sentence, remedy=refusal.remedy, http_status=refusal.http_status
    )
