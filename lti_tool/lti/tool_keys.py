"""Our LTI key pairs and their public JWKS; rotation.

A key is published from the moment it is made and signs from `signs_from` on, so that platforms
which keep our key set have seen it by then. The one before stays published for what it signed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lti_tool.errors import NotFoundError
from lti_tool.lti.platform_keys import as_jwk
from lti_tool.sentence import say
from lti_tool.store.encryption import SealingKey, place_of
from lti_tool.store.tables.platforms import ToolKey

_KEY_BITS = 2048
"""What the 1EdTech Security Framework asks for (§5.1.1); larger ones only slow platforms down."""


@dataclass(frozen=True, slots=True)
class SigningToolKey:
    """A loaded key with which we prove ourselves to platforms."""

    kid: str
    private_key: rsa.RSAPrivateKey = field(repr=False)


def new_tool_key(
    session: Session,
    *,
    institution_id: UUID,
    sealing_key: SealingKey,
    now: datetime,
    new_id: Callable[[], UUID],
    signs_from: datetime | None = None,
) -> str:
    """Make, seal and store an RSA key pair; returns its kid. It signs from `signs_from`, or now."""
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    key_id = new_id()
    sealed = sealing_key.seal(
        private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        place=_place(institution_id, key_id),
    )
    session.add(
        ToolKey(
            institution_id=institution_id,
            id=key_id,
            public_jwk=as_jwk(str(key_id), private_key.public_key()),
            sealed_private=sealed,
            created_at=now,
            signs_from=signs_from or now,
            retired_at=None,
        )
    )
    return str(key_id)


def signing_tool_key(
    session: Session, *, institution_id: UUID, sealing_key: SealingKey, now: datetime
) -> SigningToolKey:
    """The key that signs now. NotFoundError `tool-keys.none` when there is none.

    Loading a private key checks it, which takes fifty milliseconds: each is loaded once for each
    process.
    """
    published = session.scalars(published_keys(institution_id)).all()
    row = signing_row(published, now=now)
    if row is None:
        raise NotFoundError(
            "tool-keys.none",
            say(
                "tool-keys.none",
                "This institution has no LTI key yet, so learning platforms can't know us. An "
                "administrator makes one with “testamur tool-keys”.",
            ),
        )
    place = _place(institution_id, row.id)
    return SigningToolKey(str(row.id), _load(row.sealed_private, sealing_key, place))


def public_jwks(session: Session, institution_id: UUID) -> dict[str, list[dict[str, str]]]:
    """The key set platforms fetch: every key not retired, newest first (RFC 7517)."""
    rows = session.scalars(published_keys(institution_id))
    return {"keys": [dict(row.public_jwk) for row in rows]}


def published_keys(institution_id: UUID) -> Select[ToolKey]:
    """The keys that are not retired: first the one that signs last."""
    return (
        select(ToolKey)
        .where(ToolKey.institution_id == institution_id, ToolKey.retired_at.is_(None))
        .order_by(ToolKey.signs_from.desc(), ToolKey.created_at.desc(), ToolKey.id)
    )


def signing_row(published: Sequence[ToolKey], *, now: datetime) -> ToolKey | None:
    """Of the published keys, the one whose turn it is to sign; None only when there are none."""
    started = (row for row in published if row.signs_from <= now)
    return next(started, published[-1] if published else None)


@lru_cache(maxsize=64)
def _load(sealed: bytes, sealing_key: SealingKey, place: str) -> rsa.RSAPrivateKey:
    key = load_der_private_key(sealing_key.open(sealed, place=place), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("a tool key is an RSA key")
    return key


def _place(institution_id: UUID, key_id: UUID) -> str:
    return place_of(institution_id, "tool_keys", "sealed_private", key_id)
