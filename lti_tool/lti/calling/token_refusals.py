"""Why a platform gave us no access token, in words its administrator can act on.

Moodle says it in free text, sometimes in JSON that isn't (token-endpoint.json), Canvas in
`error_description` (token_response.json). Both are only searched for words that give the reason
away; nothing of them is kept.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import Answer
from lti_tool.lti.calling.service_errors import moved, passes_by_itself, wait_asked_for
from lti_tool.sentence import Sentence, say

NO_SCOPE = "platform.scopes-refused"
_SEARCHED = 4_000
_HEALS = frozenset({"platform.clocks-apart", "platform.tool-keys-unfetched"})


def access_refused(answer: Answer, scopes: Iterable[str], *, now: datetime) -> PlatformError:
    """The error for a token address that gave no access token.

    Also retryable while clocks differ or our keys can't be fetched: what an administrator mends
    there should not have to be mended here as well.
    """
    if passes_by_itself(answer):
        return PlatformError(
            "platform.access-refused",
            _unexplained(answer),
            retryable=True,
            status=answer.status,
            retry_after=wait_asked_for(answer, now),
        )
    words = answer.body[:_SEARCHED].decode(errors="replace").lower()
    if re.search(r"\binvalid_scope\b", words):
        return scopes_refused(scopes, status=answer.status)
    sentence = _explained(answer, words)
    return PlatformError(
        sentence.id, sentence, retryable=sentence.id in _HEALS, status=answer.status
    )


def scopes_refused(scopes: Iterable[str], *, status: int) -> PlatformError:
    """The error for a platform that lets us in, but not to any of these services."""
    sentence = say(
        "platform.scopes-refused",
        "The learning platform does not let this tool use %(services)s. Its administrator can "
        "switch that on where the tool is registered; in Canvas it is a scope of the developer "
        "key, in Moodle a service of the external tool.",
        services=", ".join(sorted(scope.rsplit("/", 1)[-1] for scope in scopes)),
    )
    return PlatformError(NO_SCOPE, sentence, retryable=False, status=status)


def _explained(answer: Answer, words: str) -> Sentence:
    if 300 <= answer.status < 400:
        return moved(answer)
    for tells, explain in _REASONS:
        if tells(answer, words):
            return explain()
    return _unexplained(answer)


def _unexplained(answer: Answer) -> Sentence:
    return say(
        "platform.access-refused",
        "The learning platform did not let this tool in (it answered %(status)s). Its "
        "administrator should check that the tool is switched on, may use the grade service, and "
        "that the platform can reach this tool's keys.",
        status=answer.status,
    )


def _client_unknown() -> Sentence:
    return say(
        "platform.client-unknown",
        "The learning platform does not know this tool by the client id we have, or the tool is "
        "switched off there. Its administrator should compare the client id with the one in the "
        "registration, and switch the tool on.",
    )


def _keys_unfetched() -> Sentence:
    return say(
        "platform.tool-keys-unfetched",
        "The learning platform could not read this tool's public keys. Its administrator should "
        "check the address of the keys in the registration, and that the platform may call it: "
        "Moodle refuses private addresses and all ports but 80 and 443 unless its HTTP security "
        "settings allow them.",
    )


def _key_unknown() -> Sentence:
    return say(
        "platform.tool-key-unknown",
        "The learning platform has other public keys of this tool than the one it signs with. Its "
        "administrator should check that the registration names the address of our keys, and not "
        "a single key copied there.",
    )


def _clocks_apart() -> Sentence:
    return say(
        "platform.clocks-apart",
        "The clocks of this tool and of the learning platform differ too much, so it takes what "
        "we sign for outdated or for not yet valid. Set the clocks of both by a time server.",
    )


def _audience_refused() -> Sentence:
    return say(
        "platform.audience-refused",
        "The learning platform expects to be called by another name than its token address. Its "
        "administrator can say which (the “audience” of the token endpoint); it belongs into the "
        "registration here.",
    )


def _says(pattern: str) -> Callable[[Answer, str], bool]:
    compiled = re.compile(pattern)
    return lambda _answer, words: compiled.search(words) is not None


def _is_page_without_token(answer: Answer, words: str) -> bool:
    """Moodle's way to say that it could not fetch our keys (token-endpoint-jwks-blocked-…)."""
    return answer.status == 404 and "<html" in words and "moodle" in words


_REASONS: tuple[tuple[Callable[[Answer, str], bool], Callable[[], Sentence]], ...] = (
    (_says(r"\binvalid_client\b|unknown client"), _client_unknown),
    (_says(r"jwk error"), _keys_unfetched),
    (_is_page_without_token, _keys_unfetched),
    (_says(r"'iat'|iat prior|token prior|expired"), _clocks_apart),
    (_says(r"'aud'"), _audience_refused),
    (_says(r"signature|unable to lookup|kid must be"), _key_unknown),
)
