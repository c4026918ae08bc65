"""An institution's LTI key in tests: a fixed one, because making one takes seconds."""

from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy.orm import Session

from lti_tool.lti.platform_keys import as_jwk
from lti_tool.store.encryption import SealingKey, place_of
from lti_tool.store.tables.platforms import ToolKey
from tests.support.builders import LONG_AGO
from tests.support.keys import TEST_ONLY_TOOL_KEY
from tests.support.practice import loaded_key

KEY_ID = UUID(int=70)


def give_tool_key(session: Session, institution_id: UUID, master: SealingKey) -> None:
    """Let the institution sign with the fixed key, since long ago."""
    key = loaded_key(TEST_ONLY_TOOL_KEY)
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    place = place_of(institution_id, "tool_keys", "sealed_private", KEY_ID)
    session.add(
        ToolKey(
            institution_id=institution_id,
            id=KEY_ID,
            public_jwk=as_jwk(str(KEY_ID), key.public_key()),
            sealed_private=master.seal(private, place=place),
            created_at=LONG_AGO,
            signs_from=LONG_AGO,
            retired_at=None,
        )
    )
