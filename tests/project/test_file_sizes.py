"""Files stay small enough to read in one go."""

from tests.support.map import ROOMS, ROOT

LONGEST = 400
MOST_FILES = 24


def test_no_file_is_longer_than_400_lines():
    long = {
        str(path.relative_to(ROOT)): lines
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "versions" not in path.parts  # migrations are written by a machine and read once
        and (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_no_folder_holds_more_than_24_files():
    full = {
        str(folder.relative_to(ROOT)): len(files)
        for room in ROOMS
        for folder in [ROOT / room, *(ROOT / room).rglob("*/")]
        if len(files := [one for one in folder.glob("*.py") if one.name != "__init__.py"])
        > MOST_FILES
    }
    assert full == {}
