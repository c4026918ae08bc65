"""The tool to measure launches beside: pylti1p3's own Flask adapter, used as its README shows."""

import json
from typing import Any, Protocol

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue
from pylti1p3.contrib.flask import (
    FlaskCacheDataStorage,
    FlaskMessageLaunch,
    FlaskOIDCLogin,
    FlaskRequest,
)
from pylti1p3.tool_config import ToolConfDict
from sqlalchemy import Engine, create_engine, event, text

from lti_tool.practice_lms.configuration import Configuration
from lti_tool.practice_lms.state.keys import PlatformKey
from tests.support.keys import TEST_ONLY_PLATFORM_KEY

MEMORY = "pylti1p3 in memory"
SQL = "pylti1p3 on a table"


class Cache(Protocol):
    """What pylti1p3 keeps state, nonce and launch data in."""

    def get(self, key: str) -> Any:
        """What is kept under this key, or None."""

    def set(self, key: str, value: Any, exp: int | None = None) -> None:
        """Keep something."""


class MemoryCache:
    """A dictionary, which no second process sees: the fastest there can be."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        """What is kept under this key, or None."""
        return self._values.get(key)

    def set(self, key: str, value: Any, exp: int | None = None) -> None:
        """Keep something, for ever."""
        self._values[key] = value


class TableCache:
    """One table of keys and values; each call is a transaction of its own."""

    def __init__(self, url: str) -> None:
        self._engine = _write_ahead(create_engine(url))
        with self._engine.begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS kv (k TEXT PRIMARY KEY, v TEXT)"))

    def get(self, key: str) -> Any:
        """What is kept under this key, or None."""
        with self._engine.begin() as connection:
            value = connection.scalar(text("SELECT v FROM kv WHERE k = :k"), {"k": key})
        return None if value is None else json.loads(value)

    def set(self, key: str, value: Any, exp: int | None = None) -> None:
        """Keep something, for ever."""
        with self._engine.begin() as connection:
            connection.execute(
                text("INSERT INTO kv VALUES (:k, :v) ON CONFLICT (k) DO UPDATE SET v = :v"),
                {"k": key, "v": json.dumps(value)},
            )

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def create_app(cache: Cache, *, issuer: str, client_id: str, deployment_id: str) -> Flask:
    """A tool that verifies a launch and redirects, and does nothing else; keys are pinned."""
    app = Flask("peer")
    conf = ToolConfDict({issuer: [_registration(issuer, client_id, deployment_id)]})

    @app.post("/lti/login")
    def login() -> ResponseReturnValue:
        storage = FlaskCacheDataStorage(cache)
        oidc = FlaskOIDCLogin(FlaskRequest(), conf, launch_data_storage=storage)
        answer: ResponseReturnValue = oidc.redirect(url_for("launch", _external=True))
        return answer

    @app.post("/lti/launch")
    def launch() -> ResponseReturnValue:
        storage = FlaskCacheDataStorage(cache)
        message = FlaskMessageLaunch(FlaskRequest(), conf, launch_data_storage=storage)
        message.get_launch_data()
        return redirect(f"/pages/{message.get_launch_id()}", 303)

    return app


def create_like(cache: Cache, configuration: Configuration) -> Flask:
    """The same tool for the LMS that a configuration describes."""
    return create_app(
        cache,
        issuer=configuration.base_url,
        client_id=configuration.client_id,
        deployment_id=configuration.deployment_id,
    )


def served(database_url: str, *, issuer: str, client_id: str, deployment_id: str) -> Flask:
    """The tool on a key-value table, for gunicorn to call."""
    cache = TableCache(database_url)
    return create_app(cache, issuer=issuer, client_id=client_id, deployment_id=deployment_id)


def _registration(issuer: str, client_id: str, deployment_id: str) -> Any:
    return {
        "default": True,
        "client_id": client_id,
        "auth_login_url": f"{issuer}/auth",
        "auth_token_url": f"{issuer}/token",
        "key_set": PlatformKey.from_pem(TEST_ONLY_PLATFORM_KEY).key_set(),
        "deployment_ids": [deployment_id],
    }


def _write_ahead(engine: Engine) -> Engine:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine
