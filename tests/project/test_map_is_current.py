"""The map in ARCHITECTURE.md can't rot."""

from tests.support.map import ROOMS, ROOT, tree, written


def test_the_map_shows_the_files_as_they_are():
    assert written() == tree(), "run `make map`"


def test_every_file_says_its_job_in_one_line():
    silent = [line for line in tree().splitlines() if line.strip().endswith((".py", "/"))]
    assert silent == []


def test_the_map_covers_every_room():
    assert all((ROOT / room).is_dir() for room in ROOMS)
