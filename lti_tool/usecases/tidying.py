"""Forget what has ended: logins nobody finished, visits long over."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from lti_tool.lti.login import forget_ended_logins
from lti_tool.store.database import Database
from lti_tool.usecases.visits import forget_ended_visits

_Forget = Callable[[Session, datetime], bool]
"""Deletes one batch; True when there may be more."""


def forget_ended(db: Database, *, now: datetime) -> None:
    """Delete them all, each batch in a transaction of its own so that no launch waits long.

    A chore of the worker, so that no launch pays for it; two at once share the work.
    """
    for forget in (forget_ended_logins, forget_ended_visits):
        while _forget_some(db, forget, now):
            pass


def _forget_some(db: Database, forget: _Forget, now: datetime) -> bool:
    with db.begin() as session:
        return forget(session, now)
