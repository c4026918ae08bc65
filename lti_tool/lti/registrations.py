"""pylti1p3 tool configuration read from our tables."""

from dataclasses import dataclass
from uuid import UUID

from pylti1p3.deployment import Deployment
from pylti1p3.registration import Registration as LibraryRegistration
from pylti1p3.request import Request
from pylti1p3.tool_config import ToolConfAbstract
from sqlalchemy import bindparam, select

from lti_tool.lti.refusals import refused
from lti_tool.store.driver import Transaction
from lti_tool.store.prepared import Prepared, Row
from lti_tool.store.tables.platforms import Registration


@dataclass(frozen=True, slots=True)
class RegistrationInfo:
    """An LMS that knows us as a client, by the id in our login, launch and key addresses."""

    institution_id: UUID
    id: UUID
    platform_issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    product_family: str | None
    scopes: tuple[str, ...] | None
    token_audience: str | None


REGISTRATION_COLUMNS = (
    Registration.institution_id,
    Registration.id,
    Registration.platform_issuer,
    Registration.client_id,
    Registration.auth_url,
    Registration.token_url,
    Registration.jwks_url,
    Registration.product_family,
    Registration.scopes,
    Registration.token_audience,
)
_BY_ID = Prepared(
    select(*REGISTRATION_COLUMNS).where(Registration.id == bindparam("registration_id"))
)


def find_registration(session: Transaction, registration_id: UUID) -> RegistrationInfo:
    """Read one registration; LaunchRejectedError `launch.registration-unknown` (404) if none.

    Our own id is the key because hosted Canvas has one issuer for every customer, and client ids
    repeat between self-hosted ones.
    """
    rows = _BY_ID.rows(session, {"registration_id": registration_id})
    if not rows:
        raise refused("launch.registration-unknown")
    return registration_of(rows[0])


def registration_of(row: Row) -> RegistrationInfo:
    """The registration in a row that has REGISTRATION_COLUMNS."""
    return RegistrationInfo(
        institution_id=row["institution_id"],
        id=row["id"],
        platform_issuer=row["platform_issuer"],
        client_id=row["client_id"],
        auth_url=row["auth_url"],
        token_url=row["token_url"],
        jwks_url=row["jwks_url"],
        product_family=row["product_family"],
        scopes=None if row["scopes"] is None else tuple(row["scopes"]),
        token_audience=row["token_audience"],
    )


class ToolConfiguration(ToolConfAbstract[Request]):
    """One registration as pylti1p3 wants to see it; every other issuer or client is unknown."""

    def __init__(self, registration: RegistrationInfo) -> None:
        self._registration = registration

    def check_iss_has_one_client(self, iss: str) -> bool:
        """No: an issuer may be shared, so the library must always ask by client too."""
        return False

    def find_registration_by_params(
        self, iss: str, client_id: str, *args: object, **kwargs: object
    ) -> LibraryRegistration:
        """The registration, when issuer and (if given) client are its own."""
        ours = self._registration
        if iss != ours.platform_issuer or (client_id and client_id != ours.client_id):
            raise refused("login.other-platform")
        return (
            LibraryRegistration()
            .set_issuer(ours.platform_issuer)
            .set_client_id(ours.client_id)
            # Empty on purpose: the library would glue "?" onto an address that may have a query.
            .set_auth_login_url("")
            .set_auth_token_url(ours.token_url)
            .set_key_set_url(ours.jwks_url)
        )

    def find_registration_by_issuer(
        self, iss: str, *args: object, **kwargs: object
    ) -> LibraryRegistration:
        """Refuse: an issuer alone names nobody (see `check_iss_has_one_client`)."""
        raise refused("login.other-platform")

    def find_deployment(self, iss: str, deployment_id: str) -> Deployment | None:
        """None: deployments are judged in launch.py, where unknown ones may wait."""
        return None

    def find_deployment_by_params(
        self, iss: str, deployment_id: str, client_id: str, *args: object, **kwargs: object
    ) -> Deployment | None:
        """None: see `find_deployment`."""
        return None
