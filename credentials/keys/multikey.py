"""Public keys and signatures as text: base58 multibase and Ed25519 Multikey."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_ED25519_HEADER = b"\xed\x01"  # CID 1.0 §2.2.2: varint of the ed25519-pub code 0xed
_MAX_TEXT = 200  # a signature takes 89 letters; more is not one of ours, and decoding is quadratic


def encode(data: bytes) -> str:
    """Bytes as "z" and base58 (CID 1.0 §2.4, the Bitcoin alphabet).

    >>> encode(b"hello")
    'zCn8eVZg'
    """
    number = int.from_bytes(data, "big")
    letters = ""
    while number:
        number, value = divmod(number, 58)
        letters = _ALPHABET[value] + letters
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + "1" * zeros + letters


def decode(text: str) -> bytes:
    """Back from "z" and base58. Raises ValueError for anything else."""
    if not text.startswith("z") or len(text) > _MAX_TEXT:
        raise ValueError("not base58 multibase")
    letters = text[1:]
    number = 0
    for letter in letters:
        if letter not in _VALUES:
            raise ValueError("not a base58 letter")
        number = number * 58 + _VALUES[letter]
    zeros = len(letters) - len(letters.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def encode_public_key(key: Ed25519PublicKey) -> str:
    """An Ed25519 public key as Multikey text, beginning "z6Mk" (CID 1.0 §2.2.2)."""
    return encode(_ED25519_HEADER + key.public_bytes_raw())


def decode_public_key(text: str) -> Ed25519PublicKey:
    """The Ed25519 key in a Multikey text. Raises ValueError when it holds no such key."""
    data = decode(text)
    if not data.startswith(_ED25519_HEADER):
        raise ValueError("not an Ed25519 key")
    return Ed25519PublicKey.from_public_bytes(data[len(_ED25519_HEADER) :])
