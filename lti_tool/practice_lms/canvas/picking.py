"""What Canvas asks for when a teacher presses a button that picks content (section 7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt

from lti_tool.practice_lms.canvas.addresses import CANCEL
from lti_tool.practice_lms.occasion import Occasion
from lti_tool.practice_lms.vocabulary import DEEP_LINKING, LTI

DATA_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Placement:
    """One of Canvas's buttons and what it takes."""

    label: str
    accept_multiple: bool
    auto_create: bool


PLACEMENTS: Mapping[str, Placement] = {
    "assignment_selection": Placement("External tool of an assignment", False, False),
    "link_selection": Placement("External tool of a module", True, False),
    "module_menu_modal": Placement("Menu of a module", True, True),
    "module_index_menu_modal": Placement("Menu of all modules", True, True),
    "course_assignments_menu": Placement("Menu of all assignments", True, False),
}


def picker_claims(occasion: Occasion) -> dict[str, Any]:
    """A deep linking request: no `data`; the state travels in the return address instead."""
    name = occasion.opening.placement or "link_selection"
    placement, configuration = PLACEMENTS[name], occasion.configuration
    data = return_data(occasion)
    address = f"/courses/{occasion.course.id}/deep_linking_response?data={data}"
    cancel = f"{CANCEL}?include_host=true&placement={name}&course={occasion.course.id}"
    return {
        LTI + "launch_presentation": {
            "document_target": "iframe",
            "return_url": configuration.url(cancel),
            "locale": "en",
        },
        DEEP_LINKING + "deep_linking_settings": {
            "deep_link_return_url": configuration.url(address),
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["iframe", "window"],
            "accept_media_types": "application/vnd.ims.lti.v1.ltilink",
            "auto_create": placement.auto_create,
            "accept_multiple": placement.accept_multiple,
        },
    }


def return_data(occasion: Occasion) -> str:
    """The token in the return address, which Canvas reads again and the tool must keep."""
    claims = {
        "nonce": occasion.practice.surroundings.new_id(),
        "modal": True,
        "placement": occasion.opening.placement,
        "user_id": occasion.user.id,
        "course_id": occasion.course.id,
        "exp": int((occasion.now + DATA_LIFETIME).timestamp()),
    }
    return jwt.encode(claims, occasion.practice.secret, algorithm="HS256")
