"""The launch inspector keeps the last of each sort, apart, and no flood pushes the others out."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import OperationalError

from lti_tool.errors import NotFoundError
from lti_tool.lti.reading.claims import AGS, LTI
from lti_tool.lti.refusals import CODES, refused
from lti_tool.store.tables.platforms import LaunchRecord, Registration
from lti_tool.usecases.lms import launch_advice, launch_records
from lti_tool.usecases.lms.launch_records import KEPT, Seen

NOTHING = Seen({}, {})


@pytest.fixture
def registration(world):
    (one,) = world.rows(Registration)
    return one


def refuse(world, registration_id, code="launch.signature-wrong", *, is_proven=False, what=NOTHING):
    refusal = refused(code)
    refusal.is_proven = is_proven
    world.clock.move(timedelta(seconds=1))
    launch_records.record_refused(world.wired.db, registration_id, what, refusal, now=world.clock())


def let_in(world, registration, times):
    for _ in range(times):
        world.clock.move(timedelta(seconds=1))
        with world.wired.db.begin() as session:
            session.add(
                LaunchRecord(
                    institution_id=registration.institution_id,
                    id=uuid4(),
                    registration_id=registration.id,
                    at=world.clock(),
                    code=None,
                    is_proven=True,
                    header={},
                    claims={"aud": "us"},
                )
            )


def listed(world, registration):
    found = world.do(launch_records.recent, world.institution_id, registration.id)
    return found.lines


def test_a_flood_of_forgeries_pushes_out_forgeries_only(world, registration):
    let_in(world, registration, 2)
    refuse(world, registration.id, "launch.version-unknown", is_proven=True)

    for _ in range(KEPT + 5):
        refuse(world, registration.id)

    lines = listed(world, registration)
    assert [line.code for line in lines if line.is_proven] == ["launch.version-unknown", None, None]
    assert len(lines) == KEPT + 3
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)


def test_tidying_keeps_the_newest_of_each_sort_and_lms(world, registration):
    let_in(world, registration, KEPT + 3)
    refuse(world, registration.id)

    world.do(launch_records.tidy)

    kept = [row.at for row in world.rows(LaunchRecord) if row.code is None]
    assert len(kept) == KEPT
    assert min(kept) == world.clock() - timedelta(seconds=KEPT)
    assert len(world.rows(LaunchRecord)) == KEPT + 1


def test_a_launch_for_an_lms_nobody_knows_is_not_recorded(world):
    refuse(world, uuid4())

    assert world.rows(LaunchRecord) == []


def test_a_refusal_stands_even_when_it_can_not_be_recorded(world, registration, monkeypatch):
    def busy():
        raise OperationalError("BEGIN", {}, Exception("database is locked"))

    monkeypatch.setattr(world.wired.db, "begin", busy)

    launch_records.record_refused(
        world.wired.db, registration.id, NOTHING, refused("launch.expired"), now=world.clock()
    )


def test_an_error_the_platform_posted_is_shown_without_its_state(world, registration):
    form = {"error": "access_denied", "error_description": "No", "state": "a secret"}
    refuse(world, registration.id, "launch.access-denied", what=launch_records.seen(form))

    (line,) = listed(world, registration)
    view = world.do(launch_records.one, world.institution_id, registration.id, line.id)
    assert view.claims == (("error", "access_denied"), ("error_description", "No"))
    assert "enrolled" in str(line.advice)


@pytest.mark.parametrize("token", ["", "no token", "a.b.c", "e30.e30"])
def test_what_is_no_token_is_recorded_as_nothing(token):
    assert launch_records.seen({"id_token": token}) == NOTHING


def test_nested_claims_become_rows(world, registration):
    claims = {
        f"{LTI}context": {"id": "2", "type": ["a", "b"]},
        f"{LTI}custom": {},
        AGS: {"scope": []},
        "email": "",
        "none": None,
    }
    refuse(world, registration.id, what=Seen({"alg": "RS256"}, claims))

    (line,) = listed(world, registration)
    view = world.do(launch_records.one, world.institution_id, registration.id, line.id)
    assert view.header == (("alg", "RS256"),)
    assert set(view.claims) == {
        ("context → id", "2"),
        ("context → type", "a, b"),
        ("custom", "{}"),
        ("lti-ags/claim/endpoint → scope", "[]"),
        ("email", '""'),
        ("none", "null"),
    }


def test_a_launch_is_found_under_its_own_lms_only(world, registration):
    refuse(world, registration.id)
    (line,) = listed(world, registration)

    with pytest.raises(NotFoundError, match="not kept any more"):
        world.do(launch_records.one, world.institution_id, uuid4(), line.id)
    with pytest.raises(NotFoundError, match="not kept any more"):
        world.do(launch_records.one, world.institution_id, registration.id, uuid4())
    with pytest.raises(NotFoundError, match="not connected here"):
        world.do(launch_records.recent, world.institution_id, uuid4())


@pytest.mark.parametrize("code", [*sorted(CODES), "launch.of-an-earlier-version"])
def test_every_code_says_what_happened_and_what_to_mend(code):
    said, advice = launch_advice.of(code)

    assert str(said).endswith(".")
    assert str(advice).endswith((".", "?"))


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("active", None),
        ("pending", "launch.deployment-waits"),
        ("refused", "launch.deployment-refused"),
    ],
)
def test_a_place_that_is_not_let_in_has_a_code_with_words(state, code):
    assert launch_advice.code_of_place(state) == code
    if code:
        said, _ = launch_advice.of(code)
        assert "part of the LMS" in str(said)
