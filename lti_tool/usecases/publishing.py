"""What the public may read about issuer and badges."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from credentials.achievement import Achievement, Issuer
from credentials.keys import SigningKeyFile
from credentials.resolving import did_document
from lti_tool.errors import NotFoundError
from lti_tool.programme.criteria import CriteriaLine, criteria_lines
from lti_tool.programme.errors import UnknownIdError
from lti_tool.sentence import say
from lti_tool.usecases import institutions, programmes
from lti_tool.usecases.badges.achievements import Addresses, achievement_of, issuer_of
from lti_tool.usecases.institutions import InstitutionInfo


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
