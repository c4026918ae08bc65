"""The doctor finds each thing that can be wrong with a registration, and says what to do."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from lti_tool.errors import NotFoundError
from lti_tool.lti.calling.calls import PlatformHttp
from lti_tool.lti.platform_keys import SAMPLE_KID
from lti_tool.lti.tool_keys import public_jwks
from lti_tool.store.database import Database
from lti_tool.store.tables.platforms import (
    Course,
    Deployment,
    LaunchRecord,
    Registration,
    ToolKey,
)
from lti_tool.usecases.lms.doctor.access import SERVICES
from lti_tool.usecases.lms.doctor.examination import examine
from lti_tool.usecases.lms.doctor.instruments import Instruments
from lti_tool.usecases.lms.doctor.report import Check, Outcome, Report
from tests.lti_tool.lti.a_platform import a_jwks, later
from tests.lti_tool.lti.a_server import AServer, Reply, a_server
from tests.lti_tool.lti.a_tool import ATool, a_token_reply
from tests.support.wired import THIS_MACHINE

ALL_SCOPES = sorted(frozenset[str]().union(*(service.scopes for service in SERVICES)))
PERSON = {"user_id": "4", "roles": ["Learner"], "status": "Active"}


def a_json(document: object) -> Reply:
    return Reply(body=json.dumps(document).encode())


class Clinic:
    """A registration in perfect health; each test makes one thing ill."""

    def __init__(self, db: Database, server: AServer, http: PlatformHttp, now: datetime) -> None:
        self.db, self.server, self.http, self.now = db, server, http, now
        self.tool = ATool(db, server, http, now)
        self.registration = self.tool.registration
        self.base_url = server.url
        self.change(auth_url=f"{server.url}/auth", jwks_url=f"{server.url}/jwks")
        self._answer_well()
        self._add_traces()

    def change(self, **values: object) -> None:
        with self.db.begin() as session:
            session.execute(update(Registration).values(**values))

    def will_answer(self, path: str, *replies: Reply) -> None:
        self.server.will_answer(path, *replies)

    def report(self, *, institution_id: UUID | None = None) -> Report:
        tools = Instruments(
            db=self.db,
            http=self.http,
            own_http=self.http,
            connector=self.tool.connector,
            base_url=self.base_url,
            now=lambda: self.now,
        )
        return examine(tools, self.registration.id, institution_id=institution_id)

    def checks(self) -> Mapping[str, Check]:
        return {check.topic.id: check for check in self.report().checks}

    def ill(self) -> dict[str, str]:
        """The checks that failed, each with the id of what was found."""
        return {
            name: check.finding.id
            for name, check in self.checks().items()
            if check.outcome is Outcome.FAILED
        }

    def unchecked(self) -> dict[str, str]:
        return {
            name: check.finding.id
            for name, check in self.checks().items()
            if check.outcome is Outcome.NOT_CHECKED
        }

    def record(self, code: str | None, *, minutes: int = 0) -> None:
        with self.db.begin() as session:
            session.add(
                LaunchRecord(
                    institution_id=self.registration.institution_id,
                    id=uuid4(),
                    registration_id=self.registration.id,
                    at=later(self.now, minutes=minutes),
                    code=code,
                    is_proven=True,
                    header={},
                    claims={},
                )
            )

    def deploy(self, name: str, state: str) -> None:
        with self.db.begin() as session:
            session.add(
                Deployment(
                    institution_id=self.registration.institution_id,
                    registration_id=self.registration.id,
                    deployment_id=name,
                    state=state,
                    seen_at=self.now,
                )
            )

    def visit_course(self, name: str, **urls: str | None) -> None:
        with self.db.begin() as session:
            session.add(
                Course(
                    institution_id=self.registration.institution_id,
                    id=uuid4(),
                    registration_id=self.registration.id,
                    deployment_id="1",
                    context_id=name,
                    seen_at=self.now,
                    **urls,
                )
            )

    def _answer_well(self) -> None:
        with self.db.read() as session:
            own = public_jwks(session, self.registration.institution_id)
        self.will_answer("/healthz", a_json({"alive": True}))
        self.will_answer(f"/lti/{self.registration.id}/jwks", a_json(own))
        self.will_answer("/auth", Reply(400))
        self.will_answer("/jwks", a_json(a_jwks()))
        self.will_answer("GET /token", Reply(405, headers=at(self.now)))
        self.will_answer("POST /token", a_token_reply(scope=" ".join(ALL_SCOPES)))
        self.will_answer("/columns", a_json([{"id": "1"}, {"id": "2"}]))
        self.will_answer("/people", a_json({"context": {"id": "c"}, "members": [PERSON]}))

    def _add_traces(self) -> None:
        self.deploy("1", "active")
        self.record(None)
        self.visit_course(
            "c",
            line_items_url=f"{self.server.url}/columns",
            memberships_url=f"{self.server.url}/people",
        )


def at(moment: datetime, **headers: str) -> dict[str, str]:
    return {"Date": format_datetime(moment, usegmt=True), **headers}


@pytest.fixture
def lms() -> Iterator[AServer]:
    with a_server() as running:
        yield running


@pytest.fixture
def clinic(sqlite_db, lms, now) -> Iterator[Clinic]:
    http = PlatformHttp(private_hosts=THIS_MACHINE)
    yield Clinic(sqlite_db, lms, http, now)
    http.close()


def test_a_registration_in_good_health_passes_every_check(clinic):
    report = clinic.report()

    assert {check.outcome for check in report.checks} == {Outcome.PASSED}
    assert [check.topic.id for check in report.checks] == [
        "own-address",
        "own-keys",
        "auth-address",
        "token-address",
        "clock",
        "platform-keys",
        "access",
        "scope-score",
        "scope-columns",
        "scope-read-columns",
        "scope-results",
        "scope-roster",
        "columns",
        "roster",
        "deployments",
        "launches",
    ]
    assert report.failed == 0
    assert report.platform == clinic.registration.platform_issuer


def test_everything_is_examined_on_both_kinds_of_database(db, lms, now):
    http = PlatformHttp(private_hosts=THIS_MACHINE)

    assert Clinic(db, lms, http, now).ill() == {}
    http.close()


def test_what_was_read_is_counted(clinic):
    checks = clinic.checks()

    assert "2 columns" in str(checks["columns"].finding)
    assert "one person" in str(checks["roster"].finding)


ILLS: list[tuple[str, Callable[[Clinic], Any], dict[str, str]]] = [
    (
        "our address does not answer",
        lambda clinic: clinic.will_answer("/healthz", Reply(502)),
        {"own-address": "doctor.own-address-silent"},
    ),
    (
        "somebody else answers at our address",
        lambda clinic: clinic.will_answer("/healthz", Reply(200, b"Welcome to nginx!")),
        {"own-address": "doctor.own-address-silent"},
    ),
    (
        "our keys are not served",
        lambda clinic: clinic.will_answer(f"/lti/{clinic.registration.id}/jwks", Reply(404)),
        {"own-keys": "doctor.own-keys-other"},
    ),
    (
        "another installation's keys are served",
        lambda clinic: clinic.will_answer(f"/lti/{clinic.registration.id}/jwks", a_json(a_jwks())),
        {"own-keys": "doctor.own-keys-other"},
    ),
    (
        "the sign-in address is broken",
        lambda clinic: clinic.will_answer("/auth", Reply(500)),
        {"auth-address": "doctor.address-faulty"},
    ),
    (
        "the sign-in address lies in a private network",
        lambda clinic: clinic.change(auth_url="https://10.0.0.1/auth"),
        {"auth-address": "platform.address-private"},
    ),
    (
        "our clock is ahead",
        lambda clinic: clinic.will_answer(
            "GET /token", Reply(405, headers=at(clinic.now - timedelta(seconds=6)))
        ),
        {"clock": "doctor.clock-ahead"},
    ),
    (
        "our clock is behind",
        lambda clinic: clinic.will_answer(
            "GET /token", Reply(405, headers=at(clinic.now + timedelta(seconds=31)))
        ),
        {"clock": "doctor.clock-behind"},
    ),
    (
        "the platform's keys can not be read",
        lambda clinic: clinic.will_answer("/jwks", Reply(200, b"<html>")),
        {"platform-keys": "platform.answer-unreadable"},
    ),
    (
        "the platform publishes no key",
        lambda clinic: clinic.will_answer("/jwks", a_json({"keys": []})),
        {"platform-keys": "doctor.platform-keys-none"},
    ),
    (
        "the platform signs with Canvas' sample key",
        lambda clinic: clinic.will_answer("/jwks", a_json(a_jwks(SAMPLE_KID))),
        {"platform-keys": "doctor.platform-keys-sample"},
    ),
    (
        "the client is unknown",
        lambda clinic: clinic.will_answer(
            "POST /token", Reply(400, b'{"error": "invalid_client"}')
        ),
        {"access": "platform.client-unknown"},
    ),
    (
        "a scope is missing",
        lambda clinic: clinic.will_answer(
            "POST /token",
            a_token_reply(scope=" ".join(one for one in ALL_SCOPES if "/score" not in one)),
        ),
        {"scope-score": "doctor.without-score"},
    ),
    (
        "the columns can not be read",
        lambda clinic: clinic.will_answer("/columns", Reply(403)),
        {"columns": "platform.not-allowed"},
    ),
    (
        "the roster can not be read",
        lambda clinic: clinic.will_answer("/people", a_json({"members": "none"})),
        {"roster": "roster.unreadable"},
    ),
    (
        "a deployment waits",
        lambda clinic: clinic.deploy("2", "pending"),
        {"deployments": "doctor.deployments-waiting"},
    ),
]


@pytest.mark.parametrize(("make_ill", "found"), [ill[1:] for ill in ILLS], ids=[i[0] for i in ILLS])
def test_one_fault_is_found_and_only_that(clinic, make_ill, found):
    make_ill(clinic)

    assert clinic.ill() == found


def test_plain_http_beyond_this_machine_is_named_as_what_breaks_cookies(clinic):
    clinic.base_url = "http://tool.example.edu"

    assert clinic.ill()["own-address"] == "doctor.own-address-plain"


def test_our_own_address_where_nobody_answers_is_a_fault_of_ours(clinic):
    clinic.base_url = "http://127.0.0.1:1"

    assert clinic.ill() == {
        "own-address": "doctor.own-address-silent",
        "own-keys": "doctor.own-keys-other",
    }


def test_an_institution_without_a_key_is_told_to_make_one(clinic):
    with clinic.db.begin() as session:
        session.execute(update(ToolKey).values(retired_at=clinic.now))

    assert clinic.ill() == {"own-keys": "doctor.own-keys-none", "access": "tool-keys.none"}


def test_a_platform_that_is_down_fails_what_needs_it_and_nothing_of_ours(clinic):
    down = "http://127.0.0.1:1"
    clinic.change(auth_url=f"{down}/auth", token_url=f"{down}/token", jwks_url=f"{down}/jwks")

    assert clinic.ill() == dict.fromkeys(
        ("auth-address", "token-address", "platform-keys", "access"), "platform.unreachable"
    )
    assert clinic.unchecked()["clock"] == "doctor.clock-unsaid"
    assert clinic.unchecked()["roster"] == "doctor.no-access"


@pytest.mark.parametrize("date", [{"Date": "yesterday"}, {"Date": ""}, {"Age": "x"}])
def test_a_time_that_can_not_be_read_is_no_fault(clinic, date):
    headers = {**at(clinic.now), **date}
    clinic.will_answer("GET /token", Reply(405, headers=headers))

    assert clinic.unchecked() == {"clock": "doctor.clock-unsaid"}


def test_a_cached_answer_tells_the_time_of_long_ago_and_its_age(clinic):
    headers = at(clinic.now - timedelta(hours=1), Age="3600")
    clinic.will_answer("GET /token", Reply(405, headers=headers))

    assert clinic.ill() == {}


def test_services_that_are_not_granted_are_not_tried(clinic):
    clinic.will_answer("POST /token", a_token_reply(scope=next(iter(SERVICES[0].scopes))))

    assert clinic.unchecked() == {
        "columns": "doctor.not-granted",
        "roster": "doctor.not-granted",
    }
    assert clinic.server.asked_at("/columns") == clinic.server.asked_at("/people") == []


def test_one_course_that_can_be_read_is_enough(clinic):
    gone = f"{clinic.server.url}/gone"
    clinic.now = later(clinic.now, seconds=1)
    clinic.visit_course("deleted", line_items_url=gone, memberships_url=gone)

    assert clinic.ill() == {}
    assert clinic.server.asked_at("/gone")


def test_a_new_registration_has_nothing_to_be_read_yet(clinic):
    with clinic.db.begin() as session:
        for table in (Course, Deployment, LaunchRecord):
            session.query(table).delete()

    assert clinic.ill() == {}
    assert clinic.unchecked() == {
        "columns": "doctor.no-course",
        "roster": "doctor.no-course",
        "deployments": "doctor.deployments-none",
        "launches": "doctor.launches-none",
    }


def test_refused_launches_among_good_ones_are_counted_and_no_fault(clinic):
    for minute in range(1, 10):
        clinic.record("launch.nonce-unknown", minutes=minute)

    check = clinic.checks()["launches"]

    assert check.outcome is Outcome.PASSED
    assert "Of the last 10, 1 were let in. Refused were: launch.nonce-unknown (9)" in str(
        check.finding
    )


def test_nobody_let_in_among_the_last_ten_is_a_fault_with_advice(clinic):
    for minute in range(1, 11):
        clinic.record("launch.key-unknown", minutes=minute)

    check = clinic.checks()["launches"]

    assert check.outcome is Outcome.FAILED
    assert check.remedy is not None
    assert "public key address" in str(check.remedy)


def test_what_nobody_expected_is_a_check_not_made(clinic, monkeypatch):
    def explode(*_args: object, **_options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(clinic.tool.connector, "granted_scopes", explode)

    assert clinic.unchecked() == {"examine-access": "doctor.surprised-finding"}
    assert clinic.checks()["launches"].outcome is Outcome.PASSED


def test_every_fault_says_what_to_do(clinic):
    """Where the finding itself is an error's sentence, that says it; else there is a remedy."""
    for _, make_ill, _ in ILLS:
        make_ill(clinic)

    for check in clinic.report().checks:
        if check.outcome is Outcome.FAILED and check.finding.id.startswith("doctor."):
            assert check.remedy is not None, check.finding.id


def test_an_unknown_registration_is_said(clinic):
    clinic.registration = type("Unknown", (), {"id": UUID(int=5)})()

    with pytest.raises(NotFoundError) as raised:
        clinic.report()
    assert raised.value.code == "doctor.unknown"


def test_another_institutions_registration_is_not_examined(clinic):
    assert clinic.report(institution_id=clinic.registration.institution_id).failed == 0

    with pytest.raises(NotFoundError):
        clinic.report(institution_id=UUID(int=5))
