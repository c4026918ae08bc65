"""Open edX's own LTI 1.3 platform (lti-consumer-xblock), alone in a process of its own.

Runs in an environment of its own (it is AGPL, and brings Django): `python server.py PORT`. What a
school's Open edX would answer (who is in the course, who may write) is answered here; everything
LTI is theirs. Besides their addresses there are two of ours: POST /control/tool makes a
configuration for a tool, GET /control/launch gives the address that starts a launch.
"""

import json
import sys
import uuid
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings

PORT = int(sys.argv[1])
BASE = f"http://127.0.0.1:{PORT}"
COURSE = "course-v1:School+MED101+2026"
BLOCK = "block-v1:School+MED101+2026+type@lti_consumer+block@{name}"
PEOPLE = {
    "1": ("teacher-1", "Tove Marker", "tove@example.edu", "instructor"),
    "2": ("student-1", "Amara Lindqvist", "amara@example.edu", "student"),
    "3": ("student-2", "Ben Okafor", "ben@example.edu", "student"),
    "4": ("student-3", "Chidi Sand", "chidi@example.edu", "student"),
    "5": ("student-4", "Dora Weiss", "dora@example.edu", "student"),
}

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[2]}},
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    DEBUG=False,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "rest_framework",
        "django_filters",
        "config_models",
        "lti_consumer",
    ],
    LMS_ROOT_URL=BASE,
    PLATFORM_NAME="Practice Open edX",
    LOGGING_CONFIG=None,
    MIDDLEWARE=[
        "edx_django_utils.cache.middleware.RequestCacheMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    ROOT_URLCONF="__main__",
    SECRET_KEY="for tests only",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    USAGE_ID_PATTERN=r"(?P<usage_id>(?:i4x://?[^/]+/[^/]+/[^/]+/[^@]+(?:@[^/]+)?)|(?:[^/]+))",
    USE_TZ=True,
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402
from lti_consumer import models  # noqa: E402
from lti_consumer.api import get_lti_1p3_launch_start_url  # noqa: E402
from lti_consumer.data import Lti1p3LaunchData  # noqa: E402
from lti_consumer.models import Lti1p3Passport, LtiAgsScore, LtiConfiguration  # noqa: E402
from lti_consumer.plugin import compat, views  # noqa: E402
from opaque_keys.edx.keys import UsageKey  # noqa: E402


class Silent(WSGIRequestHandler):
    """Writes no line per request."""

    def log_message(self, *_args):
        """Nothing."""


class Block:
    """What the platform asks of a block when a grade comes in: it isn't graded by the school."""

    display_name = "Reflection"
    weight = 1
    has_score = False
    start = due = None


class Members(views.LtiNrpsContextMembershipViewSet):
    """Their roster; the ids come from our table of people."""

    def attach_external_user_ids(self, data):
        """A school's database would be asked here."""
        for number, member in data.items():
            member["external_id"] = PEOPLE[str(number)][0]


def course_members(_course_key):
    """Everybody in the course, as Open edX tells it."""
    return {
        int(number): {"id": int(number), "name": name, "email": email, "roles": [role]}
        for number, (_, name, email, role) in PEOPLE.items()
    }


def paged(address_of):
    """Their roster's address, so that it comes in pages of two."""
    return lambda configuration_id: address_of(configuration_id) + "?limit=2"


models.get_lti_nrps_context_membership_url = paged(models.get_lti_nrps_context_membership_url)
compat.load_enough_xblock = compat.load_block_as_user = lambda _location: Block()
compat.user_has_studio_write_access = lambda *_args: True
compat.get_course_members = course_members
compat.merge_course_forum_roles = lambda _course, members: members
views.get_lti_pii_sharing_state_for_course = lambda _course: True


@csrf_exempt
def configure(request):
    """Make a configuration for the tool whose addresses are sent; says what it has to know."""
    wanted = json.loads(request.body)
    passport = Lti1p3Passport.objects.create(
        name="Testamur", lti_1p3_tool_keyset_url=wanted["jwks_url"]
    )
    configuration = LtiConfiguration.objects.create(
        version=LtiConfiguration.LTI_1P3,
        config_store=LtiConfiguration.CONFIG_ON_DB,
        location=UsageKey.from_string(BLOCK.format(name=uuid.uuid4().hex)),
        lti_1p3_passport=passport,
        lti_1p3_oidc_url=wanted["login_url"],
        lti_1p3_launch_url=wanted["launch_url"],
        lti_1p3_redirect_uris=[wanted["launch_url"]],
        lti_advantage_enable_nrps=True,
        lti_advantage_deep_linking_enabled=True,
        lti_advantage_deep_linking_launch_url=wanted["launch_url"],
        lti_advantage_ags_mode=wanted["grades"],
    )
    return JsonResponse(
        {
            "configuration": str(configuration.config_id),
            "issuer": BASE,
            "client_id": passport.lti_1p3_client_id,
            "deployment_id": "1",
            "auth_url": f"{BASE}/api/lti_consumer/v1/launch/",
            "token_url": f"{BASE}/api/lti_consumer/v1/token/{passport.passport_id}",
            "jwks_url": f"{BASE}/api/lti_consumer/v1/public_keysets/{passport.passport_id}",
            "people": {number: person[0] for number, person in PEOPLE.items()},
        }
    )


def launch(request):
    """The address that starts a launch: of `configuration`, as `person`, `deep_linking` or not."""
    configuration = LtiConfiguration.objects.get(config_id=request.GET["configuration"])
    external_id, name, email, role = PEOPLE[request.GET["person"]]
    data = Lti1p3LaunchData(
        user_id=request.GET["person"],
        user_role=role,
        config_id=str(configuration.config_id),
        resource_link_id=str(configuration.location),
        name=name,
        email=email,
        external_user_id=external_id,
        context_id=COURSE,
        context_type=["course_offering"],
        context_title="Year 1",
        custom_parameters=json.loads(request.GET.get("custom", "{}")),
    )
    address = get_lti_1p3_launch_start_url(
        data, deep_link_launch=request.GET.get("deep_linking") == "yes"
    )
    return JsonResponse({"url": address})


def chosen(request):
    """What a tool's deep linking response left behind."""
    configuration = LtiConfiguration.objects.get(config_id=request.GET["configuration"])
    items = configuration.ltidlcontentitem_set.all()
    return JsonResponse({"items": [item.attributes for item in items]})


def scores(request):
    """What is in the gradebook: student, points, of how many."""
    kept = LtiAgsScore.objects.filter(
        line_item__lti_configuration__config_id=request.GET["configuration"]
    )
    listed = [[one.user_id, one.score_given, one.score_maximum] for one in kept]
    return JsonResponse({"scores": listed})


urlpatterns = [
    path("control/tool", configure),
    path("control/launch", launch),
    path("control/chosen", chosen),
    path("control/scores", scores),
    path(
        "api/lti_consumer/v1/lti/<lti_config_id>/memberships",
        Members.as_view({"get": "list"}),
    ),
    path("api/", include("lti_consumer.plugin.urls")),
]


def main() -> None:
    """Make the tables, say that we listen, and serve until told to stop."""
    call_command("migrate", verbosity=0)
    with make_server("127.0.0.1", PORT, get_wsgi_application(), handler_class=Silent) as server:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
