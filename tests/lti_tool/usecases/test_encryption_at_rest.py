"""What students write and markers answer is nowhere in clear: not in the database, not in logs."""

import logging
from pathlib import Path

import pytest
import structlog
from sqlalchemy import inspect, text

from lti_tool import worker
from lti_tool.logs import configure_logs
from lti_tool.store.encryption import CannotOpenError
from lti_tool.store.tables.people import StudentKeyRow
from lti_tool.store.tables.submissions import Draft
from lti_tool.usecases import student_keys, submissions
from lti_tool.usecases.activities import reflection
from lti_tool.usecases.marking import marksheets
from tests.support.builders import TASTER
from tests.support.world import ENOUGH_WORDS, WRITING, all_at

DRAFT, HANDED_IN, COMMENT = "quail-in-a-draft", "heron-handed-in", "magpie-in-a-comment"


@pytest.fixture
def planted(world):
    """The world with a phrase in a draft, in a submission and in a marker's comment."""
    submission_id = world.hand_in(text=f"{HANDED_IN} {ENOUGH_WORDS}")
    rubric = world.do(marksheets.open_marking, world.instructor, submission_id).rubric
    marks = all_at(rubric, "absent")
    marks = type(marks)(levels=marks.levels, comments={"comment": f"{COMMENT} {ENOUGH_WORDS}"})
    world.do(
        marksheets.save_marks,
        world.instructor,
        submission_id,
        marks=marks,
        version_read=0,
        finish=True,
    )
    world.release(submission_id)
    draft = f"{DRAFT} {ENOUGH_WORDS}"
    world.do(submissions.save_draft, world.student, TASTER, WRITING, text=draft, version_read=0)
    return world


def everything_stored(world):
    """Every byte of the database that could be read, as SQLite's files or PostgreSQL's rows."""
    engine = world.wired.db.engine
    if engine.dialect.name == "sqlite":
        file = Path(engine.url.database)
        return b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))
    with engine.connect() as connection:
        rows = [
            row
            for table in inspect(engine).get_table_names()
            for row in connection.scalars(text(f'SELECT t::text FROM "{table}" t'))  # noqa: S608
        ]
    return "\n".join(rows).encode()


def test_no_phrase_is_stored_in_clear(planted):
    stored = everything_stored(planted)
    assert planted.student.person_id.hex.encode() in stored.replace(b"-", b"")
    for phrase in (DRAFT, HANDED_IN, COMMENT):
        assert phrase.encode() not in stored
        assert phrase.encode().hex().encode() not in stored


def test_who_may_read_still_reads_every_phrase(planted):
    view = planted.do(reflection.read, planted.student, TASTER, WRITING)
    assert view.draft.startswith(DRAFT)
    assert view.rounds[0].text.startswith(HANDED_IN)


def test_no_phrase_is_logged(planted, capsys):
    before = logging.getLogger().handlers
    try:
        configure_logs("debug")
        planted.do(reflection.read, planted.student, TASTER, WRITING)
        with pytest.raises(submissions.StaleVersionError):
            planted.do(
                submissions.save_draft, planted.student, TASTER, WRITING, text="x", version_read=7
            )
        worker.sweep(planted.wired)
    finally:
        logging.getLogger().handlers = before
        logging.getLogger().setLevel("WARNING")
        structlog.reset_defaults()
    written = "".join(capsys.readouterr())
    for phrase in (DRAFT, HANDED_IN, COMMENT):
        assert phrase not in written


def test_without_the_students_key_nobody_reads_anything(planted):
    with planted.wired.db.begin() as session:
        session.query(StudentKeyRow).delete()
    with pytest.raises(CannotOpenError):
        planted.do(reflection.read, planted.student, TASTER, WRITING)


def test_a_text_moved_to_another_students_row_does_not_open(planted):
    other = planted.another_student()
    planted.do(submissions.save_draft, other, TASTER, WRITING, text="Mine.", version_read=0)
    with planted.wired.db.begin() as session:
        drafts = session.query(Draft).all()
        drafts[0].sealed_text, drafts[1].sealed_text = (
            drafts[1].sealed_text,
            drafts[0].sealed_text,
        )
    with pytest.raises(CannotOpenError):
        planted.do(reflection.read, other, TASTER, WRITING)


def test_each_student_has_one_key_of_their_own(planted):
    other = planted.another_student()
    keys = [
        planted.do(student_keys.student_key, planted.institution_id, one.person_id)
        for one in (planted.student, planted.student, other)
    ]
    assert keys[0] == keys[1]
    assert keys[0] != keys[2]
