"""Our LTI keys: sealed at rest, published without their private half, rotated with overlap."""

from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import select

from lti_tool.errors import NotFoundError
from lti_tool.lti.tool_keys import new_tool_key, public_jwks, signing_tool_key
from lti_tool.store.encryption import CannotOpenError, SealingKey, place_of
from lti_tool.store.tables.platforms import ToolKey
from tests.lti_tool.lti.a_platform import a_registration, later

SEALING = SealingKey(b"k" * 32)
SCHOOL = UUID(int=1)
FIRST, SECOND = UUID(int=71), UUID(int=72)


def test_a_new_key_signs_and_is_published_without_its_private_half(db, now):
    a_registration(db)
    with db.begin() as session:
        kid = make(session, FIRST, now)

    with db.begin() as session:
        signing = signing_tool_key(session, institution_id=SCHOOL, sealing_key=SEALING, now=now)
        [jwk] = public_jwks(session, SCHOOL)["keys"]

    assert signing.kid == jwk["kid"] == kid == str(FIRST)
    assert signing.private_key.key_size == 2048
    assert {name: jwk[name] for name in ("kty", "alg", "use")} == {
        "kty": "RSA",
        "alg": "RS256",
        "use": "sig",
    }
    assert set(jwk) == {"kty", "alg", "use", "kid", "n", "e"}


def test_the_newest_key_signs_and_the_older_stays_published_until_retired(sqlite_db, now):
    a_registration(sqlite_db)
    with sqlite_db.begin() as session:
        make(session, FIRST, now)
        make(session, SECOND, later(now, days=1))

    assert signing_kid(sqlite_db, later(now, days=1)) == str(SECOND)
    assert published(sqlite_db) == [str(SECOND), str(FIRST)]

    with sqlite_db.begin() as session:
        session.get_one(ToolKey, (SCHOOL, FIRST)).retired_at = later(now, days=30)
    assert published(sqlite_db) == [str(SECOND)]


def test_a_key_is_loaded_once_for_each_process(sqlite_db, now):
    a_registration(sqlite_db)
    with sqlite_db.begin() as session:
        make(session, FIRST, now)

    with sqlite_db.begin() as session:
        keys = [
            signing_tool_key(
                session, institution_id=SCHOOL, sealing_key=SEALING, now=now
            ).private_key
            for _ in range(2)
        ]

    assert keys[0] is keys[1]


def test_an_institution_without_a_key_is_told_how_to_make_one(sqlite_db, now):
    with sqlite_db.begin() as session, pytest.raises(NotFoundError) as raised:
        signing_tool_key(session, institution_id=SCHOOL, sealing_key=SEALING, now=now)

    assert raised.value.code == "tool-keys.none"


def test_another_master_key_opens_no_key(sqlite_db, now):
    a_registration(sqlite_db)
    with sqlite_db.begin() as session:
        make(session, FIRST, now)

    with sqlite_db.begin() as session, pytest.raises(CannotOpenError):
        signing_tool_key(session, institution_id=SCHOOL, sealing_key=SealingKey(b"x" * 32), now=now)


def test_a_key_of_another_kind_is_not_used(sqlite_db, now):
    a_registration(sqlite_db)
    elliptic = generate_private_key(SECP256R1()).private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    )
    with sqlite_db.begin() as session:
        make(session, FIRST, now)
        session.flush()
        row = session.scalars(select(ToolKey)).one()
        row.sealed_private = SEALING.seal(
            elliptic, place=place_of(SCHOOL, "tool_keys", "sealed_private", FIRST)
        )

    with sqlite_db.begin() as session, pytest.raises(TypeError):
        signing_tool_key(session, institution_id=SCHOOL, sealing_key=SEALING, now=now)


def make(session, key_id, now) -> str:
    return new_tool_key(
        session, institution_id=SCHOOL, sealing_key=SEALING, now=now, new_id=lambda: key_id
    )


def signing_kid(db, now) -> str:
    with db.begin() as session:
        return signing_tool_key(session, institution_id=SCHOOL, sealing_key=SEALING, now=now).kid


def published(db) -> list[str]:
    with db.begin() as session:
        return [jwk["kid"] for jwk in public_jwks(session, SCHOOL)["keys"]]
