"""An environment in which pylti1p3next stands in for pylti1p3, on top of the ordinary one.

Both install a module named pylti1p3, so they can't share an environment. The new one holds only
the successor; a .pth file adds everything else, which Python then finds second.
"""

import importlib
import sys
import sysconfig
from pathlib import Path


def lay_over(environment: Path) -> None:
    """Add the packages of the environment that runs this to those of `environment`."""
    ordinary = sysconfig.get_path("purelib")
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = environment / "lib" / version / "site-packages"
    (packages / "ordinary.pth").write_text(f"import site; site.addsitedir({ordinary!r})\n")


def check() -> None:
    """Exit with a sentence unless it is the successor that is imported here."""
    found = Path(str(importlib.import_module("pylti1p3").__file__))
    if Path(sys.prefix) not in found.parents:
        sys.exit(f"pylti1p3next is not in use: {found} was imported. Remove .venv-next and retry.")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        lay_over(Path(sys.argv[1]))
    else:
        check()
