"""What is awarded and by whom: Achievement, Issuer, Recipient, BadgeResult."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from credentials.identity import email_identity, plain_identity


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who awards. `id` is a DID; `url` and `image` are web addresses (Open Badges 3.0 §B.1.17)."""

    id: str
    name: str
    url: str | None = None
    email: str | None = None
    image: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The Profile as it stands in a credential."""
        optional = {"url": self.url, "email": self.email, "image": _image(self.image)}
        return {"id": self.id, "type": ["Profile"], "name": self.name, **_present(optional)}


@dataclass(frozen=True, slots=True)
class RubricLevel:
    """One level of a criterion; `id` is a URL or URN (§B.1.19)."""

    id: str
    name: str
    description: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The RubricCriterionLevel as it stands in an achievement."""
        description = _present({"description": self.description})
        return {"id": self.id, "type": ["RubricCriterionLevel"], "name": self.name, **description}


@dataclass(frozen=True, slots=True)
class ResultDescription:
    """One rubric criterion: its levels from low to high, and the level needed (§B.1.18)."""

    id: str
    name: str
    levels: tuple[RubricLevel, ...]
    required_level: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The ResultDescription as it stands in an achievement."""
        return {
            "id": self.id,
            "type": ["ResultDescription"],
            "name": self.name,
            "resultType": "RubricCriterionLevel",
            "rubricCriterionLevel": [level.to_json() for level in self.levels],
            **_present({"requiredLevel": self.required_level}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """What is awarded, the same for everyone who earns it (§B.1.1).

    `id` and `image` are web addresses, `criteria` is Markdown, `language` a BCP 47 code,
    `achievement_type` a term of the standard's list.
    """

    id: str
    name: str
    description: str
    criteria: str
    achievement_type: str = "Certificate"
    image: str | None = None
    version: str | None = None
    tags: tuple[str, ...] = ()
    result_descriptions: tuple[ResultDescription, ...] = ()
    language: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The Achievement as it stands in a credential, and as its own page shows it."""
        optional = {
            "image": _image(self.image),
            "inLanguage": self.language,
            "version": self.version,
            "tag": list(self.tags),
            "resultDescription": [result.to_json() for result in self.result_descriptions],
        }
        return {
            "id": self.id,
            "type": ["Achievement"],
            "achievementType": self.achievement_type,
            "name": self.name,
            "description": self.description,
            "criteria": {"narrative": self.criteria},
            **_present(optional),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """To whom. The e-mail is only ever shown as a salted hash; the name only when given here."""

    email: str | None = None
    salt: str | None = None
    lti_user_id: str | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be told apart or would print an e-mail's bare hash."""
        if self.email and not self.salt:
            raise ValueError("an e-mail needs a salt: its bare hash can be looked up")
        if not (self.email or self.lti_user_id or self.name):
            raise ValueError("a recipient needs at least one identifier")

    def to_json(self) -> list[dict[str, Any]]:
        """The IdentityObjects of the credential's subject (§B.1.9)."""
        identities = []
        if self.email and self.salt:
            identities.append(email_identity(self.email, self.salt))
        if self.lti_user_id:
            identities.append(plain_identity(self.lti_user_id, kind="ltiUserId"))
        if self.name:
            identities.append(plain_identity(self.name, kind="name"))
        return identities


@dataclass(frozen=True, slots=True)
class BadgeResult:
    """The level reached in one criterion: ids of a ResultDescription and one of its levels."""

    description: str
    achieved_level: str

    def to_json(self) -> dict[str, Any]:
        """The Result as it stands in a credential's subject (§B.1.16)."""
        return {
            "type": ["Result"],
            "resultDescription": self.description,
            "achievedLevel": self.achieved_level,
        }


def _image(url: str | None) -> dict[str, Any] | None:
    return {"id": url, "type": "Image"} if url else None


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only what there is: the JSON form leaves out empty values (§B.6)."""
    return {name: value for name, value in values.items() if value}
