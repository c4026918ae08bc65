"""JSON logs to stdout, request id bound, personal data filtered."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_NEVER_LOGGED = (
    "text",
    "comments",
    "comment",
    "name",
    "email",
    "id_token",
    "access_token",
    "secret",
    "cookie",
    "authorization",
    "form",
)
_Event = MutableMapping[str, Any]


def configure_logs(level: str = "info") -> None:
    """Send everything to stdout: one JSON object a line, readable lines in a terminal."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        drop_personal_data,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,  # what nobody will read costs nothing more
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    # Tracebacks never carry local variables: they hold what students write.
    rendering: list[Any] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if sys.stdout.isatty()
        else [
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(),
        ]
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for noisy in ("huey", "urllib3", "werkzeug", "alembic", "asyncio"):
        logging.getLogger(noisy).setLevel("WARNING")


def drop_personal_data(_logger: object, _method: str, event: _Event) -> _Event:
    """Ids are logged, people and their words never: a field of these names loses its value."""
    for name in _NEVER_LOGGED:
        if name in event:
            event[name] = "[left out]"
    return event
