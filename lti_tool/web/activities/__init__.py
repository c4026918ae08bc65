"""Pages of activities, one file per kind that has pages of its own; where each kind begins."""

from flask import url_for

from lti_tool.programme.definition import Activity, Programme

# A new kind with pages adds its line; no other kind is touched.
FIRST_PAGES = {
    "page": "activities_page.show",
    "reflection": "submissions.write",
}


def address_of(programme: Programme, activity: Activity) -> str:
    """Where a student does this activity."""
    return url_for(FIRST_PAGES[activity.kind], programme_id=programme.id, activity_id=activity.id)
