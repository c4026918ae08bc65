"""Import every table so migrations see it."""

from lti_tool.store.tables import (
    audit,
    awards,
    grades,
    marking,
    outbox,
    people,
    platforms,
    programmes,
    progress,
    submissions,
)
from lti_tool.store.tables.base import Base

__all__ = [
    "Base",
    "audit",
    "awards",
    "grades",
    "marking",
    "outbox",
    "people",
    "platforms",
    "programmes",
    "progress",
    "submissions",
]
