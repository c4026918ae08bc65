"""Bitstring status list: set, read, encode, decode."""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from credentials.contexts import CREDENTIALS_V2
from credentials.errors import StatusListError
from credentials.sentence import say
from credentials.timestamps import to_text

MIN_LENGTH = 131_072
"""Entries a list has at least, so that one entry says nothing about one person (§6.1)."""

_MAX_LENGTH = MIN_LENGTH * 64
_MAX_TEXT = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """Where a credential's status stands: bit `index` of the list at `list_url`."""

    list_url: str
    index: int
    purpose: str = "revocation"

    def to_json(self) -> dict[str, Any]:
        """The credentialStatus of a credential (Bitstring Status List 1.0 §2.1)."""
        return {
            "id": f"{self.list_url}#{self.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": self.purpose,
            "statusListIndex": str(self.index),
            "statusListCredential": self.list_url,
        }


class StatusList:
    """One bit per credential. Bit 0 is the leftmost bit of the first byte (§3.3)."""

    def __init__(self, length: int = MIN_LENGTH) -> None:
        """An all-clear list of `length` entries; raises StatusListError unless whole bytes fit."""
        if not MIN_LENGTH <= length <= _MAX_LENGTH or length % 8:
            raise StatusListError(
                say(
                    "status.length",
                    "A status list has from %(least)s to %(most)s entries, a multiple of eight; "
                    "this one has %(found)s.",
                    least=MIN_LENGTH,
                    most=_MAX_LENGTH,
                    found=length,
                )
            )
        self._bits = bytearray(length // 8)

    @property
    def length(self) -> int:
        """How many entries there are."""
        return len(self._bits) * 8

    def set(self, index: int) -> None:
        """Mark an entry, for example as revoked."""
        byte, bit = self._place(index)
        self._bits[byte] |= bit

    def clear(self, index: int) -> None:
        """Take the mark back."""
        byte, bit = self._place(index)
        self._bits[byte] &= ~bit

    def is_set(self, index: int) -> bool:
        """Whether an entry is marked."""
        byte, bit = self._place(index)
        return bool(self._bits[byte] & bit)

    def encode(self) -> str:
        """Multibase base64url ("u") of the GZIP bytes; the same text for the same bits (§3.3)."""
        packed = gzip.compress(bytes(self._bits), mtime=0)
        return "u" + base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")

    @classmethod
    def decode(cls, text: str) -> StatusList:
        """Back from `encode`, never unpacking more than a list may hold (§3.4).

        Raises StatusListError when the text is not such a list, or is too short or too long.
        """
        bits = _unpack(text)
        status_list = cls(len(bits) * 8)
        status_list._bits[:] = bits
        return status_list

    def to_credential(
        self,
        *,
        list_url: str,
        issuer: str,
        valid_from: datetime,
        purpose: str = "revocation",
        ttl: timedelta | None = None,
    ) -> dict[str, Any]:
        """The list as an unsigned BitstringStatusListCredential (§2.2); sign it before publishing.

        `ttl` is how long a reader may keep a copy; it is stated in milliseconds.
        """
        subject: dict[str, Any] = {
            "id": f"{list_url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": self.encode(),
        }
        if ttl is not None:
            subject["ttl"] = int(ttl / timedelta(milliseconds=1))
        return {
            "@context": [CREDENTIALS_V2],
            "id": list_url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": issuer,
            "validFrom": to_text(valid_from),
            "credentialSubject": subject,
        }

    def _place(self, index: int) -> tuple[int, int]:
        if not 0 <= index < self.length:
            raise StatusListError(
                say(
                    "status.outside",
                    "Entry %(index)s lies outside this status list of %(length)s entries.",
                    index=index,
                    length=self.length,
                )
            )
        return index // 8, 0x80 >> (index % 8)


def bits_of(subject: Mapping[str, Any]) -> StatusList:
    """The list in the subject of a BitstringStatusListCredential; raises StatusListError."""
    encoded = subject.get("encodedList")
    if not isinstance(encoded, str):
        raise StatusListError(_DAMAGED)
    return StatusList.decode(encoded)


def _unpack(text: str) -> bytes:
    if not text.startswith("u") or len(text) > _MAX_TEXT:
        raise StatusListError(_DAMAGED)
    padded = text[1:] + "=" * (-len(text[1:]) % 4)
    try:
        packed = base64.b64decode(padded, altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        bits = unpacker.decompress(packed, _MAX_LENGTH // 8 + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise StatusListError(_DAMAGED) from None
    if not unpacker.eof:
        raise StatusListError(_DAMAGED)
    return bits


_DAMAGED = say("status.damaged", "The status list is damaged or not a status list at all.")
