"""The map in ARCHITECTURE.md can't rot."""

from tests.support import map
from tests.support.map import ROOMS, ROOT, tree, written


def test_the_map_shows_the_files_as_they_are():
    assert written() == tree(), "run `make map`"


def test_every_file_says_its_job_in_one_line():
    silent = [line for line in tree().splitlines() if line.strip().endswith((".py", "/"))]
    assert silent == []


def test_the_map_covers_every_room():
    assert all((ROOT / room).is_dir() for room in ROOMS)


def test_drawing_the_map_twice_changes_nothing_more(tmp_path, monkeypatch):
    page = tmp_path / "ARCHITECTURE.md"
    page.write_text(f"before\n{map.BEGIN}{map.END}\nafter\n")
    monkeypatch.setattr(map, "PAGE", page)
    map.main()
    drawn = page.read_text()
    map.main()
    assert page.read_text() == drawn == f"before\n{map.BEGIN}{map.tree()}{map.END}\nafter\n"
