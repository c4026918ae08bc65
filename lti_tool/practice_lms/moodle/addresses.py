"""Moodle's addresses: the services have a query in them, and the tool's number (point 43)."""

from lti_tool.practice_lms.configuration import Configuration
from lti_tool.practice_lms.state.gradebook import LineItem

SERVICES = "/mod/lti/services.php"
AUTH = "/mod/lti/auth.php"
TOKENS = "/mod/lti/token.php"
JWKS = "/mod/lti/certs.php"
CONFIGURATION = "/mod/lti/openid-configuration.php"
REGISTRATION = "/mod/lti/openid-registration.php"
CONTENT_RETURN = "/mod/lti/contentitem_return.php"
OUTCOMES = "/mod/lti/service.php"


def line_items_url(configuration: Configuration, course_id: str) -> str:
    """The container of all line items of a course."""
    path = f"{SERVICES}/{course_id}/lineitems"
    return configuration.url(f"{path}?type_id={configuration.deployment_id}")


def line_item_url(configuration: Configuration, item: LineItem) -> str:
    """One line item; also its id."""
    path = f"{SERVICES}/{item.course_id}/lineitems/{item.number}/lineitem"
    return configuration.url(f"{path}?type_id={configuration.deployment_id}")


def results_url(configuration: Configuration, item: LineItem) -> str:
    """The results of one line item: before the `?`, not behind it."""
    path, _, query = line_item_url(configuration, item).partition("?")
    return f"{path}/results?{query}"


def roster_url(configuration: Configuration, course_id: str) -> str:
    """The members of a course. The binding is the tool's number, so this has no query."""
    path = f"{SERVICES}/CourseSection/{course_id}/bindings/{configuration.deployment_id}"
    return configuration.url(f"{path}/memberships")
