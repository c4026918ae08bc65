"""Programme files by command: checked line by line, published once, listed."""

import pytest
from sqlalchemy import select

from lti_tool.programme.shipped import shipped_image, shipped_text
from lti_tool.store.tables.programmes import BadgeImage

TASTER = shipped_text("foundations-taster")
PICTURE = "badges/foundations.svg"
SVG = shipped_image(PICTURE)
SHIPPED = "shipped:foundations-taster"
AT_SCHOOL = ("--institution", "School")


@pytest.fixture
def write(tmp_path):
    """Write the taster with one change, and its badge picture beside it; returns the path."""

    def write(old="", new="", *, picture=SVG):
        assert old in TASTER
        path = tmp_path / "taster.yaml"
        path.write_text(TASTER.replace(old, new, 1), "utf-8")
        if picture is not None:
            (tmp_path / "badges").mkdir()
            (tmp_path / PICTURE).write_bytes(picture)
        return path

    return write


def line_of(text):
    return TASTER[: TASTER.index(text)].count("\n") + 1


def test_a_good_file_has_no_faults_and_needs_no_settings(command, monkeypatch, write):
    monkeypatch.delenv("TESTAMUR_BASE_URL")
    path = write()
    result = command("programmes", "check", path)
    assert (result.exit_code, result.stdout) == (0, f"{path}: no faults\n")


def test_each_fault_is_a_line_that_editors_can_jump_to(command, write):
    path = write("done_when: agreed  ", "done_when: nodded  ")
    result = command("programmes", "check", path)
    start = f"{path}:{line_of('done_when: agreed')}:20: "
    assert result.exit_code == 1
    assert [line.startswith(start) for line in result.stdout.splitlines()] == [True]


def test_every_file_is_checked_and_one_fault_is_enough(command, write):
    result = command("programmes", "check", "nowhere.yaml", write())
    assert result.exit_code == 1
    first, second = result.stdout.splitlines()
    assert first.startswith("nowhere.yaml:1:1: This file can't be read.")
    assert second.endswith("taster.yaml: no faults")


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"schema: [", b"- a\n- list\n", b"title: \x00", b"a: &a [*a]"]
)
def test_a_broken_file_is_told_with_its_place(command, tmp_path, content):
    path = tmp_path / "broken.yaml"
    path.write_bytes(content)
    result = command("programmes", "check", path)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{path}:")
    assert result.exception.__class__ is SystemExit


def test_parts_that_are_only_kept_are_named_aside_and_are_no_fault(command, write):
    path = write("contact: programme-office", "contact: programme-office\nworkload_hours: 2")
    result = command("programmes", "check", path)
    assert (result.exit_code, result.stdout) == (0, f"{path}: no faults\n")
    assert "“workload_hours” is kept" in result.stderr


def test_a_shipped_programme_is_checked_by_its_name(command):
    assert command("programmes", "check", SHIPPED).exit_code == 0
    result = command("programmes", "check", "shipped:nothing")
    assert result.exit_code == 1
    assert SHIPPED in result.stdout


def test_a_file_is_published_with_the_pictures_beside_it(school, write, wired):
    result = school("programmes", "publish", write(), *AT_SCHOOL)
    assert result.exit_code == 0
    assert "activity=foundations-taster/" in result.output
    with wired.db.begin() as session:
        (picture,) = session.scalars(select(BadgeImage.svg))
    assert picture == SVG.decode()


def test_the_same_file_may_be_published_again_and_is_listed_once(school):
    for _ in range(2):
        assert school("programmes", "publish", SHIPPED, *AT_SCHOOL).exit_code == 0
    listed = school("programmes", "list", *AT_SCHOOL).output
    assert listed.startswith("foundations-taster  1  20")
    assert listed.count("\n") == 1


def test_a_published_version_never_changes(school, write):
    school("programmes", "publish", SHIPPED, *AT_SCHOOL)
    path = write("title: Foundations taster", "title: Another title")
    result = school("programmes", "publish", path, *AT_SCHOOL)
    assert result.exit_code == 1
    assert "Give the changed file a new version" in result.stderr


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("    title: Foundations\n", "    title: Foundations\n    opens: later\n", "opens"),
        ("    kind: certificate\n", "    kind: certificate\n    approval: office\n", "approval"),
        ("{markers: 1,", "{markers: 1, second_mark: all,", "second_mark"),
        ("{markers: 1,", "{markers: 2,", "markers"),
        ("language: en\n", "language: en\nconflicts_of_interest: none\n", "conflicts_of_interest"),
    ],
)
def test_what_decides_who_earns_a_badge_is_not_published_before_it_is_acted_on(
    school, write, old, new, key
):
    path = write(old, new)
    result = school("programmes", "publish", path, *AT_SCHOOL)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"{path}:")
    assert f"“{key}” has a say in who earns a badge" in line
    assert school("programmes", "list", *AT_SCHOOL).output == ""


def test_other_parts_that_are_only_kept_are_published_with_a_notice(school, write):
    path = write("contact: programme-office", "contact: programme-office\nworkload_hours: 2")
    result = school("programmes", "publish", path, *AT_SCHOOL)
    assert result.exit_code == 0
    assert "“workload_hours” is kept" in result.stderr


def test_a_missing_picture_is_named(school, write):
    result = school("programmes", "publish", write(picture=None), *AT_SCHOOL)
    assert result.exit_code == 1
    assert PICTURE in result.stderr


def test_a_picture_that_cannot_be_drawn_is_named(school, write):
    result = school("programmes", "publish", write(picture=b"hello"), *AT_SCHOOL)
    assert result.exit_code == 1
    assert f"The badge picture {PICTURE} can't be drawn" in result.stderr


def test_a_draft_is_checked_and_not_published(school, write):
    path = write("status: published", "status: draft")
    assert school("programmes", "check", path).exit_code == 0
    result = school("programmes", "publish", path, *AT_SCHOOL)
    assert result.exit_code == 1
    start = f"{path}:{line_of('status: published')}:9: This file says that it is “draft”"
    assert result.stderr.startswith(start)


def test_a_picture_that_is_no_text_is_said(school, write):
    result = school("programmes", "publish", write(picture=b"\xff\xfe"), *AT_SCHOOL)
    assert result.exit_code == 1
    assert "must be an SVG file" in result.stderr


def test_a_file_with_faults_is_not_published(school, write):
    path = write("done_when: agreed  ", "done_when: nodded  ")
    result = school("programmes", "publish", path, *AT_SCHOOL)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{path}:")
