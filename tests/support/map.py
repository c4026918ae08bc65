"""Write the tree in ARCHITECTURE.md from each file's one-line docstring."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "ARCHITECTURE.md"
BEGIN, END = "<!-- map: made by `make map` -->\n```\n", "```\n<!-- end of map -->"
ROOMS = ("credentials", "rubrics", "lti_tool")
COLUMN = 30


def tree() -> str:
    """The map as text: a line per folder and file, each with its first sentence."""
    return "".join(f"{line}\n" for room in ROOMS for line in _folder(ROOT / room, depth=0))


def written() -> str:
    """The map as it stands in ARCHITECTURE.md."""
    return PAGE.read_text().split(BEGIN, 1)[1].split(END, 1)[0]


def _folder(folder: Path, *, depth: int) -> Iterator[str]:
    yield _line(f"{folder.name}/", _first_line(folder / "__init__.py"), depth)
    for path in sorted(folder.glob("*.py")):
        if path.name != "__init__.py":
            yield _line(path.name, _first_line(path), depth + 1)
    for inner in sorted(path for path in folder.iterdir() if (path / "__init__.py").exists()):
        yield from _folder(inner, depth=depth + 1)


def _line(name: str, sentence: str, depth: int) -> str:
    return f"{'  ' * depth}{name}".ljust(COLUMN) + f" {sentence}".rstrip()


def _first_line(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
    return docstring.split("\n", 1)[0]


def main() -> None:
    """Replace the map in ARCHITECTURE.md."""
    page = PAGE.read_text()
    before, after = page.split(BEGIN, 1)[0], page.split(END, 1)[1]
    PAGE.write_text(f"{before}{BEGIN}{tree()}{END}{after}")


if __name__ == "__main__":
    main()
