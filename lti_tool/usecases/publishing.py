"""What the public may read about issuer and badges."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import resvg_py
from sqlalchemy.orm import Session

from credentials.achievement import Achievement, Issuer, ResultDescription, RubricLevel
from credentials.keys import SigningKeyFile
from credentials.resolving import did_document
from lti_tool.errors import NotFoundError
from lti_tool.programme.criteria import CriteriaLine, criteria_lines, criteria_text
from lti_tool.programme.definition import BadgeDefinition, BadgeResultRule, Programme
from lti_tool.programme.errors import UnknownIdError
from lti_tool.sentence import say
from lti_tool.usecases import institutions, programmes
from lti_tool.usecases.institutions import InstitutionInfo

BADGE_PIXELS = 512


@dataclass(frozen=True)
class Addresses:
    """The public addresses of one institution, all below one path, and its did:web."""

    base_url: str
    slug: str

    @property
    def base(self) -> str:
        """Where everything public of this institution begins."""
        return f"{self.base_url}/i/{self.slug}"

    @property
    def did(self) -> str:
        """The issuer's identifier; its document is at `base`/did.json (did:web §2.5.2)."""
        host = self.base_url.split("://", 1)[1]
        return f"did:web:{quote(host, safe='')}:i:{self.slug}"

    def achievement(self, programme: Programme, badge: BadgeDefinition) -> str:
        """The achievement's id, which is also its address; a version never changes."""
        return f"{self.base}/achievements/{programme.id}/{quote(programme.version)}/{badge.id}"

    def image(self, programme: Programme, badge: BadgeDefinition) -> str:
        """The address of the badge picture."""
        return f"{self.achievement(programme, badge)}/image.png"


@dataclass(frozen=True)
class BadgeName:
    """Which badge of which published version, as its public address says it."""

    programme_id: str
    version: str
    badge_id: str


@dataclass(frozen=True)
class PublicIssuer:
    """An institution as anybody may see it."""

    institution: InstitutionInfo
    addresses: Addresses
    profile: Issuer


@dataclass(frozen=True)
class PublicBadge:
    """A badge as anybody may see it; `outline` is what it took, `svg` its picture."""

    achievement: Achievement
    outline: tuple[CriteriaLine, ...]
    programme_title: str
    svg: str


def find_issuer(session: Session, slug: str, *, base_url: str) -> PublicIssuer:
    """The institution of this public address; raises NotFoundError."""
    institution = institutions.by_slug(session, slug)
    addresses = Addresses(base_url=base_url, slug=institution.slug)
    return PublicIssuer(institution, addresses, issuer_of(institution, addresses))


def badges_of(session: Session, issuer: PublicIssuer) -> tuple[Achievement, ...]:
    """Every badge the institution has published, the newest version of a programme first."""
    institution_id = issuer.institution.id
    versions = (
        programmes.version(session, institution_id, line.programme_id, line.version)
        for line in programmes.published(session, institution_id)
    )
    return tuple(
        achievement_of(programme, badge, issuer.addresses)
        for programme in versions
        for badge in programme.badges
    )


def find_badge(session: Session, issuer: PublicIssuer, name: BadgeName) -> PublicBadge:
    """One published badge; raises NotFoundError."""
    institution_id = issuer.institution.id
    programme = programmes.version(session, institution_id, name.programme_id, name.version)
    try:
        badge = programme.badge(name.badge_id)
    except UnknownIdError:
        raise NotFoundError(
            "publishing.no-badge", say("publishing.no-badge", "There is no such badge here.")
        ) from None
    return PublicBadge(
        achievement=achievement_of(programme, badge, issuer.addresses),
        outline=criteria_lines(programme, badge.when),
        programme_title=programme.title,
        svg=programmes.badge_svg(session, institution_id, programme, badge.image),
    )


def key_document(keys: SigningKeyFile, addresses: Addresses) -> dict[str, Any]:
    """The did:web document with every key of the institution, retired ones too.

    Raises NotFoundError when there is no key yet, SigningKeyError when the file can't be opened.
    """
    known = keys.all(addresses.did)
    if not known:
        raise NotFoundError(
            "publishing.no-keys",
            say(
                "publishing.no-keys",
                "This institution has no signing key yet, so it has issued no badges.",
            ),
        )
    return did_document(addresses.did, known)


def issuer_of(institution: InstitutionInfo, addresses: Addresses) -> Issuer:
    """The issuer profile that stands in every credential."""
    return Issuer(
        id=addresses.did,
        name=institution.name,
        url=institution.url or addresses.base,
        email=institution.email,
        image=f"{addresses.base}/logo.png" if institution.has_logo else None,
    )


def achievement_of(
    programme: Programme, badge: BadgeDefinition, addresses: Addresses
) -> Achievement:
    """What is awarded, with the rubric levels that may travel in the credential."""
    achievement_id = addresses.achievement(programme, badge)
    return Achievement(
        id=achievement_id,
        name=badge.name,
        description=programme.summary,
        criteria=criteria_text(programme, badge.when),
        achievement_type=badge.achievement_type,
        image=addresses.image(programme, badge),
        version=programme.version,
        result_descriptions=tuple(
            _result_description(programme, rule, achievement_id) for rule in shared_results(badge)
        ),
        language=programme.language,
    )


def shared_results(badge: BadgeDefinition) -> tuple[BadgeResultRule, ...]:
    """The levels that go into every credential; those a student may choose stay out."""
    return tuple(rule for rule in badge.results if rule.share == "always")


def result_id(achievement_id: str, rule: BadgeResultRule) -> str:
    """The id of a result description."""
    return f"{achievement_id}#{rule.from_}.{rule.criterion}"


def level_id(achievement_id: str, rule: BadgeResultRule, level: str) -> str:
    """The id of a rubric criterion level within a result description."""
    return f"{result_id(achievement_id, rule)}.{level}"


@lru_cache(maxsize=64)
def badge_png(svg: str) -> bytes:
    """A badge picture as PNG, 512 pixels wide."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=BADGE_PIXELS, height=BADGE_PIXELS))


def _result_description(
    programme: Programme, rule: BadgeResultRule, achievement_id: str
) -> ResultDescription:
    rubric = programme.rubric_of(rule.from_)
    if rubric is None:
        raise ValueError(f"{rule.from_} isn't marked on a rubric; checking lets no such file pass")
    criterion = rubric.criterion(rule.criterion)
    return ResultDescription(
        id=result_id(achievement_id, rule),
        name=criterion.title,
        levels=tuple(
            RubricLevel(
                id=level_id(achievement_id, rule, level.id),
                name=level.name,
                description=level.descriptor,
            )
            for level in criterion.levels
        ),
    )
