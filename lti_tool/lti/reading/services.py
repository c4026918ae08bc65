"""Where a platform's services for a course are, as far as we may use them."""

from dataclasses import dataclass

from lti_tool.lti.reading.addresses import origins_of, with_https_where_known
from lti_tool.lti.reading.claims import AGS, NRPS, Claims, return_address
from lti_tool.lti.registrations import RegistrationInfo

SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"


@dataclass(frozen=True, slots=True)
class PlatformAddresses:
    """The addresses one launch names; http(s), None where it names none."""

    line_item_url: str | None
    line_items_url: str | None
    memberships_url: str | None
    return_url: str | None

    def origins(self, registration: RegistrationInfo) -> tuple[str, ...]:
        """Every origin from which this platform may frame us.

        The issuer alone is not enough: hosted Canvas has one host for its name, one for signing
        in and one for each school.
        """
        known = (registration.auth_url, registration.platform_issuer)
        services = (self.line_item_url, self.line_items_url, self.memberships_url)
        return origins_of((*known, *services, self.return_url))


def service_scopes(claims: Claims) -> tuple[str, ...] | None:
    """The grade service's scopes this launch grants; None when it does not say."""
    return claims.part(AGS).texts("scope")


def platform_addresses(claims: Claims, registration: RegistrationInfo) -> PlatformAddresses:
    """The addresses in a launch: grade and roster services, and the way back."""
    grades, names = claims.part(AGS), claims.part(NRPS)
    line_item, line_items = grades.address("lineitem"), grades.address("lineitems")
    memberships = names.address("context_memberships_url")
    known = (line_item, line_items, memberships, registration.token_url)
    scopes = service_scopes(claims)
    if scopes is not None and SCORE_SCOPE not in scopes:
        # A line item we may not post to is as good as none: asking would be refused every time.
        line_item = None
    return PlatformAddresses(
        line_item_url=with_https_where_known(line_item, known),
        line_items_url=with_https_where_known(line_items, known),
        memberships_url=with_https_where_known(memberships, known),
        return_url=return_address(claims),
    )
