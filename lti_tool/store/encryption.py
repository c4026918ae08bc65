"""StudentKey.seal and .open(text, place). Knows no table: a use case opens what columns hold.

Envelope encryption: a master key (a file, never in the database) seals each student's key, and
the student's key seals what the student writes and what markers write back. Destroying a
student's key erases all of it, copies in backups included.

Sealed bytes are `version (1) | random (12) | AES-256-GCM ciphertext and tag` (NIST SP 800-38D);
the place (institution, table, column, row) is authenticated, so a sealed text moved to another
row does not open.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_VERSION = b"\x01"
_RANDOM_BYTES = 12

RandomBytes = Callable[[int], bytes]


class CannotOpenError(Exception):
    """Sealed bytes that this key, at this place, does not open: damaged, moved, or another key."""


@dataclass(frozen=True)
class SealingKey:
    """A 32-byte key that seals bytes to a place. Its repr shows nothing of it."""

    material: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.material) != KEY_BYTES:
            raise ValueError(f"a sealing key has {KEY_BYTES} bytes, not {len(self.material)}")

    def seal(self, plain: bytes, *, place: str, random: RandomBytes = os.urandom) -> bytes:
        """Encrypt `plain` so that it opens only with this key and at this place."""
        fresh = random(_RANDOM_BYTES)
        sealed = AESGCM(self.material).encrypt(fresh, plain, place.encode())
        return _VERSION + fresh + sealed

    def open(self, sealed: bytes, *, place: str) -> bytes:
        """Decrypt; raises CannotOpenError when key or place is another, or a byte was changed."""
        head = len(_VERSION) + _RANDOM_BYTES
        if sealed[:1] != _VERSION or len(sealed) < head:
            raise CannotOpenError("not sealed by this tool, or by a newer version of it")
        try:
            return AESGCM(self.material).decrypt(sealed[1:head], sealed[head:], place.encode())
        except InvalidTag as error:
            raise CannotOpenError("damaged, moved from its place, or another key's") from error


@dataclass(frozen=True)
class StudentKey:
    """One student's own key, opened; seals text."""

    key: SealingKey = field(repr=False)

    def seal(self, text: str, *, place: str) -> bytes:
        """Encrypt a text for one place."""
        return self.key.seal(text.encode(), place=place)

    def open(self, sealed: bytes, *, place: str) -> str:
        """Decrypt a text; raises CannotOpenError."""
        return self.key.open(sealed, place=place).decode()


def place_of(*parts: object) -> str:
    """The name of a place: `institution|table|column|row`, as associated data."""
    return "|".join(str(part) for part in parts)
