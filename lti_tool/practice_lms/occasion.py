"""One launch with everything it is about: who, where, what, and when."""

from dataclasses import dataclass
from datetime import datetime

from lti_tool.practice_lms.configuration import Configuration
from lti_tool.practice_lms.course import Course, Link, User
from lti_tool.practice_lms.state import Practice
from lti_tool.practice_lms.state.gradebook import LineItem
from lti_tool.practice_lms.state.pending import Opening


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the claims of one id_token are made of. `link` is None where none is opened."""

    practice: Practice
    opening: Opening
    user: User
    course: Course
    link: Link | None
    nonce: str
    now: datetime

    @property
    def configuration(self) -> Configuration:
        """The settings in force."""
        return self.practice.configuration

    @property
    def target(self) -> str:
        """The address the tool is told to show."""
        own = self.link.url if self.link else ""
        return self.opening.target or own or self.configuration.tool.launch_url

    @property
    def line_item(self) -> LineItem | None:
        """The column of a graded link."""
        if self.link is None or not self.link.is_graded:
            return None
        return self.practice.gradebook.own_line_item(self.link.id)

    @property
    def issued_at(self) -> int:
        """Now, in whole seconds since 1970."""
        return int(self.now.timestamp())
