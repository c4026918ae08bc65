"""The registration token an LMS hands us: passed on, and asked only what it is for."""

import jwt

_UPDATE = "reg-update"


def is_bearer(token: str) -> bool:
    """Whether it can stand in an Authorization header (RFC 6750 §2.1)."""
    return token.isascii() and token.isprintable() and " " not in token


def deployment_to_update(token: str) -> str | None:
    """The tool that Moodle wants to update: its administrator chose "update" on Moodle's page.

    Such a token has the scope `reg-update` and the tool's id, which is its deployment id, as
    `sub`. Nothing is verified (it is Moodle's, for Moodle): it only helps to choose among our
    own registrations of that LMS, and Moodle itself decides what it takes.
    """
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return None
    subject = claims.get("sub")
    return subject if claims.get("scope") == _UPDATE and isinstance(subject, str) else None
