"""What a badge of a programme says: addresses, issuer, achievement and the levels in it."""

from dataclasses import dataclass
from urllib.parse import quote

from credentials.achievement import Achievement, Issuer, ResultDescription, RubricLevel
from lti_tool.programme.criteria import criteria_text
from lti_tool.programme.definition import BadgeDefinition, BadgeResultRule, Programme
from lti_tool.usecases.institutions import InstitutionInfo


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


def _result_description(
    programme: Programme, rule: BadgeResultRule, achievement_id: str
) -> ResultDescription:
    criterion = programme.rubric_of(rule.from_).criterion(rule.criterion)
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
