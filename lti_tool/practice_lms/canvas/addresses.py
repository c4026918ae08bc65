"""Canvas's addresses: people sign in on one host, the services are on another (section 1)."""

from lti_tool.practice_lms.configuration import Configuration
from lti_tool.practice_lms.state.gradebook import LineItem

AUTH = "/api/lti/authorize_redirect"
AUTH_AT_SCHOOL = "/api/lti/authorize"
TOKENS = "/login/oauth2/token"
JWKS = "/api/lti/security/jwks"
CONFIGURATION = "/api/lti/security/openid-configuration"
REGISTRATION = "/api/lti/registrations"
STORAGE_FRAME = "/api/lti/platform_storage"
CANCEL = "/deep_linking_cancel"


def line_items_url(configuration: Configuration, course_id: str) -> str:
    """The container of all line items of a course."""
    return configuration.url(f"/api/lti/courses/{course_id}/line_items")


def line_item_url(configuration: Configuration, item: LineItem) -> str:
    """One line item; also its id."""
    return f"{line_items_url(configuration, item.course_id)}/{item.number}"


def roster_url(configuration: Configuration, course_id: str) -> str:
    """The members of a course."""
    return configuration.url(f"/api/lti/courses/{course_id}/names_and_roles")
