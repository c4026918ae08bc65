"""Canvas and the tool in this process, on different sites: what launches do in strange browsers."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from lti_tool.cli.trying.ports import free_ports
from lti_tool.practice_lms.default_course import a_link
from lti_tool.practice_lms.manners import endpoints
from lti_tool.store.database import Database
from lti_tool.usecases.lms import platforms
from lti_tool.usecases.lms.platform_fields import NewPlatform
from tests.support.builders import FIRST_PAGE, LONG_AGO, REFLECTION, an_institution
from tests.support.launching import Tool, a_tool
from tests.support.practice import READING as READING_LINK
from tests.support.practice import REFLECTION as REFLECTION_LINK
from tests.support.practice import PracticePlatform, a_canvas, serving
from tests.support.wired import INSTITUTION

CLIENT_ID = "10000000000042"
FRAMES = ("iframe", "frame")


@dataclass(frozen=True)
class Canvas:
    """A Canvas whose course links to the tool."""

    url: str
    tool: Tool
    platform: PracticePlatform

    def frame_url(self, person_id: str, link_id: str = READING_LINK) -> str:
        """The page of Canvas that frames an activity."""
        return f"{self.url}/as/{person_id}/links/{link_id}"


class ForgetfulFrames:
    """The tool as a browser sees it that keeps no cookies in frames, and keeps them in windows."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Take cookies out of what frames ask and are told."""
        if environ.get("HTTP_SEC_FETCH_DEST") not in FRAMES:
            return self._app(environ, start_response)
        environ.pop("HTTP_COOKIE", None)

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[..., object]:
            kept = [one for one in headers if one[0].lower() != "set-cookie"]
            return start_response(status, kept, *more)

        return self._app(environ, start)


@contextmanager
def open_canvas(
    url: str, folder: Path, now: datetime, *, storage: str, keeps_cookies: bool = True
) -> Iterator[Canvas]:
    """Serve both; `url` is the tool's empty database, `storage` how Canvas's storage answers."""
    tool_port, lms_port = free_ports()
    tool_url, lms_url = f"http://localhost:{tool_port}", f"http://127.0.0.1:{lms_port}"
    with ExitStack() as open_things:
        db = open_things.enter_context(closing(Database(url)))
        tool = a_tool(db, folder, now, base_url=tool_url)
        platform = _connected(tool, lms_url, storage)
        app: WSGIApplication = tool.app
        served = app if keeps_cookies else ForgetfulFrames(app)
        open_things.enter_context(serving(served, host="localhost", port=tool_port))
        open_things.enter_context(serving(platform.app, port=lms_port))
        yield Canvas(lms_url, tool, platform)


def _connected(tool: Tool, lms_url: str, storage: str) -> PracticePlatform:
    """Canvas, registered here with its addresses, and there with ours."""
    known = endpoints(a_canvas(base_url=lms_url))
    told = NewPlatform(
        platform_issuer=lms_url,
        client_id=CLIENT_ID,
        auth_url=known.auth,
        token_url=known.token,
        jwks_url=known.jwks,
        deployments=("42:8865aa05b4b79b64a91a86042e43af5ea8ae79eb",),
    )
    with tool.wired.db.begin() as session:
        institution_id = an_institution(session, INSTITUTION).id
        registration_id = platforms.register(session, institution_id, told, now=LONG_AGO).id
    ours = f"{tool.wired.settings.base_url}/lti/{registration_id}"
    addresses = {f"{name}_url": f"{ours}/{name}" for name in ("login", "launch", "jwks")}
    configuration = a_canvas(
        base_url=lms_url,
        client_id=CLIENT_ID,
        tool={"name": "The tool", **addresses},
        storage=storage,
        links=[
            a_link(int(READING_LINK), "A page to read", FIRST_PAGE, is_graded=False),
            a_link(int(REFLECTION_LINK), "A reflection", REFLECTION, is_graded=True),
        ],
    )
    platform = PracticePlatform(tool.app.test_client(), configuration, now=tool.clock)
    tool.key_pages[known.jwks] = lambda: platform.answer("GET", known.jwks).json
    return platform
