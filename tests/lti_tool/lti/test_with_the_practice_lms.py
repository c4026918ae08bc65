"""The whole room against the practice LMS, which takes nothing that a strict platform refuses."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID, uuid4

import pytest

from lti_tool.errors import PlatformError
from lti_tool.lti.connector import Connector
from lti_tool.lti.grades import COMPLETE, Score, post_score, read_results
from lti_tool.lti.launch import Launch, consume_login, read_launch
from lti_tool.lti.login import start_login
from lti_tool.lti.platform_keys import PlatformKeyStore
from lti_tool.lti.quirks import CAUTIOUS
from lti_tool.lti.roles import CourseRole
from lti_tool.lti.tool_keys import public_jwks
from lti_tool.practice_lms.forms import read_forms
from tests.lti_tool.lti.a_platform import Secrets, a_registration
from tests.lti_tool.lti.a_server import Reply
from tests.lti_tool.lti.a_tool import SEALING, store_key
from tests.support.practice import (
    INSTRUCTOR,
    REFLECTION,
    STUDENT,
    Login,
    PracticePlatform,
    a_configuration,
)


class Meeting:
    """The practice LMS on one side, our room on the other, both over HTTP."""

    def __init__(self, db, server, http, lms: PracticePlatform, lms_url: str) -> None:
        self.db, self.http, self.lms, self.base_url = db, http, lms, server.url
        self.registration = a_registration(
            db,
            platform_issuer=lms_url,
            client_id="practice-client",
            auth_url=f"{lms_url}/auth",
            token_url=f"{lms_url}/token",
            jwks_url=f"{lms_url}/jwks",
        )
        institution_id: UUID = self.registration.institution_id
        store_key(db, institution_id, datetime.now(UTC))
        with db.begin() as session:
            jwks = json.dumps(public_jwks(session, institution_id)).encode()
        server.will_answer("/lti/jwks", Reply(200, jwks, {"Content-Type": "application/json"}))
        self.keys = PlatformKeyStore(db, http.get_json)

    def launch(self, user_id: str) -> Launch:
        """Somebody opens the reflection."""
        begun = self.lms.answer("GET", f"/as/{user_id}/launch/{REFLECTION}")
        with self.db.begin() as session:
            started = start_login(
                session,
                registration_id=self.registration.id,
                params=_fields(begun.text),
                launch_url=f"{self.base_url}/lti/launch",
                base_url=self.base_url,
                now=datetime.now(UTC),
                new_secret=Secrets(),
            )
        asked = dict(parse_qsl(urlsplit(started.redirect_url).query))
        form = self.lms.authenticate(Login(user_id, REFLECTION, asked, begun))
        launch = read_launch(
            self.db,
            registration_id=self.registration.id,
            form=form,
            browser_secret_for=lambda state: started.browser_secret,
            keys=self.keys,
            base_url=self.base_url,
            now=datetime.now(UTC),
        )
        with self.db.begin() as session:
            consume_login(session, launch, now=datetime.now(UTC))
        return launch


def _fields(page: str) -> dict[str, str]:
    [form] = read_forms(page, "http://127.0.0.1/")
    return dict(form.fields)


@pytest.fixture
def meeting(sqlite_db, server, http) -> Iterator[Meeting]:
    lms = PracticePlatform(None, a_configuration(tool_url=server.url))
    with lms.serve() as lms_url:
        yield Meeting(sqlite_db, server, http, lms, lms_url)


def test_a_student_of_the_practice_lms_is_recognised(meeting):
    launch = meeting.launch(STUDENT)

    assert launch.sub == STUDENT
    assert launch.course_roles == {CourseRole.STUDENT}
    assert launch.activity == "taster/reflection"
    assert launch.line_item_url is not None


def test_an_instructor_of_the_practice_lms_is_recognised(meeting):
    assert meeting.launch(INSTRUCTOR).course_roles == {CourseRole.INSTRUCTOR}


def test_a_score_reaches_the_gradebook_once(meeting):
    launch = meeting.launch(STUDENT)
    assert launch.line_item_url is not None
    now = datetime.now(UTC)
    connector = Connector(
        meeting.db, SEALING, meeting.http, now=lambda: datetime.now(UTC), new_id=uuid4
    )
    score = Score(launch.sub, COMPLETE, timestamp=now, submitted_at=now)

    def post() -> None:
        post_score(
            connector,
            score,
            registration=meeting.registration,
            line_item_url=launch.line_item_url or "",
        )

    post()
    with pytest.raises(PlatformError) as raised:
        post()
    assert raised.value.code == "grades.older"
    [result] = read_results(
        connector,
        launch.sub,
        registration=meeting.registration,
        line_item_url=launch.line_item_url,
    )
    assert result.shows(score, CAUTIOUS)
