"""What an examination works with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lti_tool.lti.calling.calls import PlatformHttp
from lti_tool.lti.connector import Connector
from lti_tool.store.database import Database


@dataclass(frozen=True)
class Instruments:
    """The ways out, and who we are. `own_http` may call ourselves, wherever we are."""

    db: Database
    http: PlatformHttp
    own_http: PlatformHttp
    connector: Connector
    base_url: str
    now: Callable[[], datetime]
