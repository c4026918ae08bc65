"""Parts of the file that are kept in the digest and not acted upon yet: one table."""

from collections.abc import Mapping
from types import MappingProxyType

from lti_tool.programme.errors import Fault
from lti_tool.sentence import say
from rubrics.reading.faults import Reading

_PROGRAMMES = "issue 5"
_MARKING = "issue 6"
_LATER = "a later issue"

# Section of the file -> key -> the issue that will act on it. An entry leaves this table when its
# issue lands; until then `Programme.carried` says aloud what this version will not do.
CARRIED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "programme": {
            "audience": _PROGRAMMES,
            "workload_hours": _PROGRAMMES,
            "calendar": _PROGRAMMES,
            "waivers": _PROGRAMMES,
            "conflicts_of_interest": _MARKING,
            "comment_bank": _MARKING,
            "calibration": _MARKING,
            "safety": _LATER,
        },
        "privacy": {
            "retention": _LATER,
            "export": _LATER,
            "erase": _LATER,
            "analytics": _LATER,
        },
        "marking_defaults": {
            "identities": _MARKING,
            "queue": _MARKING,
            "return_for_revision": _MARKING,
            "late": _MARKING,
            "rubric_change": _MARKING,
            "agreement_report": _MARKING,
        },
        "release": {"how": _MARKING, "not_before": _MARKING},
        "outcome": {"alignment": _PROGRAMMES},
        "module": {"opens": _PROGRAMMES},
        "badge": {
            "approval": _PROGRAMMES,
            "renewal": _PROGRAMMES,
            "evidence": _LATER,
            "reveals": _LATER,
            "revocation": _LATER,
        },
        "reflection": {"due": _PROGRAMMES, "structure": _MARKING, "may_cite": _MARKING},
        "marking": {"second_mark": _MARKING, "independent": _MARKING, "agree": _MARKING},
        "allocation": {"how": _MARKING, "avoid": _MARKING},
    }
)


def later(section: str) -> tuple[str, ...]:
    """Return the keys of a section that are kept and not acted upon yet."""
    return tuple(CARRIED[section])


def carried_parts(reading: Reading) -> tuple[Fault, ...]:
    """Return a notice, with its place, for each part of this file that is only kept."""
    return tuple(
        Fault(
            reading.path,
            place.line,
            place.column,
            say(
                "programme.carried",
                "“%(key)s” is kept with the programme, but this version does not act on it yet.",
                key=key,
            ),
        )
        for key, place in reading.later
    )
