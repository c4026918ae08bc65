"""What must hold before a programme is published: final, acted on in full, drawable, signable."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from credentials import issuing as badges
from credentials.achievement import BadgeResult, Issuer, Recipient
from credentials.errors import LintError
from credentials.linting import lint
from credentials.status import StatusEntry
from lti_tool.errors import InvalidInputError
from lti_tool.programme.definition import BadgeDefinition, BadgeResultRule, Programme
from lti_tool.programme.errors import Fault
from lti_tool.programme.kinds.reflection import Reflection
from lti_tool.programme.validity import valid_until
from lti_tool.sentence import Sentence, say
from lti_tool.usecases.badges.achievements import (
    Addresses,
    achievement_of,
    level_id,
    result_id,
    shared_results,
)
from lti_tool.usecases.badges.pictures import badge_png

DECIDING = frozenset(
    {"opens", "approval", "reveals", "agree", "independent", "second_mark", "conflicts_of_interest"}
)
"""Keys of the file that change who earns a badge, among those that nobody acts on yet."""

_SAMPLE = Addresses(base_url="https://badges.example", slug="sample")


def faults(programme: Programme, *, now: datetime) -> tuple[Fault, ...]:
    """What forbids publishing a file that reads well.

    A certificate must never be given out by rules its file doesn't have, or that may still
    change, and must never be promised when it could not be signed. Parts that are kept and change
    nothing about that are no obstacle.
    """
    return (
        *_not_final(programme),
        *_beyond_this_version(programme),
        *_several_markers(programme),
        *_unsignable(programme, now=now),
    )


def refuse_pictures(programme: Programme, images: Mapping[str, str]) -> None:
    """Raise InvalidInputError for badge pictures (name in the file to SVG text) not fit for use.

    A picture that can't be drawn would be an error for everybody who opens it, for ever.
    """
    names = sorted({badge.image for badge in programme.badges})
    if missing := [name for name in names if name not in images]:
        raise InvalidInputError(
            "programmes.image-missing",
            say(
                "programmes.image-missing",
                "These badge pictures are not beside the programme file: %(names)s.",
                names=", ".join(missing),
            ),
        )
    for name in names:
        _refuse_undrawable(name, images[name])


def _refuse_undrawable(name: str, svg: str) -> None:
    try:
        badge_png(svg)
    except ValueError as error:
        raise InvalidInputError(
            "programmes.image-undrawable",
            say(
                "programmes.image-undrawable",
                "The badge picture %(name)s can't be drawn (%(reason)s). Save it anew as SVG and "
                "look at it in a browser.",
                name=name,
                reason=str(error),
            ),
        ) from error


def _not_final(programme: Programme) -> Iterator[Fault]:
    if programme.status != "published":
        yield programme.source.fault_at_key(
            say(
                "programmes.not-final",
                "This file says that it is “%(status)s”, so students can't be put on it. Once "
                "everything in it is final, write “status: published” here.",
                status=programme.status,
            ),
            "status",
        )


def _beyond_this_version(programme: Programme) -> Iterator[Fault]:
    for notice in programme.carried:
        if notice.sentence.values["key"] in DECIDING:
            yield replace(notice, sentence=_not_acted_on(notice.sentence.values["key"]))


def _several_markers(programme: Programme) -> Iterator[Fault]:
    for activity in programme.activities:
        if isinstance(activity, Reflection) and activity.markers > 1:
            yield programme.source.fault(
                _not_acted_on("markers"), activity.id, "marking", "markers"
            )


def _not_acted_on(key: object) -> Sentence:
    return say(
        "programmes.not-acted-on",
        "“%(key)s” has a say in who earns a badge, and this version of the tool does not act on "
        "it yet. Take it out, or publish this file with a later version.",
        key=key,
    )


def _unsignable(programme: Programme, *, now: datetime) -> Iterator[Fault]:
    """Try a sample of each badge by the rules it will be held to when somebody has earned it."""
    for badge in programme.badges:
        try:
            lint(_sample(programme, badge, now=now))
        except LintError as error:
            yield programme.source.fault(
                say(
                    "programmes.badge-unsignable",
                    "The badge “%(name)s” could never be signed, so nobody could get it: "
                    "%(reason)s",
                    name=badge.name,
                    reason=error.sentence,
                ),
                badge.id,
            )


def _sample(programme: Programme, badge: BadgeDefinition, *, now: datetime) -> dict[str, object]:
    """The badge as large as it can get, for a holder and an issuer that don't exist."""
    start = now.replace(microsecond=0)
    return badges.build(
        credential_id="urn:uuid:00000000-0000-4000-8000-000000000000",
        achievement=achievement_of(programme, badge, _SAMPLE),
        issuer=Issuer(id=_SAMPLE.did, name="Sample", url=_SAMPLE.base),
        recipient=Recipient(email="holder@badges.example", salt="0" * 32, lti_user_id="holder"),
        results=tuple(_sample_result(programme, badge, rule) for rule in shared_results(badge)),
        valid_from=start,
        valid_until=valid_until(badge.validity, start),
        awarded=start,
        status=StatusEntry(f"{_SAMPLE.base}/status/1", 0),
    )


def _sample_result(
    programme: Programme, badge: BadgeDefinition, rule: BadgeResultRule
) -> BadgeResult:
    achievement_id = _SAMPLE.achievement(programme, badge)
    levels = programme.rubric_of(rule.from_).levels
    return BadgeResult(
        description=result_id(achievement_id, rule),
        achieved_level=level_id(achievement_id, rule, max(levels, key=len)),
    )
