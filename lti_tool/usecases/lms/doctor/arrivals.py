"""The checks on what came from the LMS: its installations of this tool, and its last launches."""

from collections import Counter
from collections.abc import Iterator

from lti_tool.sentence import say, say_many
from lti_tool.usecases.lms import launch_advice
from lti_tool.usecases.lms.deployments import ACTIVE, PENDING
from lti_tool.usecases.lms.doctor.case import Case
from lti_tool.usecases.lms.doctor.instruments import Instruments
from lti_tool.usecases.lms.doctor.report import Check, Topic, failed, not_checked, passed

DEPLOYMENTS = Topic("deployments", say("doctor.deployments", "Where the tool is installed"))
LAUNCHES = Topic("launches", say("doctor.launches", "The last launches"))

_LATEST = 10
"""One launch let in of so many, and the connection works; refusals then are single people's."""


def examine_arrivals(case: Case, _tools: Instruments) -> Iterator[Check]:
    """Are all deployments decided on, and are people let in?"""
    yield _deployments(case)
    yield _launches(case)


def _deployments(case: Case) -> Check:
    waiting = case.deployments.get(PENDING, 0)
    if waiting:
        return failed(
            DEPLOYMENTS,
            say_many(
                "doctor.deployments-waiting",
                "One installation of this tool waits to be let in.",
                "%(count)s installations of this tool wait to be let in.",
                count=waiting,
            ),
            say(
                "doctor.deployments-waiting-remedy",
                "Look at them on the page of this LMS, and let them in or keep them out.",
            ),
        )
    if not case.deployments.get(ACTIVE):
        return not_checked(
            DEPLOYMENTS,
            say(
                "doctor.deployments-none",
                "No installation of this tool is let in yet. The first launch makes it known.",
            ),
        )
    return passed(
        DEPLOYMENTS,
        say_many(
            "doctor.deployments-fine",
            "One installation is let in.",
            "%(count)s installations are let in.",
            count=case.deployments[ACTIVE],
        ),
    )


def _launches(case: Case) -> Check:
    if not case.launches:
        return not_checked(LAUNCHES, say("doctor.launches-none", "Nobody has come from it yet."))
    counts = Counter(code for code in case.launches if code is not None)
    if not counts:
        return passed(
            LAUNCHES,
            say_many(
                "doctor.launches-all-in",
                "The last one was let in.",
                "The last %(count)s were all let in.",
                count=len(case.launches),
            ),
        )
    finding = say(
        "doctor.launches-counted",
        "Of the last %(all)s, %(good)s were let in. Refused were: %(codes)s.",
        all=len(case.launches),
        good=len(case.launches) - counts.total(),
        codes=", ".join(f"{code} ({count})" for code, count in counts.most_common()),
    )
    if None in case.launches[:_LATEST]:
        return passed(LAUNCHES, finding)
    _, remedy = launch_advice.of(counts.most_common(1)[0][0])
    return failed(LAUNCHES, finding, remedy)
