"""The sections that hold for the whole programme: privacy, release, outcomes, version, language."""

import re
from types import MappingProxyType

from lti_tool.programme.definition import LearningOutcome, Privacy
from lti_tool.programme.roles import read_roles
from lti_tool.programme.sections.keys import MARKING_DEFAULTS, OUTCOME, PRIVACY, RELEASE
from lti_tool.sentence import say
from rubrics.reading.fields import Fields

# From the strictest to the loosest: who can read what a student enters.
PRIVACY_LEVELS = ("student-only", "attested", "markers")
_VERSION = re.compile(r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*", re.ASCII)
# BCP 47 (RFC 5646 section 2.1): language, and perhaps script and region.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?", re.ASCII)


def read_privacy(programme: Fields) -> Privacy:
    """Read who can read what, in the words shown beside every box, and the level taken unsaid."""
    fields = programme.group("privacy", PRIVACY)
    levels = fields.texts_by_key("levels", PRIVACY_LEVELS)
    return Privacy(MappingProxyType(levels), fields.choice("default", tuple(levels)))


def read_release_roles(programme: Fields) -> tuple[str, ...]:
    """Read who may release results; the moderator unless the file names others."""
    defaults = programme.group("marking_defaults", MARKING_DEFAULTS)
    return read_roles(defaults.group("release", RELEASE), "by") or ("moderator",)


def read_outcomes(programme: Fields) -> tuple[LearningOutcome, ...]:
    """Read what a student can do at the end."""
    found = []
    for node in programme.items("outcomes"):
        fields = Fields(node, OUTCOME, programme.reading)
        found.append(LearningOutcome(fields.declared("outcome"), fields.text("text")))
    return tuple(found)


def read_version(programme: Fields) -> str:
    """Read the version: letters, digits, dots and dashes."""
    version = programme.text("version")
    if version and not _VERSION.fullmatch(version):
        programme.fault(
            "version",
            say(
                "programme.version-form",
                "A version is made of letters, digits, single dots and dashes, as in “2026.1”.",
            ),
        )
    return version


def read_language(programme: Fields) -> str:
    """Read the language the programme is written in."""
    language = programme.text("language")
    if language and not _LANGUAGE.fullmatch(language):
        programme.fault(
            "language",
            say(
                "programme.language-form",
                "Write the language as a code, as in “en”, “de” or “pt-BR”.",
            ),
        )
    return language
