"""The LMS's half of a launch without its pages: what it sends to begin, and what it signs."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lti_tool.practice_lms.claims import launch_claims
from lti_tool.practice_lms.state import Practice
from tests.support.practice import READING, STUDENT

STUDENTS = 40
"""How many different people the launches come from, in turn; each keeps coming back."""


def students() -> Iterator[int]:
    """The students, one after the other, from the first again after the last."""
    return cycle(range(STUDENTS))


@dataclass(frozen=True)
class Platform:
    """Signs the tokens of a practice LMS with its own key, for one link and many students."""

    practice: Practice
    link_id: str = READING

    @property
    def issuer(self) -> str:
        """The LMS's own address."""
        return self.practice.configuration.base_url

    def login_fields(self) -> dict[str, str]:
        """What the browser is told to post to the tool's login address."""
        configuration = self.practice.configuration
        return {
            "iss": configuration.base_url,
            "login_hint": STUDENT,
            "target_link_uri": configuration.tool.launch_url,
            "lti_message_hint": "hint",
            "client_id": configuration.client_id,
            "lti_deployment_id": configuration.deployment_id,
        }

    def launch_fields(self, location: str, student: int) -> dict[str, str]:
        """What the LMS posts back when the tool redirected to `location`."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        token = self.practice.platform_key.sign(self._claims(asked["nonce"], student))
        return {"state": asked["state"], "id_token": token}

    def _claims(self, nonce: str, student: int) -> dict[str, Any]:
        course = self.practice.configuration.course
        user, link = course.user(STUDENT), course.link(self.link_id)
        assert user is not None
        assert link is not None
        now = self.practice.surroundings.now()
        claims = launch_claims(self.practice, user, link, nonce=nonce, now=now)
        return {**claims, "sub": f"student-{student}", "email": f"student-{student}@lms.example"}
