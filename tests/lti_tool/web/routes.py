"""Every route, who may use it, and the form it takes: the tables that tests walk."""

from collections.abc import Mapping

from lti_tool.web.visits import FORM_FIELD
from tests.support.builders import FIRST_PAGE
from tests.support.scene import Scene

PEOPLE = (
    "writer",
    "holder",
    "instructor",
    "instructor elsewhere",
    "administrator",
    "administrator elsewhere",
    "nobody",
)

SHUT = {401, 403, 404}

# Who gets what, in the order of PEOPLE. "Elsewhere" is another course, or another institution,
# whose own pages open; 404 hides what is not theirs to know of.
READING = {
    "home.start": (303, 303, 200, 200, 303, 303, 401),
    "links.choose": (403, 403, 200, 404, 403, 403, 401),
    "placing.choose": (403, 403, 200, 200, 404, 404, 401),
    "activities_page.show": (200, 200, 404, 404, 404, 404, 401),
    "programmes.show": (200, 200, 404, 404, 404, 404, 401),
    "submissions.write": (200, 200, 404, 404, 404, 404, 401),
    "submissions.receipt": (200, 200, 404, 404, 404, 404, 401),
    "awards.mine": (200, 200, 200, 200, 200, 200, 401),
    "awards.show": (404, 200, 404, 404, 404, 404, 401),
    "awards.credential": (404, 200, 404, 404, 404, 404, 401),
    "awards.picture": (404, 200, 404, 404, 404, 404, 401),
    "course.grades.show": (403, 403, 200, 200, 403, 403, 401),
    "course.people.show": (403, 403, 200, 200, 403, 403, 401),
    "course.reviews.show": (403, 403, 200, 200, 200, 200, 401),
    "marking.queue": (403, 403, 200, 200, 200, 200, 401),
    "marking.show": (403, 403, 200, 403, 403, 404, 401),
    "release.ready": (403, 403, 200, 200, 200, 200, 401),
    "office.start": (403, 403, 403, 403, 200, 200, 401),
    "office.awards.show": (403, 403, 403, 403, 200, 200, 401),
    "office.awards.one": (403, 403, 403, 403, 200, 404, 401),
    "office.examination.show": (403, 403, 403, 403, 200, 404, 401),
    "office.launch_records.show": (403, 403, 403, 403, 200, 404, 401),
    "office.launch_records.one": (403, 403, 403, 403, 200, 404, 401),
    "office.connecting.choose": (403, 403, 403, 403, 200, 200, 401),
    "office.connecting.by_hand": (403, 403, 403, 403, 200, 404, 401),
    "office.people.show": (403, 403, 403, 403, 200, 200, 401),
    "office.platforms.show": (403, 403, 403, 403, 200, 200, 401),
    "office.platforms.one": (403, 403, 403, 403, 200, 404, 401),
    "office.programmes.show": (403, 403, 403, 403, 200, 200, 401),
    "office.programmes.one": (403, 403, 403, 403, 200, 404, 401),
    "office.settings.show": (403, 403, 403, 403, 200, 200, 401),
    "office.settings.logo": (403, 403, 403, 403, 200, 404, 401),
    "office.waiting.show": (403, 403, 403, 403, 200, 200, 401),
}

