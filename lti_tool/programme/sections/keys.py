"""What each section of a programme file may contain; activity kinds and leaves add their own."""

from lti_tool.programme.carried import later
from rubrics.reading.fields import Keys

PROGRAMME = Keys(
    required=(
        "schema",
        "id",
        "version",
        "status",
        "language",
        "title",
        "contact",
        "privacy",
        "modules",
        "requirements",
        "badges",
    ),
    optional=("summary", "marking_defaults", "outcomes", "rubrics"),
    later=later("programme"),
)
PRIVACY = Keys(required=("levels", "default"), later=later("privacy"))
MARKING_DEFAULTS = Keys(optional=("release",), later=later("marking_defaults"))
RELEASE = Keys(required=("by",), later=later("release"))
OUTCOME = Keys(required=("id", "text"), later=later("outcome"))
MODULE = Keys(required=("id", "title", "activities"), optional=("intro",), later=later("module"))
REQUIREMENT = Keys(required=("id", "label"))
BADGE = Keys(
    required=("id", "kind", "name", "achievement_type", "when", "image"),
    optional=("outcomes", "criteria_text", "results", "validity"),
    later=later("badge"),
)
BADGE_RESULT = Keys(required=("from", "criterion", "share"))
