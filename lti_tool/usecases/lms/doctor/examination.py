"""Run every check in order; whatever happens, a report comes out."""

from collections.abc import Callable, Iterator
from uuid import UUID

import structlog

from lti_tool.sentence import say
from lti_tool.usecases.lms.doctor.access import examine_access
from lti_tool.usecases.lms.doctor.arrivals import examine_arrivals
from lti_tool.usecases.lms.doctor.case import Case, read_case
from lti_tool.usecases.lms.doctor.instruments import Instruments
from lti_tool.usecases.lms.doctor.ourselves import examine_ourselves
from lti_tool.usecases.lms.doctor.report import Check, Report, Topic, not_checked
from lti_tool.usecases.lms.doctor.their_side import examine_their_side

log = structlog.get_logger(__name__)

_PARTS: tuple[Callable[[Case, Instruments], Iterator[Check]], ...] = (
    examine_ourselves,
    examine_their_side,
    examine_access,
    examine_arrivals,
)


def examine(
    tools: Instruments, registration_id: UUID, *, institution_id: UUID | None = None
) -> Report:
    """Examine a registration; waits for the network, for a minute or two at worst.

    With `institution_id`, only a registration of that institution. Raises NotFoundError
    `doctor.unknown`, and nothing else: what a check did not expect is a check not made.
    """
    with tools.db.read() as session:
        case = read_case(session, registration_id, institution_id=institution_id)
    checks: list[Check] = []
    for part in _PARTS:
        try:
            for check in part(case, tools):
                checks.append(check)  # one by one: those before a surprise are kept
        except Exception:
            log.exception("doctor.surprised", part=part.__name__)
            checks.append(_surprised(part.__name__))
    return Report(case.name, tuple(checks))


def _surprised(part: str) -> Check:
    return not_checked(
        Topic(part.replace("_", "-"), say("doctor.surprised", "Further checks")),
        say(
            "doctor.surprised-finding",
            "Something happened that this tool did not expect. Its log says what.",
        ),
    )
