"""The roles a programme file may name: offices of the institution, and a course's instructor."""

from rubrics.reading.fields import Fields

OFFICE_ROLES = (
    "programme-director",
    "programme-office",
    "moderator",
    "marker",
    "facilitator",
    "clinical-lead",
    "registrar",
    "safety-lead",
    "administrator",
)
# Not an office: whoever the LMS calls an instructor of the course the student came from.
COURSE_INSTRUCTOR = "course-instructor"


def read_roles(fields: Fields, key: str) -> tuple[str, ...]:
    """Return a list of roles; a misspelt one is a fault, because nobody could ever hold it."""
    return fields.choices(key, (*OFFICE_ROLES, COURSE_INSTRUCTOR))
