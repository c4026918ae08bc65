"""Why a registration came to nothing, in words that an administrator can act on."""

from lti_tool.errors import PlatformError
from lti_tool.sentence import Sentence, say

WHOLE = "JSON"
"""In place of a field's name, when the document as a whole can't be read."""

_BEGUN_BEFORE = say(
    "registration.token-spent",
    "The LMS says that this registration was begun too long ago, or is finished already. Look in "
    "the LMS whether Testamur is in its list of tools. If not, paste the address there once more: "
    "it still works.",
)
_OUR_ADDRESS = say(
    "registration.our-address",
    "The LMS did not take the address of this tool. Whoever installed Testamur should check the "
    "setting TESTAMUR_BASE_URL: it must be the address you see in the browser, with its port. "
    "Then paste the registration address into the LMS once more.",
)
_OUR_FORM = say(
    "registration.our-form",
    "The LMS did not take our registration as it is written. Connect it by hand instead (in "
    "Testamur under LMS connections), and tell the people who run this tool which LMS and which "
    "version it is.",
)
_NO_SUCH_ACCOUNT = say(
    "registration.no-account",
    "The LMS did not find what this registration is for. Begin again in the LMS: delete what it "
    "began, and paste the address once more. It still works.",
)
_NOT_NOW = say(
    "registration.not-now",
    "The LMS could not register us just now; the fault is on its side. Wait a few minutes and "
    "paste the address into it once more: it still works.",
)
_PAGE_INSTEAD = say(
    "registration.page-instead",
    "The LMS answered with a page for people instead of a registration. Begin again in the LMS by "
    "pasting the address once more: it still works. If that does not help, connect it by hand.",
)
_NO_CLIENT_ID = say(
    "registration.no-client-id",
    "The LMS says that it registered us, but not under which client id. Look in the LMS for "
    "Testamur in its list of tools, and connect it by hand with the client id shown there.",
)
_UNREACHABLE = say(
    "registration.unreachable",
    "The LMS opened this page, but this tool could not reach the LMS. Ask whoever looks after the "
    "network whether the tool's server may call the LMS, then paste the address into the LMS once "
    "more: it still works.",
)
_NO_CONFIGURATION = say(
    "registration.no-configuration",
    "The LMS did not hand out its configuration. The registration may have been begun too long "
    "ago: paste the address into the LMS once more. It still works.",
)

_BY_WORD = {
    "token_already_used": _BEGUN_BEFORE,
    "missing_registration_token": _BEGUN_BEFORE,
    "registration token has already been used": _BEGUN_BEFORE,
    "jwt did not include expected contents": _BEGUN_BEFORE,
    "missing_domain": _OUR_ADDRESS,
    "domain_targetlinkuri_mismatch": _OUR_ADDRESS,
    "invalid_redirect_uris": _OUR_ADDRESS,
    "specified account does not exist": _NO_SUCH_ACCOUNT,
}
"""What Moodle (bare words) and Canvas (`errorMessage`) say when they refuse."""


def refused(status: int, word: str, *, is_page: bool) -> PlatformError:
    """The error for a registration the LMS refused: by its word, else by its status."""
    return _error(_BY_WORD.get(word.strip().lower()) or _by_status(status, is_page), status=status)


def _by_status(status: int, is_page: bool) -> Sentence:
    if status >= 500 or status in (408, 429):
        return _NOT_NOW
    if is_page or status < 400:
        return _PAGE_INSTEAD
    if status in (401, 403):
        return _BEGUN_BEFORE
    return _NO_SUCH_ACCOUNT if status == 404 else _OUR_FORM


def page_instead(status: int) -> PlatformError:
    """It answered, with something that is no registration."""
    return _error(_PAGE_INSTEAD, status=status)


def no_client_id(status: int) -> PlatformError:
    """It answered with a registration that names no client."""
    return _error(_NO_CLIENT_ID, status=status)


def unreachable() -> PlatformError:
    """We could not call it at all."""
    return _error(_UNREACHABLE, retryable=True)


def no_configuration(status: int) -> PlatformError:
    """It has nothing for us at the address it named."""
    return _error(_NO_CONFIGURATION, status=status)


def unreadable_configuration(field: str) -> PlatformError:
    """Its configuration lacks something, or is none; `field` is the standard's own name."""
    return _error(
        say(
            "registration.configuration-unreadable",
            "The configuration of the LMS can't be used: look at “%(field)s” in it. Connect it by "
            "hand instead, or show this sentence to whoever looks after the LMS.",
            field=field,
        )
    )


def other_issuer(asked: str, named: str) -> PlatformError:
    """It says that it is another than the one that was asked."""
    return _error(
        say(
            "registration.other-issuer",
            "The LMS at %(asked)s calls itself %(named)s, and we can't tell whether that is so. "
            "Set the LMS's own address right in its settings, or connect it by hand.",
            asked=asked,
            named=named,
        )
    )


def _error(
    sentence: Sentence, *, status: int | None = None, retryable: bool = False
) -> PlatformError:
    return PlatformError(sentence.id, sentence, retryable=retryable, status=status)
