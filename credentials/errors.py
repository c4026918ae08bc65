"""Every error this library raises, as one tree.

CredentialsError
├─ UnreadableError             not an image, JSON or JWT that carries a credential
│  └─ NoCredentialInImageError the image is fine and holds no badge
├─ CanonicalizationError       a signature could not cover every word of the document
│  ├─ TooComplexError          it might, but finding out would take too long
│  └─ UnknownContextError      it might, but we do not know what the words mean
├─ IssuingError
│  ├─ LintError                we refuse to sign this; `.problems` says why
│  ├─ SigningKeyError          no key, wrong sealing key, damaged key file
│  └─ SelfCheckError           we signed it and could not verify it ourselves
├─ BakingError                 the picture cannot take a badge
├─ StatusListError             damaged list, or an entry outside it
├─ ResolvingError              an issuer's identifier leads to no usable key document
└─ FetchError                  a page could not be fetched; checks turn it into "not checked"
   ├─ BlockedAddressError
   ├─ TooLargeError
   └─ TimedOutError
"""

from __future__ import annotations

from collections.abc import Sequence

from credentials.sentence import Sentence


class CredentialsError(Exception):
    """Something this library says about a badge, a key or an address, as a sentence."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class UnreadableError(CredentialsError):
    """The bytes are not an image, JSON or JWT that carries a credential."""


class NoCredentialInImageError(UnreadableError):
    """The image could be read and holds no badge."""


class CanonicalizationError(CredentialsError):
    """A signature could not cover every word of the document."""


class TooComplexError(CanonicalizationError):
    """Finding out what a signature covers would take too long; nothing is known either way."""


class UnknownContextError(CanonicalizationError):
    """Words come from a context that is not bundled; nothing is known either way."""


class IssuingError(CredentialsError):
    """A badge could not be issued."""


class LintError(IssuingError):
    """The credential breaks a rule of ours; nothing was signed."""

    def __init__(self, problems: Sequence[Sentence]) -> None:
        super().__init__(problems[0])
        self.problems = tuple(problems)

    def __str__(self) -> str:
        """All problems, one a line."""
        return "\n".join(str(problem) for problem in self.problems)


class SigningKeyError(IssuingError):
    """There is no usable signing key, or its file cannot be opened."""


class SelfCheckError(IssuingError):
    """The signature just made does not verify against our own published key."""


class BakingError(CredentialsError):
    """The picture cannot take a badge."""


class StatusListError(CredentialsError):
    """A status list is damaged, or the entry asked for lies outside it."""


class ResolvingError(CredentialsError):
    """An issuer's identifier leads to no usable key document."""


class FetchError(CredentialsError):
    """A page could not be fetched."""


class BlockedAddressError(FetchError):
    """The address is not public https; nothing was sent."""


class TooLargeError(FetchError):
    """The answer was larger than we accept."""


class TimedOutError(FetchError):
    """The answer took too long."""
