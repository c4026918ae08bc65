"""What was captured of real LMSs and browsers, beside what we set and say."""

import json
import re
from pathlib import Path

import pytest

import lti_tool.web
from tests.support.launching import Lms

VECTORS = Path(__file__).parents[2] / "vectors" / "lms"
STATIC = Path(lti_tool.web.__file__).parent / "static"
MESSAGES = json.loads((VECTORS / "canvas" / "post_messages.json").read_text("utf-8"))
COOKIES = json.loads((VECTORS / "moodle" / "iframe-cookies-chromium.json").read_text("utf-8"))

ATTRIBUTES = {
    "st_none": {"SameSite=None", "Secure"},
    "st_part": {"SameSite=None", "Secure", "Partitioned"},
    "st_lax": {"SameSite=Lax"},
}
"""The three cookies the capturing tool set at its login."""


@pytest.mark.parametrize("run", COOKIES["runs"])
def test_our_login_cookie_is_of_the_kind_that_came_back(sqlite_lms: Lms, run: str) -> None:
    requests = COOKIES["runs"][run]["requests"]
    (launch,) = (one for one in requests if one["url"].endswith("/launch"))
    came_back = {name.rpartition("_")[0] for name in launch["cookie_names"]}

    _, *ours = sqlite_lms.login().response.headers["Set-Cookie"].split("; ")

    kinds = [ATTRIBUTES[name] for name in came_back if name.startswith("st_")]
    assert any(kind <= set(ours) and "SameSite=Lax" not in ours for kind in kinds)
    assert ATTRIBUTES["st_part"] in kinds


def test_our_scripts_say_only_what_canvas_takes() -> None:
    text = "".join(path.read_text("utf-8") for path in STATIC.glob("*.js"))

    subjects = set(re.findall(r'"(lti\.[A-Za-z_]+)"', text))

    assert {"lti.put_data", "lti.get_data", "lti.frameResize"} <= subjects
    assert subjects <= set(MESSAGES["allowed_subjects"])


@pytest.mark.parametrize("kind", ["put", "get", "delete"])
def test_our_messages_have_the_members_canvas_reads(kind: str) -> None:
    script = (STATIC / "platform_storage.js").read_text("utf-8")
    sent = MESSAGES["storage"][kind]["send"]

    assert "{ subject, message_id: id, key: this.key, ...fields }" in script
    assert set(sent) - {"subject", "message_id", "key"} <= {"value"}
    assert f'"{sent["subject"]}"' in script


def test_a_login_leaves_room_for_many_in_canvas_storage(sqlite_lms: Lms) -> None:
    page = sqlite_lms.login(lti_storage_target="post_message_forwarding").response.text

    key, secret = (re.findall(rf'data-{name}="([^"]+)"', page)[0] for name in ("key", "remember"))

    room = MESSAGES["storage"]["limits"]["characters_per_tool_origin"]
    assert room // (len(key) + len(secret)) >= 40
