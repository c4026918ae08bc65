"""An installation in one folder: keys, database, institution, programme and the practice course."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from lti_tool.cli.database import make_master_key
from lti_tool.cli.trying.institution import CLIENT_ID, Furnished, furnish
from lti_tool.errors import ConflictError
from lti_tool.practice_lms.default_course import a_link, default_settings
from lti_tool.programme.definition import Programme
from lti_tool.sentence import say
from lti_tool.settings import PREFIX, read_settings
from lti_tool.store.upgrading import upgrade
from lti_tool.wiring import build

MARK = "testamur-demo"
"""A file that says: this folder is a demo's, and may be emptied."""


@dataclass(frozen=True)
class Site:
    """Everything that is needed to start the processes and to say where to click.

    `links` are the addresses of the course's links in the practice LMS by activity id, without
    the person: `<lms_url>/as/<person>/launch/<link>`.
    """

    folder: Path
    tool_url: str
    lms_url: str
    environment: Mapping[str, str]
    practice_settings: Path
    entry_url: str
    links: Mapping[str, str]

    @property
    def verify_url(self) -> str:
        """The public page that checks certificates."""
        return f"{self.tool_url}/verify"


def prepare(folder: Path, *, port: int, lms_port: int, database_url: str | None = None) -> Site:
    """Set up what is missing in `folder`; what is there from an earlier demo is kept.

    The tool is at localhost and the LMS at 127.0.0.1: two sites to a browser, as in real life,
    and did:web knows no addresses made of numbers.
    """
    claim(folder)
    tool_url, lms_url = f"http://localhost:{port}", f"http://127.0.0.1:{lms_port}"
    environment = _environment(folder, tool_url, lms_url, database_url=database_url)
    with _settings_from(environment):
        furnished = _installed(lms_url)
    practice_settings = folder / "practice-lms.json"
    practice_settings.write_text(_practice_settings(lms_url, tool_url, furnished), "utf-8")
    return Site(
        folder=folder,
        tool_url=tool_url,
        lms_url=lms_url,
        environment=environment,
        practice_settings=practice_settings,
        entry_url=f"{tool_url}/enter/{furnished.entry_secret}",
        links=_links(furnished.programme),
    )


def claim(folder: Path) -> None:
    """Make the folder a demo's; raises ConflictError when it holds something else."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise ConflictError(
            "demo.folder-taken",
            say(
                "demo.folder-taken",
                "The folder %(folder)s holds something that no demo put there, and nothing was "
                "changed. Choose another one with --data.",
                folder=folder,
            ),
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


def empty(folder: Path) -> None:
    """Remove a demo's folder with everything in it; raises ConflictError for any other."""
    if folder.exists():
        claim(folder)
        shutil.rmtree(folder)


def _installed(lms_url: str) -> Furnished:
    settings = read_settings()
    is_new = not settings.master_key_file.exists()
    if is_new:
        make_master_key(settings.master_key_file)
    upgrade(settings.database_url)
    wired = build(settings)
    with closing(wired.db):
        # Keys in the database that another master key sealed would never open again.
        return furnish(wired, lms_url=lms_url, needs_keys=is_new)


def _environment(
    folder: Path, tool_url: str, lms_url: str, *, database_url: str | None
) -> dict[str, str]:
    here = folder.absolute()
    return {
        "TESTAMUR_BASE_URL": tool_url,
        "TESTAMUR_DATABASE_URL": database_url or f"sqlite:///{here / 'testamur.db'}",
        "TESTAMUR_MASTER_KEY_FILE": str(here / "master.key"),
        "TESTAMUR_SIGNING_KEYS_FILE": str(here / "signing.keys"),
        "TESTAMUR_PLAIN_HTTP_HOSTS": tool_url.removeprefix("http://"),
        "TESTAMUR_PRIVATE_LMS_HOSTS": lms_url.removeprefix("http://"),
    }


@contextmanager
def _settings_from(environment: Mapping[str, str]) -> Iterator[None]:
    """Read settings from here and nowhere else, as the processes do that are started later."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _links(programme: Programme) -> dict[str, str]:
    return {one.id: str(number) for number, one in enumerate(programme.activities, start=1)}


def _practice_settings(lms_url: str, tool_url: str, furnished: Furnished) -> str:
    programme, lti = furnished.programme, f"{tool_url}/lti/{furnished.registration_id}"
    links = [
        a_link(number, one.title, f"{programme.id}/{one.id}", is_graded=True)
        for number, one in enumerate(programme.activities, start=1)
    ]
    settings = default_settings(
        base_url=lms_url,
        client_id=CLIENT_ID,
        tool={
            "login_url": f"{lti}/login",
            "launch_url": f"{lti}/launch",
            "jwks_url": f"{lti}/jwks",
            "name": "Testamur",
        },
        links=links,
    )
    settings["addresses"] = [
        {"label": "Employer: check a certificate", "url": f"{tool_url}/verify"}
    ]
    return json.dumps(settings, ensure_ascii=False, indent=2)
