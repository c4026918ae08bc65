"""Who is signed in at the LMS: by a cookie, where the settings ask for one.

A cookie with SameSite=Lax doesn't come along when the tool in its frame leads back to the LMS.
Moodle and newer Canvas sites then send the request once more from a page of their own; older
Canvas sites tell the tool `login_required` (Moodle point 29, Canvas section 2.3).
"""

from collections.abc import Mapping

from flask import Response, request
from werkzeug.exceptions import Forbidden, NotFound

from lti_tool.practice_lms.profiles import Profile, Sessions
from lti_tool.practice_lms.refusals import AuthRefusedError
from lti_tool.practice_lms.state import Practice, practice
from lti_tool.practice_lms.state.pending import Opening

COOKIE = "practice_session"
REPOST = "repost"
NOBODY = "Your browser did not say who you are. Open the activity again from its course."


def remember(response: Response) -> Response:
    """Sign in whoever opens a page of theirs."""
    here = practice()
    user_id = (request.view_args or {}).get("user_id")
    if here.configuration.sessions is Sessions.LAX and user_id and response.status_code == 200:
        value = f"{user_id}.{here.session_key(user_id)}"
        response.set_cookie(COOKIE, value, httponly=True, samesite="Lax")
    return response


def must_repost(here: Practice, parameters: Mapping[str, str]) -> bool:
    """Whether the request is to be sent once more, from a page of the LMS's own."""
    if here.configuration.sessions is not Sessions.LAX or _signed_in(here) is not None:
        return False
    return REPOST not in parameters and not here.configuration.is_older


def check_session(here: Practice, opening: Opening) -> None:
    """The one who began the launch must be the one who is signed in.

    Raises:
        NotFound: on Moodle, where only the person learns of it.
        Forbidden: on a newer Canvas, when nobody is signed in.
        AuthRefusedError: on Canvas, for the tool.
    """
    if here.configuration.sessions is not Sessions.LAX:
        return
    signed_in = _signed_in(here)
    if signed_in == opening.user_id:
        return
    if here.configuration.profile is Profile.MOODLE:
        raise NotFound(NOBODY)
    if signed_in is None and not here.configuration.is_older:
        raise Forbidden(NOBODY)
    raise AuthRefusedError("login_required", "Must have an active user session")


def _signed_in(here: Practice) -> str | None:
    user_id, _, key = request.cookies.get(COOKIE, "").partition(".")
    return user_id if user_id and key == here.session_key(user_id) else None
