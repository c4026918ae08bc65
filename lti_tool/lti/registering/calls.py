"""The two calls of a registration: read the LMS's configuration, then register."""

import json

from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import PlatformHttp
from lti_tool.lti.registering import refusals
from lti_tool.lti.registering.answer import Granted, read_registration
from lti_tool.lti.registering.configuration import PlatformConfiguration, read_configuration
from lti_tool.lti.registering.tool import ToolAddresses, registration_request

_UNREACHABLE, _UNREADABLE = "platform.unreachable", "platform.answer-unreadable"


def fetch_configuration(http: PlatformHttp, url: str) -> PlatformConfiguration:
    """Fetch a configuration from exactly this address: Canvas has a token in its query.

    Our own registration token is not sent along: nothing is known of the address yet. Raises
    PlatformError.
    """
    try:
        document = http.get_json(url)
    except PlatformError as error:
        raise _in_words(error) from None
    configuration = read_configuration(document, fetched_from=url)
    for address in configuration.endpoints:
        # People and grades would travel in the clear: now is when somebody can mend it.
        http.check(address)
    return configuration


def register_tool(
    http: PlatformHttp, configuration: PlatformConfiguration, tool: ToolAddresses, *, token: str
) -> Granted:
    """Register; `token` is what the LMS opened our address with. Raises PlatformError."""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    body = json.dumps(registration_request(tool, configuration)).encode()
    try:
        answer = http.send("POST", configuration.registration_url, headers=headers, body=body)
    except PlatformError as error:
        raise _in_words(error) from None
    return read_registration(answer)


def _in_words(error: PlatformError) -> PlatformError:
    """What a call's failure means here, where nobody tries again but the administrator."""
    if error.code == _UNREACHABLE:
        return (
            refusals.unreachable()
            if error.status is None
            else refusals.no_configuration(error.status)
        )
    if error.code == _UNREADABLE:
        return refusals.unreadable_configuration(refusals.WHOLE)
    return error
