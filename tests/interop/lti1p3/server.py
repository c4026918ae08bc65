"""The platform of the library lti1p3platform, alone in a process of its own.

Runs in an environment of its own: `python server.py PORT`. The library checks and signs; what it
leaves to its user (keeping line items and scores, the web around it) is here. Besides the
platform's addresses there are POST /control/tool, GET /control/launch and GET /control/chosen.
"""

import json
import sys
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lti1p3platform.exceptions import LineItemNotFoundException, LtiException
from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.membership import Context
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract
from lti1p3platform.oidc_login import OIDCLoginAbstract
from lti1p3platform.registration import Registration
from lti1p3platform.request import Request
from lti1p3platform.score import UpdateScoreStatus
from lti1p3platform.service_connector import (
    AssignmentsGradesService,
    NamesRoleProvisioningService,
)

PORT = int(sys.argv[1])
BASE = f"http://127.0.0.1:{PORT}"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
PEOPLE = {
    "1": ("teacher-1", "Tove Marker", "tove@example.edu", "Instructor"),
    "2": ("student-1", "Amara Lindqvist", "amara@example.edu", "Learner"),
    "3": ("student-2", "Ben Okafor", "ben@example.edu", "Learner"),
    "4": ("student-3", "Chidi Sand", "chidi@example.edu", "Learner"),
    "5": ("student-4", "Dora Weiss", "dora@example.edu", "Learner"),
}
REGISTRATIONS = {}
LINE_ITEMS = {}
RESULTS = {}
CHOSEN = {}


