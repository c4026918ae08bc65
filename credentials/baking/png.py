"""PNG iTXt chunk: read and write, sizes bounded."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from credentials.errors import NoCredentialInImageError, UnreadableError
from credentials.sentence import say

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEYWORD = b"openbadgecredential"
_OLDER_KEYWORD = b"openbadges"
_MAX_CHUNKS = 10_000
_NO_COMPRESSION_NO_LANGUAGE = b"\0\0\0\0\0"  # keyword end, flag, method, language, translation


def is_png(data: bytes) -> bool:
    """Whether the bytes begin as a PNG does."""
    return data.startswith(_SIGNATURE)


def read(data: bytes) -> str:
    """The text of the one iTXt chunk that carries a credential (Open Badges 3.0 §5.3.1).

    Raises NoCredentialInImageError when there is none, UnreadableError when the picture is damaged
    or holds two: two readers might each take another one.
    """
    found = [body for kind, body in _chunks(data) if _is_credential(kind, body)]
    if len(found) > 1:
        raise UnreadableError(
            say("png.two-badges", "This picture holds two badges; nobody can say which one counts.")
        )
    if not found:
        _raise_nothing_found(data)
    return _text(found[0])


def write(data: bytes, credential: str) -> bytes:
    """The picture with the credential in it, in place of any that was there."""
    body = _KEYWORD + _NO_COMPRESSION_NO_LANGUAGE + credential.encode("utf-8")
    kept = [chunk for chunk in _chunks(data) if not _is_credential(*chunk)]
    header, *rest = kept
    chunks = [header, (b"iTXt", body), *rest]
    return _SIGNATURE + b"".join(_pack(kind, content) for kind, content in chunks)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each chunk from IHDR to IEND (PNG 3rd edition §5)."""
    place = len(_SIGNATURE)
    for number in range(_MAX_CHUNKS):
        kind, body = _unpack(data, place)
        if (number == 0) != (kind == b"IHDR"):
            raise UnreadableError(_DAMAGED)
        yield kind, body
        if kind == b"IEND":
            return
        place += 12 + len(body)
    raise UnreadableError(_DAMAGED)


def _unpack(data: bytes, place: int) -> tuple[bytes, bytes]:
    """One chunk: length, kind, content, checksum. Slicing never reads beyond the end."""
    if len(data) < place + 12:
        raise UnreadableError(_DAMAGED)
    length, kind = struct.unpack_from(">I4s", data, place)
    end = place + 8 + length
    if len(data) < end + 4:
        raise UnreadableError(_DAMAGED)
    (checksum,) = struct.unpack_from(">I", data, end)
    if zlib.crc32(data[place + 4 : end]) != checksum:
        raise UnreadableError(_DAMAGED)
    return kind, data[place + 8 : end]


def _pack(kind: bytes, body: bytes) -> bytes:
    checksum = zlib.crc32(kind + body)
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", checksum)


def _is_credential(kind: bytes, body: bytes) -> bool:
    return kind == b"iTXt" and body.startswith(_KEYWORD + b"\0")


def _text(body: bytes) -> str:
    """The text after keyword, compression flag and method, language and translated keyword."""
    flags = body[len(_KEYWORD) + 1 :]
    _language, *rest = flags[2:].split(b"\0", 2)
    if not flags.startswith(b"\0") or len(rest) != 2:  # the standard wants it uncompressed
        raise UnreadableError(_DAMAGED)
    try:
        return rest[1].decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableError(_DAMAGED) from None


def _raise_nothing_found(data: bytes) -> None:
    for kind, body in _chunks(data):
        if kind in (b"iTXt", b"tEXt") and body.startswith(_OLDER_KEYWORD + b"\0"):
            raise NoCredentialInImageError(
                say(
                    "png.older-format",
                    "This picture holds a badge in the older format Open Badges 2, which this "
                    "verifier does not read. Ask the issuer for a newer copy.",
                )
            )
    raise NoCredentialInImageError(
        say(
            "png.no-badge",
            "There is no badge in this picture. Pictures lose it when they are edited, converted "
            "or sent through some chats: use the file as the issuer gave it.",
        )
    )


_DAMAGED = say("png.damaged", "This picture is damaged; get a fresh copy of it.")
