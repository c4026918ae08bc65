"""The addresses of the services, with a query in them as Moodle's have.

A tool that appends `/scores` to the whole address, instead of to its path, is found out.
"""

from lti_tool.practice_lms.configuration import Configuration
from lti_tool.practice_lms.state.gradebook import LineItem

TYPE_ID = "1"


def token_url(configuration: Configuration) -> str:
    """Where the tool asks for an access token, and the audience of its assertion."""
    return configuration.url("/token")


def line_items_url(configuration: Configuration) -> str:
    """The container of all line items of the course."""
    return configuration.url(f"/services/{configuration.course.id}/lineitems?type_id={TYPE_ID}")


def line_item_url(configuration: Configuration, item: LineItem) -> str:
    """One line item; also its id."""
    path = f"/services/{configuration.course.id}/lineitems/{item.number}/lineitem"
    return configuration.url(f"{path}?type_id={TYPE_ID}")


def roster_url(configuration: Configuration) -> str:
    """The members of the course."""
    return configuration.url(f"/services/{configuration.course.id}/memberships")