def new_pair():
    """An RSA key pair in PEM, private and public."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


class Configuration(LTI1P3PlatformConfAbstract):
    """One registered tool."""

    def init_platform_config(self, **kwargs):
        """Remember which."""
        self._registration = REGISTRATIONS[kwargs["name"]]

    def get_registration_by_params(self, **_kwargs):
        """It never changes."""
        return self._registration


class Asked(Request):
    """A request as the library wants to see it."""

    def build_metadata(self, request):
        """It comes ready made."""
        return request


class Login(OIDCLoginAbstract):
    """The first step of a launch."""

    def set_lti_message_hint(self, **kwargs):
        """Who opens what."""
        self._lti_message_hint = json.dumps(kwargs)

    def get_redirect(self, url):
        """The address itself."""
        return url


class Launch(LTIAdvantageMessageLaunchAbstract):
    """The second step of a launch."""

    def render_launch_form(self, launch_data, **_kwargs):
        """What the browser would post, and where to."""
        return launch_data


class Grades(AssignmentsGradesService):
    """Line items, scores and results of one tool, in memory."""

    def _own(self):
        return LINE_ITEMS[self.request.path.split("/")[1]]

    def find_lineitems(self, page=1, limit=None, **wanted):
        """Those that fit, all on one page."""
        names = {"resource_link_id": "resourceLinkId", "resource_id": "resourceId", "tag": "tag"}
        found = [
            item
            for item in self._own().values()
            if all(item.get(names[name]) == value for name, value in wanted.items() if value)
        ]
        return {"content": found, "has_next": False}

    def find_lineitem(self, line_item_id):
        """One of them."""
        if line_item_id not in self._own():
            raise LineItemNotFoundException
        return self._own()[line_item_id]

    def create_lineitem(self, creation_data):
        """A new one."""
        number = str(len(self._own()) + 1)
        item = {**creation_data, "id": f"{self.ags.lineitems_url}/{number}"}
        self._own()[number] = item
        return item

    def update_lineitem(self, update_data):
        """Changed."""
        return update_data

    def delete_lineitem(self, line_item_id):
        """Gone."""
        del self._own()[line_item_id]

    def update_score(self, line_item_id, score):
        """Kept, unless it is older than what is kept."""
        self.find_lineitem(line_item_id)
        results = RESULTS.setdefault((self.request.path.split("/")[1], line_item_id), {})
        known = results.get(score["userId"])
        if known and known["timestamp"] > score["timestamp"]:
            return UpdateScoreStatus.OLD_TIMESTAMP
        results[score["userId"]] = score
        return UpdateScoreStatus.SUCCESS

    def get_results(self, line_item_id, page=1, limit=None, user_id=None):
        """What the scores came to."""
        name = self.request.path.split("/")[1]
        item = self.find_lineitem(line_item_id)
        found = [
            {
                "id": f"{item['id']}/results/{score['userId']}",
                "scoreOf": item["id"],
                "userId": score["userId"],
                "resultScore": score["scoreGiven"],
                "resultMaximum": score["scoreMaximum"],
            }
            for score in RESULTS.get((name, line_item_id), {}).values()
            if "scoreGiven" in score and user_id in (None, score["userId"])
        ]
        return {"content": found, "has_next": False}


class Roster(NamesRoleProvisioningService):
    """Who is in the course."""

    def get_context_by_id(self):
        """The only course."""
        return Context(id="course-1", label="MED101", title="Year 1")

    def get_member_data_page(self, page=1, limit=None, **_others):
        """Some of the people."""
        page, size = int(page), int(limit or len(PEOPLE))
        self.request.get_data["page"] = page
        people = list(PEOPLE.values())
        shown = people[(page - 1) * size : page * size]
        return {
            "content": [
                {"user_id": who, "name": name, "email": email, "roles": [MEMBERSHIP + role]}
                for who, name, email, role in shown
            ],
            "has_next": page * size < len(people),
        }


class Handler(BaseHTTPRequestHandler):
    """The web around the library."""

    def log_message(self, *_args):
        """Nothing."""

    def do_GET(self):
        """Anything that is asked."""
        self._answer(self._request({}, None))

    def do_POST(self):
        """Anything that is sent."""
        sent = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
        is_form = "form" in self.headers.get("Content-Type", "")
        form = dict(parse_qsl(sent)) if is_form else {}
        self._answer(self._request(form, None if is_form or not sent else json.loads(sent)))

    def _request(self, form, document):
        parts = urlsplit(self.path)
        return Asked(
            {
                "method": self.command,
                "form_data": form,
                "get_data": dict(parse_qsl(parts.query)),
                "headers": self.headers,
                "content_type": self.headers.get("Content-Type"),
                "path": parts.path,
                "json": document,
            }
        )

    def _answer(self, request):
        first, *rest = request.path.strip("/").split("/")
        try:
            if first == "control":
                return self._send(200, CONTROLS[rest[0]](request))
            return PAGES[rest[0]](self, request, first, rest[1:])
        except LtiException as error:
            return self._send(400, {"error": type(error).__name__})

    def _send(self, status, document, *, kind="application/json", link=None):
        body = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if link:
            self.send_header("Link", f'<{link}>; rel="next"')
        self.end_headers()
        self.wfile.write(body)

    def _send_form(self, fields):
        """The page that posts a launch; the library brings a template for this, with scripts."""
        address = fields.pop("launch_url")
        inputs = "".join(
            f'<input name="{escape(name)}" value="{escape(value)}">'
            for name, value in fields.items()
        )
        page = f'<form id="lti-launch" method="post" action="{escape(address)}">{inputs}</form>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.encode())

    def jwks(self, _request, name, _rest):
        """The platform's keys."""
        self._send(200, Configuration(name=name).get_jwks())

    def token(self, request, name, _rest):
        """An access token."""
        self._send(200, Configuration(name=name).get_access_token(request.form_data))

    def auth(self, request, name, _rest):
        """What the browser would post to the tool."""
        hint = json.loads(request.get_data["lti_message_hint"])
        who, full_name, email, role = PEOPLE[hint["person"]]
        launch = Launch(request, Configuration(name=name))
        launch.set_user_data(who, [MEMBERSHIP + role], full_name=full_name, email_address=email)
        launch.set_launch_context_claim("course-1", ["CourseSection"], "Year 1", "MED101")
        launch.set_custom_parameters_claim(hint["custom"])
        launch.set_ags(f"{BASE}/{name}/items", f"{BASE}/{name}/items/1")
        launch.set_nrps(f"{BASE}/{name}/members?limit=2")
        if hint["deep_linking"] == "yes":
            launch.set_dl(f"{BASE}/{name}/chosen", "Choose", "", {"ltiResourceLink"})
        else:
            launch.set_resource_link_claim("link-1", title="Reflection")
        self._send_form(launch.lti_launch())

    def items(self, request, name, rest):
        """Line items, scores and results."""
        own = f"{BASE}/{name}/items"
        service = Grades(request, Configuration(name=name), own, f"{own}/{rest[0] if rest else 1}")
        is_post = request.method == "POST"
        if not rest:
            handle = service.handle_create_lineitem if is_post else service.handle_get_lineitems
            answer = service.handle_resp(handle)
        elif len(rest) == 1:
            answer = service.handle_resp(service.handle_get_lineitem, line_item_id=rest[0])
        else:
            handle = service.handle_update_score if is_post else service.handle_get_results
            answer = service.handle_resp(handle, line_item_id=rest[0])
        document = answer.result
        if isinstance(document, dict) and "content" in document:
            document = document["content"]  # the array that AGS wants, out of the library's page
        self._send(answer.code, document, kind=answer.media_type)

    def members(self, request, name, _rest):
        """The roster; the next page is announced in the header, as NRPS wants."""
        service = Roster(request, Configuration(name=name), f"{BASE}/{name}/members")
        answer = service.handle_resp(service.handle_get_members)
        document = answer.result
        link = document.pop("next", None) if isinstance(document, dict) else None
        self._send(answer.code, document, kind=answer.media_type, link=link)

    def chosen(self, request, name, _rest):
        """A deep linking response."""
        CHOSEN[name] = Configuration(name=name).validate_deeplinking_resp(request.form_data)
        self._send(200, None)


