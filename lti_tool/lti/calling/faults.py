"""Why a call to a platform came to nothing before it could be refused or granted."""

from urllib.parse import urlsplit

from lti_tool.errors import PlatformError
from lti_tool.sentence import Sentence, say


def unreachable(status: int | None = None) -> PlatformError:
    """No answer, or not in time, or an answer that isn't what was asked for."""
    sentence = say(
        "platform.unreachable",
        "The learning platform did not answer, or not in time. We try again by ourselves.",
    )
    return _fault(sentence, retryable=True, status=status)


def answer_too_large() -> PlatformError:
    """More than we read."""
    return _fault(
        say(
            "platform.answer-too-large",
            "The learning platform's answer was larger than we read. Its administrator should "
            "check the addresses of the registration.",
        )
    )


def answer_unreadable(status: int) -> PlatformError:
    """Something else than the JSON that was asked for."""
    sentence = say(
        "platform.answer-unreadable",
        "The learning platform's answer can't be read. Its administrator should check the "
        "addresses of the registration.",
    )
    return _fault(sentence, retryable=True, status=status)


def address_refused() -> PlatformError:
    """No http(s) address, or one with a user name in it."""
    return _fault(
        say(
            "platform.address-refused",
            "An address the learning platform gave us is not one we can call.",
        )
    )


def address_plain(url: str) -> PlatformError:
    """Plain http to a host that is not allowed by name."""
    return _fault(
        say(
            "platform.address-plain",
            "The learning platform's address at %(host)s begins with http://, and what is sent "
            "there could be read by others on the way. Use its https:// address. If this is an "
            "LMS of your own in a closed network, the tool's administrator can allow it in the "
            "setting TESTAMUR_PRIVATE_LMS_HOSTS.",
            host=_host(url),
        )
    )


def address_private(url: str) -> PlatformError:
    """A name that stands for a private, loopback, link-local or reserved address."""
    return _fault(
        say(
            "platform.address-private",
            "The learning platform's address at %(host)s lies inside a private network, where "
            "this tool calls nobody unless it is told to. If this is an LMS of your own, the "
            "tool's administrator can allow it in the setting TESTAMUR_PRIVATE_LMS_HOSTS.",
            host=_host(url),
        )
    )


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _fault(
    sentence: Sentence, *, retryable: bool = False, status: int | None = None
) -> PlatformError:
    return PlatformError(sentence.id, sentence, retryable=retryable, status=status)
