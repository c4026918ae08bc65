"""What a well-formed badge says about itself, as values for a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials.credential import UnverifiedCredential, mapping, objects


@dataclass(frozen=True, slots=True)
class ShownResult:
    """One row of the results table: criterion, level reached, level needed; words, not ids."""

    criterion: str
    achieved: str
    required: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The badge's own words. They are only worth what the checks say they are."""

    achievement_id: str
    achievement_name: str
    description: str
    criteria: str | None
    image: str | None
    issuer_id: str
    issuer_name: str | None
    issuer_url: str | None
    recipient_name: str | None
    valid_from: datetime | None
    valid_until: datetime | None
    awarded: datetime | None
    results: tuple[ShownResult, ...]


def show(credential: UnverifiedCredential) -> Shown:
    """What the badge says; the credential must have passed the structure check."""
    achievement = mapping(credential.subject["achievement"])
    issuer = mapping(credential.document["issuer"])
    return Shown(
        achievement_id=achievement["id"],
        achievement_name=achievement["name"],
        description=achievement["description"],
        criteria=achievement["criteria"].get("narrative"),
        image=mapping(achievement.get("image")).get("id"),
        issuer_id=str(credential.issuer_id),
        issuer_name=issuer.get("name"),
        issuer_url=issuer.get("url"),
        recipient_name=_plain_name(credential),
        valid_from=credential.moment("validFrom"),
        valid_until=credential.moment("validUntil"),
        awarded=credential.moment("awardedDate"),
        results=_results(credential.subject, achievement),
    )


def _plain_name(credential: UnverifiedCredential) -> str | None:
    names = (
        str(identity["identityHash"])
        for identity in credential.identities
        if identity["identityType"] == "name" and not identity["hashed"]
    )
    return next(names, None)


def _results(subject: Mapping[str, Any], achievement: Mapping[str, Any]) -> tuple[ShownResult, ...]:
    described = {item["id"]: item for item in objects(achievement.get("resultDescription"))}
    return tuple(
        _result(result, described[result["resultDescription"]])
        for result in objects(subject.get("result"))
        if result.get("resultDescription") in described
    )


def _result(result: Mapping[str, Any], description: Mapping[str, Any]) -> ShownResult:
    """Levels by name; a result that is a value or a status shows that instead."""
    levels = {
        level["id"]: level["name"] for level in objects(description.get("rubricCriterionLevel"))
    }
    stated = result.get("value") or result.get("status") or ""
    needed = description.get("requiredValue")
    return ShownResult(
        criterion=description["name"],
        achieved=levels.get(result.get("achievedLevel"), stated),
        required=levels.get(description.get("requiredLevel"), needed),
    )