# Handing in twice is 409: the writer's work is handed in, the holder's is accepted.
WRITING = {
    "home.new_window": (303, 303, 303, 303, 303, 303, 401),
    "links.save": (403, 403, 303, 404, 403, 403, 401),
    "placing.place": (403, 403, 200, 200, 404, 404, 401),
    "activities_page.done": (303, 303, 404, 404, 404, 404, 401),
    "submissions.save_draft": (409, 409, 404, 404, 404, 404, 401),
    "submissions.submit": (409, 409, 404, 404, 404, 404, 401),
    "course.copies.acknowledge": (403, 403, 303, 303, 403, 403, 401),
    "course.grades.send_again": (403, 403, 303, 404, 403, 403, 401),
    "course.grades.send_all_again": (403, 403, 303, 303, 403, 403, 401),
    "course.people.read_now": (403, 403, 303, 303, 403, 403, 401),
    "marking.save": (403, 403, 303, 403, 403, 404, 401),
    "release.release": (403, 403, 303, 403, 403, 404, 401),
    "office.awards.revoke": (403, 403, 403, 403, 303, 404, 401),
    "office.connecting.begin_by_hand": (403, 403, 403, 403, 303, 303, 401),
    "office.connecting.invite": (403, 403, 403, 403, 200, 200, 401),
    "office.connecting.register": (403, 403, 403, 403, 303, 404, 401),
    "office.connecting.withdraw": (403, 403, 403, 403, 303, 404, 401),
    "office.examination.look": (403, 403, 403, 403, 200, 404, 401),
    "office.people.grant": (403, 403, 403, 403, 303, 303, 401),
    "office.people.make_entry_link": (403, 403, 403, 403, 200, 422, 401),
    "office.people.withdraw": (403, 403, 403, 403, 303, 303, 401),
    "office.platforms.approve": (403, 403, 403, 403, 303, 404, 401),
    "office.platforms.change": (403, 403, 403, 403, 303, 404, 401),
    "office.platforms.refuse": (403, 403, 403, 403, 303, 404, 401),
    "office.platforms.remove": (403, 403, 403, 403, 409, 404, 401),
    "office.settings.save": (403, 403, 403, 403, 303, 303, 401),
    "office.settings.change_logo": (403, 403, 403, 403, 422, 422, 401),
    "office.waiting.send_again": (403, 403, 403, 403, 303, 409, 401),
}

# Whoever else reads what a student wrote is written down.
WRITTEN_BY_READING = ("readings",)

PUBLIC = {
    "static",
    "health.alive",
    "health.ready",
    "issuer.achievement",
    "issuer.image",
    "issuer.key_document",
    "issuer.logo",
    "issuer.profile",
    "issuer.status_list",
    "launches.enter",
    "launches.jwks",
    "placed.open_in_course",
    "registering.canvas",
    "registering.show",
    "verify.ask",
}

# These are not forms of a visit. What protects each: the login's state, which only the browser
# that began it can prove; the link's own secret, and the refusal of other sites; and that
# nothing is written.
NO_VISIT = {
    "launches.login": "begins a launch, which is of use to nobody but this browser",
    "launches.launch": "the login's state",
    "launches.use_entry_link": "the link's secret",
    "registering.register": "the invitation's secret",
    "verify.report": "nothing is written",
}


def fields_of(scene: Scene, endpoint: str) -> dict[str, str]:
    """A form with which the person it is meant for gets on."""
    levels = ("experience", "self", "feeling", "meaning", "action")
    marks = {f"level-{name}": "established" for name in levels}
    lms = "https://another-lms.example.edu"
    addresses = {f"{name}_url": f"{lms}/{name}" for name in ("auth", "token", "jwks")}
    platform = {"platform_issuer": lms, "client_id": "9", **addresses}
    return {
        "links.save": {"activity": FIRST_PAGE},
        "placing.place": {"activity": FIRST_PAGE},
        "submissions.save_draft": {"text": "Something else", "version": "1"},
        "submissions.submit": {"text": "Something else", "version": "1"},
        "marking.save": {"version": "0", "do": "finish", "comment-comment": "Well seen. " * 20}
        | marks,
        "release.release": {"which": "some", "submission": str(scene.ids["submission_id"])},
        "office.awards.revoke": {"reason": "Awarded to the wrong person."},
        "office.people.grant": {"who": "new@example.edu", "role": "marker"},
        "office.people.withdraw": {"role": "marker"},
        "office.connecting.register": platform,
        "office.platforms.approve": {"deployment": "2"},
        "office.platforms.change": platform,
        "office.platforms.refuse": {"deployment": "2"},
        "office.settings.save": {"name": "A New Name", "time_zone": "Europe/Berlin"},
    }.get(endpoint, {})


def meant_for(endpoint: str) -> str:
    """Somebody whom this route is for."""
    row = {**READING, **WRITING}.get(endpoint, (200,))
    return next(who for who, status in zip(PEOPLE, row, strict=False) if status not in SHUT)


def with_key(scene: Scene, who: str, endpoint: str) -> dict[str, str]:
    """The form of a page of this person's visit."""
    return {FORM_FIELD: scene.people[who].form_key, **fields_of(scene, endpoint)}


def column(table: Mapping[str, tuple[int, ...]], who: str) -> dict[str, int]:
    """What this person gets, by endpoint."""
    return {endpoint: row[PEOPLE.index(who)] for endpoint, row in table.items()}
