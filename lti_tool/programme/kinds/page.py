"""Page: something to read, then marked done or agreed to."""

import hashlib
from dataclasses import dataclass
from typing import ClassVar, Literal, cast

from lti_tool.programme.definition import Activity
from lti_tool.programme.evidence import Done
from lti_tool.programme.kinds.kind import Common, Kind
from rubrics.reading.fields import Fields, Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Activity):
    """`text` is Markdown, what the student reads; for `agreed`, the wording agreed to."""

    yields: ClassVar = (Done,)

    done_when: Literal["marked-done", "agreed"]
    text: str = ""

    @property
    def wording(self) -> str:
        """The SHA-256 of title and text: which wording a student agreed to."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest()


def _read(fields: Fields, common: Common) -> Page:
    done_when = fields.choice("done_when", ("marked-done", "agreed"), "marked-done")
    return Page(
        **common,
        done_when=cast(Literal["marked-done", "agreed"], done_when),
        text=fields.text("text"),
    )


KIND = Kind(
    name="page",
    keys=Keys(required=("done_when",), optional=("text",)),
    read=_read,
)
