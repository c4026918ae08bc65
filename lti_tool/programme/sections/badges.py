"""Badges: what is offered when a requirement is met."""

import re
from typing import Literal, cast

from lti_tool.programme.definition import BadgeDefinition, BadgeResultRule
from lti_tool.programme.sections.keys import BADGE, BADGE_RESULT
from lti_tool.programme.validity import UNLIMITED, is_validity
from lti_tool.sentence import say
from rubrics.reading.fields import Fields

# Open Badges 3.0, enumeration AchievementType.
ACHIEVEMENT_TYPES = (
    "Achievement",
    "ApprenticeshipCertificate",
    "Assessment",
    "Assignment",
    "AssociateDegree",
    "Award",
    "Badge",
    "BachelorDegree",
    "Certificate",
    "CertificateOfCompletion",
    "Certification",
    "CommunityService",
    "Competency",
    "Course",
    "CoCurricular",
    "Degree",
    "Diploma",
    "DoctoralDegree",
    "Fieldwork",
    "GeneralEducationDevelopment",
    "JourneymanCertificate",
    "LearningProgram",
    "License",
    "Membership",
    "ProfessionalDoctorate",
    "QualityAssuranceCredential",
    "MasterCertificate",
    "MasterDegree",
    "MicroCredential",
    "ResearchDoctorate",
    "SecondarySchoolDiploma",
)
# No "..", no leading slash, no backslash: the name can only lead below the programme's folder.
_IMAGE = re.compile(r"([a-z0-9]+(-[a-z0-9]+)*/)*[a-z0-9]+(-[a-z0-9]+)*\.svg", re.ASCII)


def read_badges(programme: Fields) -> tuple[BadgeDefinition, ...]:
    """Read every badge."""
    return tuple(
        _read_badge(Fields(node, BADGE, programme.reading)) for node in programme.items("badges")
    )


def _read_badge(fields: Fields) -> BadgeDefinition:
    return BadgeDefinition(
        id=fields.declared("badge"),
        kind=fields.choice("kind", ("module", "milestone", "certificate")),
        name=fields.text("name"),
        achievement_type=fields.choice("achievement_type", ACHIEVEMENT_TYPES),
        when=fields.reference("requirement", "when"),
        image=_read_image(fields),
        results=_read_results(fields),
        criteria_text=fields.choice("criteria_text", ("from-requirement",), "from-requirement"),
        validity=_read_validity(fields),
        outcomes=fields.references("outcome", "outcomes"),
    )


def _read_results(badge: Fields) -> tuple[BadgeResultRule, ...]:
    found = []
    for node in badge.items("results"):
        fields = Fields(node, BADGE_RESULT, badge.reading)
        share = fields.choice("share", ("always", "student-chooses"))
        found.append(
            BadgeResultRule(
                from_=fields.reference("activity", "from"),
                criterion=fields.identifier("criterion"),
                share=cast(Literal["always", "student-chooses"], share),
            )
        )
    return tuple(found)


def _read_image(badge: Fields) -> str:
    image = badge.text("image")
    if image and not _IMAGE.fullmatch(image):
        badge.fault(
            "image",
            say(
                "programme.image-name",
                "Name the image, an SVG file, by lower-case letters, digits, dashes and folders, "
                "as in “badges/foundations.svg”.",
            ),
        )
    return image


def _read_validity(badge: Fields) -> str:
    validity = badge.text("validity", UNLIMITED)
    if validity and not is_validity(validity):
        badge.fault(
            "validity",
            say(
                "programme.validity-form",
                "Write “unlimited”, or how long the badge is valid, as in “P3Y” for three years "
                "or “P6M” for six months.",
            ),
        )
    return validity
