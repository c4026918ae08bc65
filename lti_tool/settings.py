"""Every setting: name, type, default, one sentence. Refuses to start when one is wrong."""

import base64
import binascii
import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, FilePath, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from lti_tool.errors import SettingsError
from lti_tool.sentence import say

PREFIX = "TESTAMUR_"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST_AND_PORT = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


class Settings(BaseSettings):
    """Read once from TESTAMUR_* variables (or files of those names in /run/secrets)."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, str_strip_whitespace=True
    )

    base_url: str = Field(
        description="The tool's own address as browsers see it, without a slash at the end."
    )
    database_url: str = Field(
        default="sqlite:///testamur.db",
        repr=False,  # it may hold a password
        description="Where the data lives: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    master_key_file: Path = Field(
        default=Path("testamur-master.key"),
        description="File with the master key (32 bytes, base64) that seals every other key.",
    )
    signing_keys_file: Path = Field(
        default=Path("testamur-signing.keys"),
        description="File with the badge signing keys, sealed under the master key.",
    )
    queue_file: Path | None = Field(
        default=None,
        description="File that wakes workers when the data is in SQLite; "
        "by default beside the database.",
    )
    plain_http_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="HOST:PORT pairs on this machine, separated by commas, that are read over "
        "plain http when a badge names them; for trying things out.",
    )
    private_lms_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="HOST or HOST:PORT names, separated by commas, of LMSs of your own that may "
        "lie in a private network or speak plain http; all others must be public and use https.",
    )
    lms_ca_file: FilePath | None = Field(
        default=None,
        description="File with the certificate authorities (PEM) to trust when calling LMSs, in "
        "place of the public ones.",
    )
    tool_key_days: int = Field(
        default=90,
        ge=0,
        le=3650,
        description="After how many days the key by which LMSs know the tool is replaced; 0 "
        "leaves that to “testamur tool-keys rotate”.",
    )
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=5,
        description="How many reverse proxies stand in front and set X-Forwarded-* headers.",
    )
    visit_hours: int = Field(
        default=8, ge=1, le=24, description="How long a visit lasts after a launch, in hours."
    )
    log_level: str = Field(
        default="info",
        pattern="^(debug|info|warning|error)$",
        description="How much is logged: debug, info, warning or error.",
    )

    @field_validator("base_url")
    @classmethod
    def _whole_address(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            is_whole = parts.scheme in ("http", "https") and bool(parts.hostname)
            is_whole = is_whole and parts.port != 0  # reading the port refuses what is no number
        except ValueError:
            is_whole = False
        if not is_whole:
            raise ValueError("write a whole address such as https://badges.example.edu")
        if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError(
                "the tool needs a host name of its own: write nothing before it and nothing after"
            )
        # As browsers write it in Origin, which it is compared with.
        port = _DEFAULT_PORTS[parts.scheme]
        return f"{parts.scheme}://{parts.netloc.lower().removesuffix(f':{port}')}"

    @field_validator("plain_http_hosts", "private_lms_hosts", mode="before")
    @classmethod
    def _by_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("private_lms_hosts")
    @classmethod
    def _plain_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not _HOST_AND_PORT.fullmatch(name.lower()):
                raise ValueError(
                    f"write names such as lms.example.edu or 10.1.2.3:8080, not “{name}”"
                )
        return tuple(name.lower() for name in value)

    @property
    def host(self) -> str:
        """Host and port of the tool's own address."""
        return urlsplit(self.base_url).netloc


def read_settings() -> Settings:
    """The settings from the environment; raises SettingsError naming every wrong one."""
    secrets = Path("/run/secrets")
    faults = _unknown_names()
    settings = None
    try:
        settings = Settings(_secrets_dir=secrets if secrets.is_dir() else None)  # type: ignore[call-arg]
    except ValidationError as error:
        # The value itself is never repeated: it may be a password.
        faults += [
            f"{PREFIX}{'.'.join(str(part) for part in fault['loc']).upper()}: "
            f"{'it is not set' if fault['type'] == 'missing' else _reason(fault['msg'])}"
            for fault in error.errors()
        ]
    if settings is not None and not faults:
        return settings
    raise SettingsError(
        "settings.wrong",
        say(
            "settings.wrong",
            "The tool can't start with these settings: %(faults)s",
            faults="; ".join(faults),
        ),
    )


def _unknown_names() -> list[str]:
    """A misspelt setting would otherwise be a setting silently left at its default."""
    known = [name.upper() for name in Settings.model_fields]
    ours = [name.removeprefix(PREFIX) for name in os.environ if name.startswith(PREFIX)]
    faults = []
    for name in sorted(set(ours) - set(known)):
        close = get_close_matches(name, known, n=1)
        hint = f"; did you mean {PREFIX}{close[0]}?" if close else ""
        faults.append(f"{PREFIX}{name}: there is no such setting{hint}")
    return faults


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ")


def read_master_key(path: Path) -> bytes:
    """The 32 bytes of the master key; raises SettingsError when the file is missing or wrong."""
    try:
        written = path.read_bytes().strip()
    except OSError as error:
        raise SettingsError(
            "settings.master-key-missing",
            say(
                "settings.master-key-missing",
                "The master key file %(path)s can't be read. Make one with "
                "“testamur db new-master-key”, or point TESTAMUR_MASTER_KEY_FILE at it.",
                path=path,
            ),
        ) from error
    try:
        key = base64.b64decode(written, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise SettingsError(
            "settings.master-key-wrong",
            say(
                "settings.master-key-wrong",
                "The file %(path)s does not hold a master key (32 bytes written in base64). "
                "Restore the right file from your backup; a new key can't read the old data.",
                path=path,
            ),
        )
    return key
