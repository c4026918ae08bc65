"""Refuse what no database keeps, the NUL character, before a page sees it."""

from flask import Flask, abort, request

from lti_tool.errors import InvalidInputError
from lti_tool.sentence import say

NUL = "\0"


def guard_addresses(app: Flask) -> None:
    """Nothing is at an address with a NUL in it."""
    app.before_request(_refuse_address)


def refuse_unkeepable_form() -> None:
    """Raise InvalidInputError when a field of this request holds a NUL.

    PostgreSQL refuses it in text with an error that would look like ours (its documentation,
    section 8.3), and SQLite keeps it, so that such data could never move from one to the other.
    No keyboard makes one: it comes from broken files and from people who try doors.
    """
    for name, texts in request.form.lists():
        if NUL in name or any(NUL in text for text in texts):
            raise InvalidInputError(
                "request.unkeepable",
                say(
                    "request.unkeepable",
                    "What was sent contains an invisible character that can't be kept, so nothing "
                    "was changed. Type the text anew, or paste it as plain text.",
                ),
            )


def _refuse_address() -> None:
    if NUL in request.path or any(NUL in text for text in request.args.values()):
        abort(404)
