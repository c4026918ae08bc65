"""What is typed or told about an LMS: tidied, and checked field by field."""

from dataclasses import dataclass, replace

from lti_tool.errors import InvalidInputError
from lti_tool.lti.reading.addresses import split_address
from lti_tool.sentence import Sentence, say
from lti_tool.usecases.lms.deployments import WRONG_ID, is_id

LONGEST_NAME = 200
_ADDRESSES = ("platform_issuer", "auth_url", "token_url", "jwks_url")


@dataclass(frozen=True)
class NewPlatform:
    """What an LMS tells us about itself: issuer, our client id there, and three addresses.

    `deployments` may launch at once. The rest may be unknown: what people call the LMS, its
    family as quirks are named by, and what only a dynamic registration tells.
    """

    platform_issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    deployments: tuple[str, ...] = ()
    name: str = ""
    product_family: str = ""
    token_audience: str = ""
    scopes: tuple[str, ...] | None = None
    management_url: str = ""


def checked(platform: NewPlatform) -> NewPlatform:
    """The platform without the spaces that pasting brings along; raises InvalidInputError."""
    platform = _tidied(platform)
    faults = _faults(platform)
    if faults:
        raise InvalidInputError(
            "platforms.wrong",
            say(
                "platforms.wrong",
                "The LMS was not registered. Look at: %(fields)s.",
                fields=", ".join(sorted(faults)),
            ),
            fields=faults,
        )
    return platform


def _tidied(platform: NewPlatform) -> NewPlatform:
    deployments = (one.strip() for one in platform.deployments)
    return replace(
        platform,
        platform_issuer=platform.platform_issuer.strip(),
        client_id=platform.client_id.strip(),
        auth_url=platform.auth_url.strip(),
        token_url=platform.token_url.strip(),
        jwks_url=platform.jwks_url.strip(),
        deployments=tuple(one for one in deployments if one),
        name=platform.name.strip(),
    )


def _faults(platform: NewPlatform) -> dict[str, Sentence]:
    """What can't be used; addresses as strictly as they are read when we call them."""
    faults = {
        field: say(
            "platforms.fault-address", "Write a whole address such as https://lms.example.edu/…"
        )
        for field in _ADDRESSES
        if split_address(getattr(platform, field)) is None
    }
    if not is_id(platform.client_id):
        faults["client_id"] = say(
            "platforms.fault-client", "Write the client id as the LMS shows it, in full."
        )
    if not all(is_id(one) for one in platform.deployments):
        faults["deployments"] = WRONG_ID
    if len(platform.name) > LONGEST_NAME or not platform.name.isprintable():
        faults["name"] = say(
            "platforms.fault-name", "Give the LMS a name of at most 200 visible characters."
        )
    return faults
