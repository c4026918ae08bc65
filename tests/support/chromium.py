"""Find a Chromium for the browser tests, or install one; fail loudly when none can be had."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The browser's path: CHROMIUM, the system's, or Playwright's own."""
    if chosen := os.environ.get("CHROMIUM"):
        return chosen
    for name in NAMES:
        if path := shutil.which(name):
            return path
    cache = Path.home() / ".cache" / "ms-playwright"
    return next(map(str, sorted(cache.glob("chromium-*/chrome-linux*/chrome"))), None)


def install() -> None:
    """Try Playwright's own browser, then Debian's package when we are root."""
    tries = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        tries.append(["apt-get", "update", "-qq"])
        tries.append(["apt-get", "install", "-y", "-qq", "chromium"])
    for command in tries:
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, timeout=600)
        if find():
            return


def main() -> int:
    """0 when there is a browser; 1, with what to do, when there is none."""
    if find() is None:
        sys.stderr.write("No Chromium found; trying to install one.\n")
        install()
    if found := find():
        sys.stderr.write(f"Browser tests use {found}\n")
        return 0
    sys.stderr.write(
        "No Chromium can be had, so the browser tests can't run and this run fails.\n"
        "Install Chromium, or name one: CHROMIUM=/path/to/chromium make test\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
