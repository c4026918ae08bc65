"""The file that keeps signing keys: sealed whole, replaced whole, one writer at a time."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from credentials.errors import SigningKeyError
from credentials.keys.signing_key import SigningKey
from credentials.sentence import say

_MAGIC = b"testamur signing keys 1\n"
_NONCE_BYTES = 12
_SEALING_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class SigningKeyFile:
    """Signing keys in one file under a 32-byte sealing key (AES-256-GCM, NIST SP 800-38D).

    Every method raises SigningKeyError when the file is missing (reading only), damaged, or sealed
    with another key. Private keys are on disk only in sealed form.
    """

    path: Path
    sealing_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a sealing key of the wrong length at once, not at the first signature."""
        if len(self.sealing_key) != _SEALING_KEY_BYTES:
            raise SigningKeyError(
                say(
                    "signing-key.sealing-key-length",
                    "The sealing key must be %(expected)s bytes long; this one has %(found)s.",
                    expected=_SEALING_KEY_BYTES,
                    found=len(self.sealing_key),
                )
            )

    def all(self, controller: str) -> tuple[SigningKey, ...]:
        """Every key of this issuer, oldest first, retired ones too."""
        return tuple(key for key in self._read() if key.controller == controller)

    def current(self, controller: str) -> SigningKey:
        """The key this issuer signs with now: the newest that is not retired."""
        active = [key for key in self.all(controller) if key.retired is None]
        if active:
            return active[-1]
        raise SigningKeyError(
            say(
                "signing-key.none",
                "There is no signing key for %(issuer)s yet. Make one with: "
                "testamur signing-keys new",
                issuer=controller,
            )
        )

    def new(self, controller: str, *, now: datetime) -> SigningKey:
        """Make a key; it becomes current. Earlier keys stay usable until they are retired."""
        made = SigningKey(controller, now, private_key=Ed25519PrivateKey.generate())
        self._change(lambda keys: [*keys, made])
        return made

    def rotate(self, controller: str, *, now: datetime) -> SigningKey:
        """Make a key and retire every earlier one of this issuer, in one step."""
        made = SigningKey(controller, now, private_key=Ed25519PrivateKey.generate())

        def rotated(keys: Sequence[SigningKey]) -> list[SigningKey]:
            return [*(_retired(key, now, controller=controller) for key in keys), made]

        self._change(rotated)
        return made

    def retire(self, key_id: str, *, now: datetime) -> SigningKey:
        """Stop signing with this key. It stays in the file and in the published key document.

        Raises SigningKeyError for the only key its issuer signs with: status lists are signed
        each time they are asked for, so that without a key no badge of theirs could be checked.
        """

        def without(keys: Sequence[SigningKey]) -> list[SigningKey]:
            _refuse_last(keys, key_id)
            return [_retired(key, now, key_id=key_id) for key in keys]

        return next(key for key in self._change(without) if key.id == key_id)

    def _change(
        self, change: Callable[[Sequence[SigningKey]], list[SigningKey]]
    ) -> list[SigningKey]:
        with self._locked():
            keys = change(self._read() if self.path.exists() else [])
            self._write(keys)
            return keys

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time. The lock is a file of its own: the key file itself is replaced."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_name(self.path.name + ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _read(self) -> list[SigningKey]:
        try:
            data = self.path.read_bytes()
        except OSError:
            raise SigningKeyError(
                say(
                    "signing-key.no-file",
                    "The signing key file %(path)s is not there or may not be read. Make a first "
                    "key with: testamur signing-keys new",
                    path=self.path,
                )
            ) from None
        return [_from_json(entry) for entry in json.loads(self._unseal(data))]

    def _unseal(self, data: bytes) -> bytes:
        if not data.startswith(_MAGIC):
            raise SigningKeyError(
                say(
                    "signing-key.other-file",
                    "%(path)s is not a signing key file. Check the setting that names it.",
                    path=self.path,
                )
            )
        sealed = data[len(_MAGIC) :]
        try:
            aead = AESGCM(self.sealing_key)
            return aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _MAGIC)
        except (InvalidTag, ValueError):
            raise SigningKeyError(
                say(
                    "signing-key.not-opened",
                    "The signing key file %(path)s does not open with this sealing key: the key is "
                    "another one, or the file is damaged. Restore both from the same backup.",
                    path=self.path,
                )
            ) from None

    def _write(self, keys: Sequence[SigningKey]) -> None:
        """Write beside, flush, then put in place: a crash leaves the old file or the new one."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        plain = json.dumps([_to_json(key) for key in keys]).encode()
        sealed = AESGCM(self.sealing_key).encrypt(nonce, plain, _MAGIC)
        beside = self.path.with_name(self.path.name + ".new")
        beside.unlink(missing_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(_MAGIC + nonce + sealed)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)
        _flush_folder(self.path.parent)


def _flush_folder(folder: Path) -> None:
    """Make the new name last too: what a lost key signed could never be verified again."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _retired(
    key: SigningKey, now: datetime, *, key_id: str | None = None, controller: str | None = None
) -> SigningKey:
    """The key as retired at `now` when it is the one meant and not retired already."""
    is_meant = key.id == key_id or key.controller == controller
    return replace(key, retired=now) if is_meant and key.retired is None else key


def _refuse_last(keys: Sequence[SigningKey], key_id: str) -> None:
    meant = next((key for key in keys if key.id == key_id), None)
    if meant is None:
        raise SigningKeyError(
            say("signing-key.unknown", "There is no signing key %(id)s here.", id=key_id)
        )
    signing = [one for one in keys if one.controller == meant.controller and one.retired is None]
    if signing == [meant]:
        raise SigningKeyError(
            say(
                "signing-key.last",
                "%(id)s is the only key that signs, and nothing could be issued or checked "
                "without one. Replace it in one step with: testamur signing-keys rotate",
                id=key_id,
            )
        )


def _to_json(key: SigningKey) -> dict[str, Any]:
    return {
        "controller": key.controller,
        "created": key.created.isoformat(),
        "retired": key.retired.isoformat() if key.retired else None,
        "seed": key.private_key.private_bytes_raw().hex(),
    }


def _from_json(entry: dict[str, Any]) -> SigningKey:
    retired = entry["retired"]
    return SigningKey.from_seed(
        bytes.fromhex(entry["seed"]),
        controller=entry["controller"],
        created=datetime.fromisoformat(entry["created"]),
        retired=datetime.fromisoformat(retired) if retired else None,
    )
