"""Configurations of LMSs: captured ones, and one that says only what it must."""

from typing import Any

from tests.lti_tool.lti.a_platform import captured

Document = dict[str, Any]
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
CANVAS = captured("canvas/openid_configuration.json")
CANVAS_URL = CANVAS["initiation"]["query"]["openid_configuration"]
MOODLE = captured("moodle/openid-configuration.json")
MOODLE_TLS = captured("moodle/https-cross-site-registration.json")["openid_configuration"]
SCHOOL = "https://lms.example.edu"
SCHOOL_URL = f"{SCHOOL}/openid-configuration"


def a_configuration(**changes: object) -> Document:
    """One host, nothing but what must be there; `changes` of None leave a field out."""
    document = {
        "issuer": SCHOOL,
        "authorization_endpoint": f"{SCHOOL}/auth",
        "token_endpoint": f"{SCHOOL}/token",
        "jwks_uri": f"{SCHOOL}/jwks",
        "registration_endpoint": f"{SCHOOL}/register",
        **changes,
    }
    return {name: value for name, value in document.items() if value is not None}
