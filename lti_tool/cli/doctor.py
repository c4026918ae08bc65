"""Test a live registration: what works between an LMS and us, and what to mend."""

import json
import sys
from uuid import UUID

import click

from lti_tool.cli.opening import opened
from lti_tool.cli.saying import FAILED, printable, words
from lti_tool.sentence import Sentence, say, say_many
from lti_tool.usecases.lms.doctor.examination import examine
from lti_tool.usecases.lms.doctor.report import Check, Outcome, Report
from lti_tool.wiring import doctors_instruments

_OUTCOMES = {
    Outcome.PASSED: say("doctor.passed", "passed"),
    Outcome.FAILED: say("doctor.failed", "FAILED"),
    Outcome.NOT_CHECKED: say("doctor.not-checked", "not checked"),
}


@click.command(epilog="Ends with 0 when nothing failed, and with 1 otherwise.")
@click.argument("registration", metavar="REGISTRATION", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="Print the report for programs.")
def doctor(registration: UUID, *, as_json: bool) -> None:
    """Examine a REGISTRATION; its id is in “platforms list”.

    Looks at both ends and at what lies between: our address and keys, the LMS's addresses, clock
    and keys, access to its services, gradebook columns and people of a course, and the last
    launches. Nothing is changed in the LMS, and no grade is posted.
    """
    with opened() as wired, doctors_instruments(wired) as tools:
        report = examine(tools, registration)
    click.echo(_as_json(report) if as_json else _as_text(report))
    sys.exit(FAILED if report.failed else 0)


def _as_text(report: Report) -> str:
    lines = [printable(report.platform), ""]
    for number, check in enumerate(report.checks, start=1):
        lines += _lines(number, check)
    return "\n".join([*lines, "", words(_summary(report))])


def _lines(number: int, check: Check) -> list[str]:
    lines = [f"{number:>3}  {words(_OUTCOMES[check.outcome])}: {words(check.topic.title)}"]
    lines.append(f"     {words(check.finding)}")
    if check.remedy is not None:
        lines.append(f"     → {words(check.remedy)}")
    return lines


def _summary(report: Report) -> Sentence:
    if not report.failed:
        return say("doctor.nothing-failed", "Nothing is wrong as far as this can be seen.")
    return say_many(
        "doctor.some-failed",
        "One thing is to be mended.",
        "%(count)s things are to be mended.",
        count=report.failed,
    )


def _as_json(report: Report) -> str:
    checks = [
        {
            "number": number,
            "id": check.topic.id,
            "title": words(check.topic.title),
            "outcome": check.outcome.value,
            "finding": words(check.finding),
            "remedy": words(check.remedy) if check.remedy is not None else None,
        }
        for number, check in enumerate(report.checks, start=1)
    ]
    document = {"platform": report.platform, "failed": report.failed, "checks": checks}
    return json.dumps(document, ensure_ascii=False, indent=2)
