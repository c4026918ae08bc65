"""Our side of a service call: a registration at a test server, a key of ours, a clock to move."""

import json
from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from lti_tool.lti.calling.calls import PlatformHttp
from lti_tool.lti.connector import Connector
from lti_tool.lti.platform_keys import as_jwk
from lti_tool.store.database import Database
from lti_tool.store.encryption import SealingKey, place_of
from lti_tool.store.tables.platforms import ToolKey
from tests.lti_tool.lti.a_platform import a_registration, private_key
from tests.lti_tool.lti.a_server import AServer, Reply
from tests.support.keys import TEST_ONLY_TOOL_KEY

SEALING = SealingKey(b"k" * 32)
KEY_ID = UUID(int=70)


class ATool:
    """A connector to a test server. `now` may be moved."""

    def __init__(self, db: Database, server: AServer, http: PlatformHttp, now: datetime) -> None:
        self.now, self.server, self._db, self._http = now, server, db, http
        self.registration = a_registration(db, token_url=f"{server.url}/token")
        store_key(db, self.registration.institution_id, now)
        self._ids = count(1)
        self.connector = self.another_process()

    def another_process(self, *, now: Callable[[], datetime] | None = None) -> Connector:
        """A connector that remembers nothing; the database is the same, and the clock mostly."""
        return Connector(
            self._db,
            SEALING,
            self._http,
            now=now or (lambda: self.now),
            new_id=lambda: UUID(int=next(self._ids)),
        )

    def assertion(self, number: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
        """Header and claims of a client assertion that was sent, its signature checked."""
        form = dict(
            part.split("=", 1)
            for part in self.server.asked_at("/token")[number].body.decode().split("&")
        )
        key = private_key(TEST_ONLY_TOOL_KEY).public_key()
        token = jwt.PyJWS().decode_complete(form["client_assertion"], key, algorithms=["RS256"])
        return token["header"], json.loads(token["payload"])


def a_token_reply(value: str = "token-1", **members: object) -> Reply:
    """A token endpoint's good answer."""
    document = {"access_token": value, "token_type": "Bearer", "expires_in": 3600} | members
    return Reply(body=json.dumps(document).encode())


def store_key(db: Database, institution_id: UUID, now: datetime) -> None:
    """The fixed test key as a row; making one takes seconds."""
    key = private_key(TEST_ONLY_TOOL_KEY)
    with db.begin() as session:
        session.add(
            ToolKey(
                institution_id=institution_id,
                id=KEY_ID,
                public_jwk=as_jwk(str(KEY_ID), key.public_key()),
                sealed_private=SEALING.seal(
                    key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
                    place=place_of(institution_id, "tool_keys", "sealed_private", KEY_ID),
                ),
                created_at=now,
                signs_from=now,
                retired_at=None,
            )
        )