PAGES = {
    "jwks": Handler.jwks,
    "token": Handler.token,
    "auth": Handler.auth,
    "items": Handler.items,
    "members": Handler.members,
    "chosen": Handler.chosen,
}


def configure(request):
    """Register the tool whose three addresses are sent; says what it has to know."""
    name = f"tool-{len(REGISTRATIONS) + 1}"
    private, public = new_pair()
    registration = Registration()
    registration.set_iss(BASE).set_client_id(name).set_deployment_id("1")
    registration.set_oidc_login_url(request.json["login_url"])
    registration.set_launch_url(request.json["launch_url"])
    registration.set_deeplink_launch_url(request.json["launch_url"])
    registration.set_tool_key_set_url(request.json["jwks_url"])
    registration.set_platform_private_key(private).set_platform_public_key(public)
    REGISTRATIONS[name] = registration
    LINE_ITEMS[name] = {
        "1": {"id": f"{BASE}/{name}/items/1", "label": "Reflection", "scoreMaximum": 1}
    }
    return {
        "configuration": name,
        "issuer": BASE,
        "client_id": name,
        "deployment_id": "1",
        "auth_url": f"{BASE}/{name}/auth",
        "token_url": f"{BASE}/{name}/token",
        "jwks_url": f"{BASE}/{name}/jwks",
        "people": {number: person[0] for number, person in PEOPLE.items()},
    }


def launch(request):
    """The address that starts a launch: of `configuration`, as `person`, `deep_linking` or not."""
    asked = request.get_data
    login = Login(request, Configuration(name=asked["configuration"]))
    login.set_lti_message_hint(
        person=asked["person"],
        deep_linking=asked.get("deep_linking", "no"),
        custom=json.loads(asked.get("custom", "{}")),
    )
    return {"url": login.initiate_login(PEOPLE[asked["person"]][0])}


def chosen(request):
    """What a tool's deep linking response left behind."""
    return {"items": CHOSEN[request.get_data["configuration"]]}


def scores(request):
    """What is in the gradebook: student, points, of how many."""
    name = request.get_data["configuration"]
    kept = [
        score
        for (tool, _), results in RESULTS.items()
        if tool == name
        for score in results.values()
    ]
    return {"scores": [[one["userId"], one["scoreGiven"], one["scoreMaximum"]] for one in kept]}


CONTROLS = {"tool": configure, "launch": launch, "chosen": chosen, "scores": scores}


def main() -> None:
    """Say that we listen, and serve until told to stop."""
    with ThreadingHTTPServer(("127.0.0.1", PORT), Handler) as server:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
