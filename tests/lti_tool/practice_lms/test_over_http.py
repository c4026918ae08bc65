"""What only shows on the wire: header names, status lines, and three hosts."""

from http.client import HTTPConnection
from urllib.parse import parse_qs, urlsplit

import jwt
import requests

from lti_tool.practice_lms.canvas.registration_rules import SCOPES
from lti_tool.practice_lms.plain.tokens import ASSERTION_TYPE
from lti_tool.practice_lms.views.registering import begin_registration
from tests.lti_tool.practice_lms.canvas_calls import ITEMS, bearer
from tests.lti_tool.practice_lms.service_calls import token_for
from tests.lti_tool.practice_lms.small_tool import KID
from tests.support.keys import TEST_ONLY_TOOL_KEY
from tests.support.practice import loaded_key

AGENT = {"User-Agent": "a test"}


def _get(base_url, path, headers):
    connection = HTTPConnection(urlsplit(base_url).netloc, timeout=10)
    connection.request("GET", path, headers={**AGENT, **headers})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_canvas_writes_its_headers_in_lower_case(canvas):
    with canvas.serve() as url:
        names = [name for name, _ in _get(url, ITEMS, bearer(canvas)).getheaders()]
    assert {"link", "x-request-cost", "x-rate-limit-remaining"} <= set(names)


def test_moodle_says_why_in_the_status_line(moodle):
    with moodle.serve() as url:
        headers = {**token_for(moodle), "Accept": "application/json"}
        answer = _get(url, "/mod/lti/services.php/2/lineitems?type_id=1", headers)
    assert (answer.status, answer.reason) == (
        400,
        "No handler found for /2/lineitems application/json",
    )


def test_hosted_canvas_lives_on_three_hosts(canvas):
    with canvas.serve_on_three_hosts() as configuration:
        known = _configuration(canvas)
        hosts = {urlsplit(known[name]).netloc for name in ("issuer", "token_endpoint")}
        assert len(hosts | {urlsplit(configuration.base_url).netloc}) == 3
        token = requests.post(
            known["token_endpoint"], data=_form(canvas, known), headers=AGENT, timeout=10
        ).json()["access_token"]
        headers = {**AGENT, "Authorization": f"Bearer {token}"}
        items = requests.get(f"{configuration.base_url}{ITEMS}", headers=headers, timeout=10)
    assert items.status_code == 200


def _configuration(canvas):
    address = begin_registration(canvas.practice, "http://localhost/register")
    url = parse_qs(urlsplit(address).query)["openid_configuration"][0]
    return requests.get(url, headers=AGENT, timeout=10).json()


def _form(canvas, known):
    now = int(canvas.practice.surroundings.now().timestamp())
    client = canvas.configuration.client_id
    claims = {
        "iss": client,
        "sub": client,
        "aud": known["token_endpoint"],
        "iat": now,
        "exp": now + 60,
        "jti": "one",
    }
    scopes = [scope for scope in canvas.configuration.tool.scopes if scope in SCOPES]
    key = loaded_key(TEST_ONLY_TOOL_KEY)
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": jwt.encode(claims, key, "RS256", headers={"kid": KID}),
        "scope": " ".join(scopes),
    }
